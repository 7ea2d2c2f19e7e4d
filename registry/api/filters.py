"""Filters that refuse what they don't know, on django-filter.

Each gives its part of the schema with ``schema()`` and raises `Unreadable` for what it
can't understand. A ``condition`` is a function of the value that gives the query, or
the name of a method of the `Filters` that the filter belongs to.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _

from registry import dates, quantities
from registry.models import Publication, Record
from registry.validity import first_day_from, last_day_until

MOST_CODES = 100


class Unreadable(ValueError):
    """A value that a filter can't understand: which part of it, what it could be."""

    def __init__(
        self, message: str, *, given: str, allowed: list[str] | None = None
    ) -> None:
        super().__init__(message)
        self.given = given
        self.allowed = allowed


class CodesField(forms.Field):
    """Codes separated by commas, every one of them known."""

    def __init__(self, *, known: Callable[[list[str]], list[str]], most: int) -> None:
        self.known = known
        self.most = most
        super().__init__(required=False)

    def to_python(self, value: Any) -> list[str]:
        codes = value.split(",")
        if len(codes) > self.most:
            message = _("At most %d values at once.") % self.most
            raise Unreadable(message, given=value)
        if "" in codes:
            raise Unreadable(_("A code is empty."), given=value)
        if len(set(codes)) < len(codes):
            raise Unreadable(_("A code is given twice."), given=value)
        allowed = self.known(codes)
        for code in codes:
            if code not in allowed:
                message = _("“%s” is not known here.") % code
                raise Unreadable(message, given=code, allowed=allowed)
        return codes


class Coded(django_filters.Filter):
    """Rows with one of the codes; with ``exclude`` all but these."""

    def __init__(
        self, *, condition: Callable[[list[str]], Q] | str = "", **kwargs: Any
    ) -> None:
        self.condition = condition
        super().__init__(**kwargs)

    def known(self, codes: list[str]) -> list[str]:
        """Those of the codes that are known; to help with others, what is allowed."""
        raise NotImplementedError

    @property
    def field(self) -> forms.Field:
        return CodesField(known=self.known, most=MOST_CODES)

    def filter(self, queryset: Any, value: Any) -> Any:
        condition = Q(**{f"{self.field_name}__in": value})
        if self.condition:
            condition = _resolved(self)(value)
        return (
            queryset.exclude(condition) if self.exclude else queryset.filter(condition)
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


class Choices(Coded):
    """One or more values of a closed list."""

    def __init__(self, choices: Iterable[Any], **kwargs: Any) -> None:
        self.values = [str(getattr(choice, "value", choice)) for choice in choices]
        super().__init__(**kwargs)

    def known(self, codes: list[str]) -> list[str]:
        return self.values

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "enum": self.values}}


class Modifier(Choices):
    """Says how other parameters are meant; has no effect without one of them."""

    def __init__(
        self,
        choices: Iterable[Any],
        *,
        of: set[str],
        most: int = MOST_CODES,
        **kwargs: Any,
    ) -> None:
        self.of = of
        self.most = most
        super().__init__(choices, **kwargs)

    @property
    def field(self) -> forms.Field:
        return CodesField(known=self.known, most=self.most)

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset


class References(Coded):
    """Codes of published rows of another table."""

    def __init__(self, queryset: Callable[[], models.QuerySet], **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def known(self, codes: list[str]) -> list[str]:
        rows = self.queryset()
        if issubclass(rows.model, Record):
            rows = rows.filter(publication=Publication.PUBLISHED)
        found = list(rows.filter(pk__in=codes).values_list("pk", flat=True))
        if len(found) == len(codes):
            return found
        # Only for the message: a few codes that look alike.
        first = next(code for code in codes if code not in found)
        alike = rows.filter(pk__startswith=first[:6]) | rows.filter(
            pk__endswith=first.rpartition("-")[2]
        )
        return found + list(alike.order_by("pk").values_list("pk", flat=True)[:20])


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
        return queryset.filter(_resolved(self)(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "example": self.example}


def _resolved(filter_: Coded | Typed) -> Callable[[Any], Q]:
    condition = filter_.condition
    if isinstance(condition, str):
        return getattr(filter_.parent, condition)
    return condition


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
