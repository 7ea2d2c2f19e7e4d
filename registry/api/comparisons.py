"""Filters that compare with one value: amounts with units, partial dates, days."""

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _

from registry import dates, quantities
from registry.api.filters import Unreadable, resolved
from registry.validity import first_day_from, last_day_until


class TypedField(forms.Field):
    """One value, read by a function that raises ValueError on what it can't read."""

    def __init__(self, *, read: Callable[[str], Any]) -> None:
        self.read = read
        super().__init__(required=False)

    def to_python(self, value: Any) -> Any:
        try:
            return self.read(value)
        except Unreadable:
            raise
        except ValueError as error:
            raise Unreadable(str(error), given=value) from error


class Typed(django_filters.Filter):
    """A comparison with one value."""

    example = ""

    def __init__(self, condition: Callable[[Any], Q] | str, **kwargs: Any) -> None:
        self.condition = condition
        super().__init__(**kwargs)

    def read(self, text: str) -> Any:
        """The value that the text means; raises ValueError where it means none."""
        raise NotImplementedError

    def is_beyond(self, low: Any, high: Any) -> bool:
        """Whether nothing lies between two bounds."""
        return bool(low > high)

    @property
    def field(self) -> forms.Field:
        return TypedField(read=self.read)

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset.filter(resolved(self)(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "example": self.example}


class AmountFilter(Typed):
    """A bound with its unit, as texts write it: 1000万元, 3年, or a number alone.

    With ``units`` a number alone is in the first, and other units are refused; without
    them the ``unit`` parameter gives the unit of a number alone.
    """

    example = "10000000"

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

    def is_beyond(self, low: Any, high: Any) -> bool:
        return low.unit != high.unit or low.value > high.value


class DateFilter(Typed):
    """A partial date: 2024, 2024-04, 2024-04-01."""

    example = "2025-06"

    def read(self, text: str) -> str:
        return dates.parse(text)

    def is_beyond(self, low: str, high: str) -> bool:
        return dates.first_day(low) > dates.last_day(high)


def _within_reach(day: date) -> date:
    """The day itself; near the calendar's ends, zones and sums would leave it."""
    if not 1900 <= day.year <= 2999:
        raise ValueError(_("Give a day from 1900 to 2999."))
    return day


class DayFilter(Typed):
    """One day: 2026-03-31."""

    example = "2026-03-31"

    def read(self, text: str) -> date:
        if day := parse_date(text):
            return _within_reach(day)
        raise ValueError(_("Write a whole day: 2026-03-31."))


class InstantFilter(Typed):
    """A day (Beijing time) or an instant."""

    example = "2026-03-31"

    def read(self, text: str) -> Any:
        moment = parse_datetime(text)
        if moment is None and (day := parse_date(text)):
            moment = parse_datetime(f"{day}T00:00:00")
        if moment is None:
            raise ValueError(_("Write 2026-03-31 or 2026-03-31T08:00:00+08:00."))
        _within_reach(moment)
        return moment if moment.tzinfo else make_aware(moment, get_current_timezone())

    def is_beyond(self, low: Any, high: Any) -> bool:
        return bool(low >= high)


def date_range(name: str) -> dict[str, DateFilter]:
    """``<name>__gte`` by the first possible day, ``<name>__lte`` by the last."""
    return {
        f"{name}__gte": DateFilter(lambda value: first_day_from(F(name), value)),
        f"{name}__lte": DateFilter(lambda value: last_day_until(F(name), value)),
    }


def updated() -> dict[str, InstantFilter]:
    """``updated_at__gt`` and ``updated_at__lt``."""
    return {
        "updated_at__gt": InstantFilter(lambda value: Q(updated_at__gt=value)),
        "updated_at__lt": InstantFilter(lambda value: Q(updated_at__lt=value)),
    }
