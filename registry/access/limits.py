"""How often one may ask: exact counts in fixed windows, kept by the cache.

A request is counted by one `incr` before it is answered, so of any number that come at
once exactly as many are answered as the limit allows. The counters have a cache of
their own: in local memory an answer pushes none of them out.

Own code beside DRF's throttles, which read, then write: parallel requests pass them,
and they tell nobody what is left.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError

from registry.environment import Rate
from registry.outages import Outage

logger = logging.getLogger(__name__)

CACHE = "counters"
OUTAGE = Outage()


@dataclass(frozen=True)
class Count:
    """What a scope's limit says of a request that was counted."""

    scope: str
    rate: Rate
    used: int
    # Whole seconds until the window ends, at least one.
    resets_in: int

    @property
    def left(self) -> int:
        return max(0, self.rate.quota - self.used)

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.rate.quota


def count(subject: str, scopes: list[str], now: float | None = None) -> list[Count]:
    """Count a request of that caller in every scope that has a limit, in turn.

    None after the first that is exceeded. What can't be counted is let through: a cache
    that is down is no reason to refuse readers.
    """
    if OUTAGE.is_on():
        return []
    counts = []
    try:
        for one in _counted(subject, scopes, time.time() if now is None else now):
            counts.append(one)
            if one.is_exceeded:
                break
    except (RedisError, OSError, ValueError) as error:
        # A ValueError where a full cache drops a counter between two of its commands.
        OUTAGE.begin()
        logger.error("Requests are not counted, since the cache fails: %s", error)
        return []
    return counts


def _counted(subject: str, scopes: list[str], now: float) -> Iterator[Count]:
    cache = caches[CACHE]
    for scope in scopes:
        rate = settings.API_RATES[scope]
        if rate is None:
            continue
        number, passed = divmod(int(now), rate.window)
        key = f"{scope}:{subject}:{rate.window}:{number}"
        try:
            used = cache.incr(key)
        except ValueError:
            # The window's first, perhaps of several. It outlives its window, so that it
            # never lapses between the two.
            cache.add(key, 0, timeout=2 * rate.window)
            used = cache.incr(key)
        yield Count(scope, rate, used, rate.window - passed)
