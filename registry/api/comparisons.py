"""Filters that compare with one value: bounds of amounts and dates, wordings.

A range is up to four of them, ``<name>__gte``, ``__gt``, ``__lte`` and ``__lt``. Days
and partial dates are whole days, so that a strict bound is the day beside.
"""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import dates, quantities
from registry.api.filters import Unreadable
from registry.api.flags import related
from registry.api.typed import Typed
from registry.validity import first_day_from, last_day_until

A_DAY = timedelta(days=1)
MOST_HINTS = 20


class AmountFilter(Typed):
    """A bound with its unit, as texts write it: 1000万元, 3年, or a number alone.

    With ``units`` a number alone is in the first, and other units are refused; without
    them the ``unit`` parameter gives the unit of a number alone.
    """

    example = "1000万元"

    def __init__(
        self,
        condition: Callable[[Any], Q] | str,
        *,
        units: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        self.units = units
        super().__init__(condition, **kwargs)

    def read(self, text: str) -> quantities.Quantity:
        usual = self.units[0] if self.units else self.parent.data.get("unit", "")
        quantity = quantities.parse(text, unit="" if "," in usual else usual)
        if quantity.comparator != "eq" or quantity.previous is not None:
            message = _("Give the value alone: the parameter's name compares.")
            raise Unreadable(message, given=text)
        if not quantity.unit:
            message = _("Give the unit too: 1000万元, or unit=CNY beside the number.")
            raise Unreadable(message, given=text)
        if self.units and quantity.unit not in self.units:
            message = _("“%(text)s” is in %(unit)s, which is no unit of this.")
            raise Unreadable(
                message % {"text": text, "unit": quantity.unit},
                given=text,
                allowed=list(self.units),
            )
        return quantity

    def is_beyond(self, low: Any, high: Any, *, strict: bool) -> bool:
        return low.unit != high.unit or super().is_beyond(
            low.value, high.value, strict=strict
        )


class DateFilter(Typed):
    """A bound for partial dates: 2024, 2024-04, 2024-04-01."""

    example = "2025-06"

    def __init__(self, column: str, lookup: str, **kwargs: Any) -> None:
        self.column, self.lookup = column, lookup
        compare = first_day_from if lookup in ("gte", "gt") else last_day_until
        super().__init__(lambda bound: compare(F(column), bound), **kwargs)

    def read(self, text: str) -> str:
        bound = dates.parse(text)
        if self.lookup == "gt":
            return (_within_reach(dates.last_day(bound)) + A_DAY).isoformat()
        if self.lookup == "lt":
            return (_within_reach(dates.first_day(bound)) - A_DAY).isoformat()
        return bound

    def is_beyond(self, low: str, high: str, *, strict: bool) -> bool:
        return dates.first_day(low) > dates.last_day(high)


def _within_reach(day: date) -> date:
    """The day itself; near the calendar's ends, zones and sums would leave it."""
    if not 1900 <= day.year <= 2999:
        raise ValueError(_("Give a day from 1900 to 2999."))
    return day


class DayFilter(Typed):
    """One day: 2026-03-31, or so many days beside it."""

    example = "2026-03-31"

    def __init__(
        self, condition: Callable[[Any], Q] | str, *, beside: int = 0, **kwargs: Any
    ) -> None:
        self.beside = timedelta(days=beside)
        super().__init__(condition, **kwargs)

    def read(self, text: str) -> date:
        if day := parse_date(text):
            return _within_reach(day) + self.beside
        raise ValueError(_("Write a whole day: 2026-03-31."))


class InstantFilter(Typed):
    """A day (Beijing time) or an instant."""

    example = "2026-03-31"

    def read(self, text: str) -> Any:
        moment = parse_datetime(text)
        if moment is None:
            raise ValueError(_("Write 2026-03-31 or 2026-03-31T08:00:00+08:00."))
        _within_reach(moment)
        if not moment.tzinfo:
            moment = make_aware(moment, get_current_timezone())
        # PostgreSQL takes no offset beyond 15:59.
        return moment.astimezone(UTC)


class Text(Typed):
    """A wording exactly as it is stored; one that no row has is refused."""

    def __init__(self, column: str, **kwargs: Any) -> None:
        self.column = column
        super().__init__(lambda text: Q(**{column: text}), **kwargs)

    def read(self, text: str) -> str:
        rows = self.parent.queryset.order_by()
        if rows.filter(**{self.column: text}).exists():
            return text
        alike = rows.filter(**{f"{self.column}__contains": text[:2]})
        hints = alike.values_list(self.column, flat=True).distinct()
        raise Unreadable(
            _("“%s” is not known here.") % text,
            given=text,
            allowed=list(hints.order_by(self.column)[:MOST_HINTS]),
        )


def date_range(name: str, **kwargs: Any) -> dict[str, DateFilter]:
    """Bounds of a column of partial dates: by the first possible day, or the last."""
    labels = {
        "gte": gettext_lazy("Begins then or later; 2024-04 counts from its first day."),
        "gt": gettext_lazy("Begins later; 2024-04 means after its last day."),
        "lte": gettext_lazy("Ends by then; 2024-04 counts to its last day."),
        "lt": gettext_lazy("Ends before then; 2024-04 means before its first day."),
    }
    return {
        f"{name}__{lookup}": DateFilter(name, lookup, label=label, **kwargs)
        for lookup, label in labels.items()
    }


INSTANTS = {
    "gte": gettext_lazy("Then or later."),
    "gt": gettext_lazy("Later than that."),
    "lte": gettext_lazy("Then or earlier."),
    "lt": gettext_lazy("Earlier than that."),
}


def verified() -> dict[str, Typed]:
    """Bounds of ``verified_on``, and whether it is stated."""

    def bound(lookup: str, beside: int = 0) -> DayFilter:
        def condition(day: date) -> Q:
            return Q(**{f"verified_on__{lookup}": day})

        return DayFilter(condition, beside=beside)

    found: dict[str, Typed] = {
        "verified_on__gte": bound("gte"),
        "verified_on__gt": bound("gte", beside=1),
        "verified_on__lte": bound("lte"),
        "verified_on__lt": bound("lte", beside=-1),
    }
    for name, filter_ in found.items():
        filter_.label = INSTANTS[name.rpartition("__")[2]]
    return found | {"has_verified_on": related(lambda: Q(verified_on__isnull=False))}


def updated() -> dict[str, Typed]:
    """Bounds of ``updated_at``."""

    def bound(lookup: str) -> InstantFilter:
        def condition(moment: Any) -> Q:
            return Q(**{f"updated_at__{lookup}": moment})

        return InstantFilter(condition, label=INSTANTS[lookup])

    return {f"updated_at__{lookup}": bound(lookup) for lookup in INSTANTS}
