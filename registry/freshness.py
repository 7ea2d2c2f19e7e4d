"""What needs to be looked at again, and noting that somebody did.

Each question is asked of the rows of one kind, and answered by the verbs of its
queryset (``stale``, ``without_evidence``, ``expiring``). Withdrawn records need nothing
any more.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry import journal, rights
from registry.models import Record
from registry.publication import Blocked

QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)


def stale(rows: Any, on: date) -> Any:
    """Those that nobody has verified within the period before that day."""
    return rows.standing().stale(on)


def without_evidence(rows: Any) -> Any:
    """Those that nothing leads back to a text."""
    return rows.standing().without_evidence()


def ended(rows: Any, on: date) -> Any:
    """Those whose stated end lies before that day."""
    return rows.standing().expiring(on)


def ending(rows: Any, on: date, within: timedelta) -> Any:
    """Those whose stated end lies within that time from the day, the day included."""
    past = rows.model._default_manager.expiring(on).values("pk")
    return rows.standing().expiring(on + within).exclude(pk__in=past)


def verify(
    record: Record, *, by: str, on: date, reason: str, path: str = "shell"
) -> None:
    """Note that somebody checked the record against its source that day.

    One change and a new version, unless that day is noted already. Raises `Conflict`
    when the record was changed after it was read, and `Blocked` for a withdrawn one.
    """
    with journal.change(by=by, reason=reason, path=path), transaction.atomic():
        record.claim()
        record.refresh_from_db()
        if rights.is_closed(record):
            sentence = _("%(code)s was withdrawn: it can't be changed any more.")
            raise Blocked([sentence % {"code": record.pk}])
        if record.verified_on == on:
            transaction.set_rollback(True)
            return
        record.verified_on = on
        record.save(claimed=True, update_fields=["verified_on"])
