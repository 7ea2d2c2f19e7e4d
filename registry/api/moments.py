"""``as_of``: answers from the registry as it was published at the end of a day."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import journal, past, revisions
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.revisions import State

_day_shown: ContextVar[date | None] = ContextVar("day_shown", default=None)


def as_of() -> Parameter:
    """The parameter, of every list and detail."""
    text = _(
        "The registry as it was published at the end of that day, Beijing time. What"
        " was withdrawn since stays withdrawn."
    )
    schema = {"type": "string", "format": "date"}
    return Parameter("as_of", str(text), schema, example="2026-03-31")


@contextlib.contextmanager
def at(asked: dict[str, str]) -> Iterator[State | None]:
    """One consistent view of the day that was asked for, or of now.

    Gives the state at the end of the day, None for now. Raises `Refused` for what is no
    day, a day to come, and for a search in the past.
    """
    day = _day(asked)
    with journal.reading():
        if day is None or day == localdate():
            yield None
            return
        revision = past.revision_at(day)
        earlier = _day_shown.get()
        _day_shown.set(day)
        try:
            with past.as_of(revision):
                yield revisions.state_of(revision)
        finally:
            _day_shown.set(earlier)


def today() -> date:
    """The day that the answer is of: the one asked for, else the present one."""
    return _day_shown.get() or localdate()


def day_of(asked: dict[str, str]) -> date:
    """The day that the answer is of."""
    return _day(asked) or localdate()


def _day(asked: dict[str, str]) -> date | None:
    if "as_of" not in asked:
        return None
    try:
        day = parse_date(asked["as_of"])
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2999:
        raise Refused(gettext("Write a whole day: 2026-03-31."), parameter="as_of")
    if day > localdate():
        raise Refused(gettext("That day has not come yet."), parameter="as_of")
    if "search" in asked:
        detail = gettext("search reads the registry of today only: leave one out.")
        raise Refused(detail, parameter="as_of")
    return day
