"""Filters that refuse what they don't know, on django-filter.

Each gives its part of the schema with ``schema()``; what it can't understand it raises
as a ValidationError whose ``params`` hold ``allowed`` and ``given``.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _

from registry import dates, quantities
from registry.models import Publication, Record

MOST_CODES = 100


class CodesField(forms.Field):
    """Codes separated by commas, every one of them known."""

    def __init__(self, *, known: Callable[[list[str]], list[str]], **kwargs: Any):
        self.known = known
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:
        if not value:
            return []
        codes = value.split(",")
        if len(codes) > MOST_CODES:
            raise ValidationError(_("At most %d codes at once.") % MOST_CODES)
        if "" in codes:
            raise ValidationError(_("A code is empty."))
        allowed = self.known(codes)
        for code in codes:
            if code not in allowed:
                raise ValidationError(
                    _("“%s” is not known here.") % code,
                    params={"allowed": allowed, "given": code},
                )
        return codes


class Choices(django_filters.Filter):
    """One or more values of a closed list."""

    def __init__(self, choices: type[models.TextChoices], **kwargs: Any) -> None:
        self.choices = choices
        super().__init__(**kwargs)

    @property
    def field(self) -> forms.Field:
        return CodesField(known=lambda _codes: self.choices.values, required=False)

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        if self.method:
            return self.method(queryset, self.field_name, value)
        return queryset.filter(**{f"{self.field_name}__in": value})

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": self.choices.values},
        }


class References(django_filters.Filter):
    """Codes of published rows of another table."""

    def __init__(
        self, queryset: Callable[[], models.QuerySet], example: str = "", **kwargs: Any
    ) -> None:
        self.queryset = queryset
        self.example = example
        super().__init__(**kwargs)

    def known(self, codes: list[str]) -> list[str]:
        rows = self.queryset()
        if issubclass(rows.model, Record):
            rows = rows.filter(publication=Publication.PUBLISHED)
        found = list(rows.filter(pk__in=codes).values_list("pk", flat=True))
        if len(found) == len(set(codes)):
            return found
        # Only for the message: a few codes that look alike.
        first = next(code for code in codes if code not in found)
        alike = rows.filter(pk__startswith=first[:6]) | rows.filter(
            pk__endswith=first.rpartition("-")[2]
        )
        return found + list(alike.order_by("pk").values_list("pk", flat=True)[:20])

    @property
    def field(self) -> forms.Field:
        return CodesField(known=self.known, required=False)

    filter = Choices.filter

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


class TypedField(forms.Field):
    """One value, read by a function that raises ValueError on what it can't read."""

    def __init__(self, *, read: Callable[[str], Any], **kwargs: Any) -> None:
        self.read = read
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error), params={"given": value}) from error


class Typed(django_filters.Filter):
    """A comparison with one value; ``condition(value)`` gives the query."""

    read: Callable[[str], Any]
    example = ""

    def __init__(self, condition: Callable[[Any], Q], **kwargs: Any) -> None:
        self.condition = condition
        super().__init__(**kwargs)

    @property
    def field(self) -> forms.Field:
        return TypedField(read=type(self).read, required=False)

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset if value is None else queryset.filter(self.condition(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "example": self.example}


def _read_amount(text: str) -> Any:
    return quantities.parse(text).value


def _read_instant(text: str) -> Any:
    moment = parse_datetime(text)
    if moment is None and (day := parse_date(text)):
        moment = parse_datetime(f"{day}T00:00:00")
    if moment is None:
        raise ValueError(_("Write 2026-03-31 or 2026-03-31T08:00:00+08:00."))
    return moment if moment.tzinfo else make_aware(moment, get_current_timezone())


class AmountFilter(Typed):
    """A number, or an amount as texts write it: 10000000 or 1000万元."""

    read = staticmethod(_read_amount)
    example = "10000000"


class DateFilter(Typed):
    """A partial date: 2024, 2024-04, 2024-04-01."""

    read = staticmethod(dates.parse)
    example = "2025-06"


class InstantFilter(Typed):
    """A day (Beijing time) or an instant."""

    read = staticmethod(_read_instant)
    example = "2026-03-31"


def date_range(name: str) -> dict[str, DateFilter]:
    """``<name>__gte`` by the first possible day, ``<name>__lte`` by the last."""

    def since(value: str) -> Q:
        return Q(**{f"{name}__gte": dates.lower_bound(value)})

    def until(value: str) -> Q:
        ends = models.functions.Concat(name, models.Value("-99"))
        bound = models.lookups.LessThanOrEqual(
            ends, models.Value(dates.upper_bound(value))
        )
        return Q(bound) & ~Q(**{name: ""})

    return {f"{name}__gte": DateFilter(since), f"{name}__lte": DateFilter(until)}


def updated() -> dict[str, InstantFilter]:
    """``updated_at__gt`` and ``updated_at__lt``."""
    return {
        "updated_at__gt": InstantFilter(lambda value: Q(updated_at__gt=value)),
        "updated_at__lt": InstantFilter(lambda value: Q(updated_at__lt=value)),
    }
