"""Whether what has a beginning and an end holds on a day: yes, no, or not known.

Both ends are partial dates, as known as their text says: what begins in ``2025`` is
known to have begun on its last day, and known not to have before its first.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import Expression, F, Q, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import pgettext_lazy

from registry.dates import first_day, last_day, lower_bound, upper_bound

A_DAY = timedelta(days=1)


class Holds(models.TextChoices):
    YES = "yes", pgettext_lazy("in force", "yes")
    NO = "no", pgettext_lazy("in force", "no")
    UNKNOWN = "unknown", pgettext_lazy("in force", "not known")


def first_day_from(column: Expression | F, day: str) -> Q:
    """Rows whose date begins on the (partial) date's first day, or later."""
    return Q(GreaterThanOrEqual(column, Value(lower_bound(day))))


def last_day_until(column: Expression | F, day: str) -> Q:
    """Rows whose date is stated and ends by the (partial) date's last day."""
    ended = LessThanOrEqual(Concat(column, Value("-99")), Value(upper_bound(day)))
    return Q(ended) & ~Q(Exact(column, Value("")))


def ended_before(end: Expression | F, day: date) -> Q:
    """Rows whose stated end lies wholly before that day."""
    return last_day_until(end, (day - A_DAY).isoformat())


def holding(
    begin: Expression | F, end: Expression | F, day: date, answer: Holds | str
) -> Q:
    """Rows of which the two columns say on that day what is asked."""
    today = day.isoformat()
    yes = last_day_until(begin, today) & first_day_from(end, today)
    no = first_day_from(begin, (day + A_DAY).isoformat()) | ended_before(end, day)
    if answer == Holds.YES:
        return yes
    return no if answer == Holds.NO else ~(yes | no)


def holds_on(begin: str, end: str, day: date) -> Holds:
    """The same of one pair of dates, empty where not stated."""
    begun = bool(begin) and last_day(begin) <= day
    if begun and end and first_day(end) >= day:
        return Holds.YES
    if (begin and first_day(begin) > day) or (end and last_day(end) < day):
        return Holds.NO
    return Holds.UNKNOWN
