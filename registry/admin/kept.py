"""What takes long to count, kept from one view of a page to the next.

A count is the same until a row is written. What took long may be so many seconds old
all the same as the setting COUNTS_KEPT says, so that a large registry in which people
write is not counted anew for every view; the page says since when it stands.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language

from registry import revisions
from registry.models import Entry

# What is quicker is always of this moment.
LONG_SECONDS = 0.1
A_DAY = 24 * 3600


class Kept:
    """Counts of one view of a page."""

    def __init__(self) -> None:
        # Before anything is counted: a count may be newer than said, never older.
        state = revisions.latest()
        # What this transaction wrote has no revision yet.
        entry = Entry.objects.aggregate(last=Max("id"))["last"]
        self.now = timezone.now()
        self.state = (state.revision, state.digest, entry, timezone.localdate())
        # When the oldest of the counts was made, None while all are of now.
        self.since: datetime | None = None

    def count(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or gave."""
        key = f"admin-count:{get_language()}:{name}".replace(" ", "-")
        found: Any = cache.get(key)
        if found:
            state, at, seconds, value = found
            if state == self.state:
                return value
            young = self.now - at < timedelta(seconds=settings.COUNTS_KEPT)
            if seconds >= LONG_SECONDS and young and state[3] == self.state[3]:
                self.since = min(at, self.since or at)
                return value
        began = time.perf_counter()
        made = make()
        seconds = time.perf_counter() - began
        cache.set(key, (self.state, self.now, seconds, made), A_DAY)
        return made
