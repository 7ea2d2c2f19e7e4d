"""Filters that refuse what they don't know, on django-filter.

Each gives its part of the schema with ``schema()`` and raises `Unreadable` for what it
can't understand. A ``condition`` is a function of the value that gives the query, or
the name of a method of the `Filters` that the filter belongs to.
"""

from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from registry import drafts, prepared
from registry.models import Publication, Record

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
    """Rows with one of the codes; with ``exclude`` all but these.

    A row that states none at all is among “all but these”.
    """

    def __init__(
        self,
        *,
        condition: Callable[[list[str]], Q] | str = "",
        alternatives: str = "",
        example: str = "",
        **kwargs: Any,
    ) -> None:
        self.condition = condition
        # Names a method of the `Filters`: the condition as several that exclude each
        # other, of which each has its index.
        self.alternatives = alternatives
        self.example = example
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
            condition = resolved(self)(value)
        return (
            queryset.exclude(condition) if self.exclude else queryset.filter(condition)
        )

    def parts(self, queryset: Any, value: Any) -> list[Any]:
        if self.exclude or not self.alternatives:
            return [self.filter(queryset, value)]
        conditions = getattr(self.parent, self.alternatives)(value)
        return [queryset.filter(condition) for condition in conditions]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


class Choices(Coded):
    """One or more values of a closed list."""

    def __init__(self, choices: Iterable[Any], **kwargs: Any) -> None:
        self.choices = list(choices)
        self.values = [str(choice.value) for choice in self.choices]
        super().__init__(**{"example": self.values[0]} | kwargs)

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

    def schema(self) -> dict[str, Any]:
        if self.most == 1:
            return {"type": "string", "enum": self.values}
        return super().schema()


class References(Coded):
    """Codes of published rows of another table."""

    def __init__(self, queryset: Callable[[], models.QuerySet], **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def shown(self) -> models.QuerySet:
        """The rows whose codes are known to whoever asks."""
        rows = self.queryset()
        if issubclass(rows.model, Record) and not drafts.are_seen():
            rows = rows.filter(publication=Publication.PUBLISHED)
        return rows

    def known(self, codes: list[str]) -> list[str]:
        def asked() -> models.QuerySet:
            return self.shown().filter(pk__among=prepared.KEYS).values_list("pk")

        kind = ("known", self.queryset, drafts.are_seen())
        lines = prepared.lines(self.queryset().model, kind, asked, codes)
        found = [code for (code,) in lines]
        if len(found) == len(codes):
            return found
        # Only for the message: a few codes that look alike.
        rows = self.shown()
        first = next(code for code in codes if code not in found)
        alike = rows.filter(pk__startswith=first[:6]) | rows.filter(
            pk__endswith=first.rpartition("-")[2]
        )
        return found + list(alike.order_by("pk").values_list("pk", flat=True)[:20])


def resolved(filter_: Any) -> Callable[[Any], Q]:
    """The filter's condition; a name is that of a method of its `Filters`."""
    condition = filter_.condition
    if isinstance(condition, str):
        return getattr(filter_.parent, condition)
    return condition
