"""What the rows of a list can be parted by: their codes, and what those are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.api.comparisons import DateFilter
from registry.api.filters import Choices, Modifier, References
from registry.models import visible

NOT_STATED = _("not stated")
# What a reference is called: the first of these columns that its table has.
NAMES = ("name", "title")

Pairs = Callable[[models.QuerySet, dict[str, str]], Iterable[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """How a row comes to its codes.

    ``codes`` makes them of the row's ``columns``; ``pairs`` gives (key, code) of those
    that other tables state, for the rows of a query and the request's parameters.
    """

    name: str
    columns: tuple[str, ...] = ()
    codes: Callable[..., Iterable[Any]] = lambda *cells: cells
    pairs: Pairs | None = None
    # Code → label; what is not in it is not shown, as if nothing were stated.
    labels: Callable[[set[Any]], dict[Any, str]]
    # A row can have several codes, so that it is counted more than once.
    overlapping: bool = False
    unknown: Any = NOT_STATED
    # A parameter that says which pairs are meant, and needs no filter beside it then.
    modifier: str = ""
    # Whose rows the labels and the pairs are read from.
    reads: tuple[type[models.Model], ...] = ()


def by_filter(name: str, filter_: django_filters.Filter) -> Dimension | None:
    """The dimension of a filter on a column of the row; of a first bound: the year."""
    if filter_.exclude or isinstance(filter_, Modifier):
        return None
    if isinstance(filter_, DateFilter):
        column, _sep, lookup = name.partition("__")
        return years(column, filter_.column) if lookup == "gte" else None
    column = filter_.field_name
    if isinstance(filter_, Choices) and not filter_.condition:
        labels = of_choices(filter_.choices)
        return Dimension(name=name, columns=(column,), labels=labels)
    if isinstance(filter_, References) and not filter_.condition:
        model = filter_.queryset().model
        if column == "pk" or not name_columns(model):
            return None
        return Dimension(
            name=name,
            columns=(column,),
            labels=of_rows(filter_.queryset),
            reads=(model,),
        )
    return None


def years(name: str, column: str) -> Dimension:
    """The year of a partial date."""
    return Dimension(
        name=f"{name}__year",
        columns=(column,),
        codes=lambda text: [text[:4]],
        labels=lambda codes: {code: code for code in sorted(filter(None, codes))},
    )


def of_choices(choices: Iterable[Any]) -> Callable[[set[Any]], dict[Any, str]]:
    """Labels of a closed list, in its order."""
    listed = list(choices)
    return lambda _codes: {choice.value: str(choice.label) for choice in listed}


def of_rows(
    queryset: Callable[[], models.QuerySet],
) -> Callable[[set[Any]], dict[Any, str]]:
    """Labels of the rows of a query, of those that are published, by code."""

    def labels(codes: set[Any]) -> dict[Any, str]:
        rows = queryset()
        shown = rows.filter(visible(rows.model), pk__in=codes - {None}).order_by("pk")
        english = get_language() == "en"
        return {
            code: (english and names[-1]) or names[0]
            for code, *names in shown.values_list("pk", *name_columns(rows.model))
        }

    return labels


def name_columns(model: type[models.Model]) -> list[str]:
    """The columns with the names of a row: in Chinese, and in English if it has one."""
    has = {field.name for field in model._meta.concrete_fields}
    for name in NAMES:
        if name in has:
            return [name, f"{name}_en"] if f"{name}_en" in has else [name]
    return []
