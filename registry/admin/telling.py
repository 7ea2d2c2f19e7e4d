"""Differences between versions in the words of the field: labels, natural units."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from registry import history, spelling
from registry.fields import AmountField
from registry.history import FieldDifference, RowDifference
from registry.past import Line


@dataclass(frozen=True)
class ToldField:
    """A field's label and its value on both sides, as texts; empty for not stated."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ToldRow:
    """A row that differs: what it is, what happened to it, its fields."""

    kind: str
    key: str
    action: str
    label: str
    fields: list[ToldField]


def tell(rows: Iterable[RowDifference]) -> list[ToldRow]:
    """The differences, in the language of the request."""
    rows = list(rows)
    names = _names(rows)
    return [
        ToldRow(
            kind=str((_relation(row) or row.model._meta).verbose_name),
            key=row.key,
            action=row.action.value,
            label=str(row.action.label),
            fields=[_field(field, names) for field in _told(row)],
        )
        for row in rows
    ]


def _relation(row: RowDifference) -> Any:
    """The many-to-many field whose table the row stands in; None for other tables."""
    owner: Any = row.model._meta.auto_created
    return history.relation_of(row.model, owner) if owner else None


def _told(row: RowDifference) -> list[FieldDifference]:
    """What is told of the row: of a relation only where it leads."""
    relation = _relation(row)
    if relation is None:
        return row.fields
    other = relation.m2m_reverse_field_name()
    return [field for field in row.fields if field.field.name == other]


def _field(difference: FieldDifference, names: dict[Any, str]) -> ToldField:
    field = difference.field
    return ToldField(
        label=str(field.verbose_name),
        before=told_value(field, difference.before, difference.row_before, names),
        after=told_value(field, difference.after, difference.row_after, names),
    )


def told_value(
    field: models.Field, value: Any, row: Line, names: dict[Any, str]
) -> str:
    """A column's value in words; ``names`` has those of referenced rows."""
    if value in ("", None):
        return ""
    if isinstance(field, models.ForeignKey):
        name = names.get((field.related_model, value), "")
        return f"{name} ({value})" if name and name != value else str(value)
    if isinstance(field, AmountField):
        amount = Decimal(str(value))
        return spelling.spell(amount, row.get("unit", ""), get_language() or "zh-hans")
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    labels = dict(field.flatchoices)
    return str(labels.get(value, value))


def _names(rows: list[RowDifference]) -> dict[Any, str]:
    """(model, key) → name of every row that one of the values refers to."""
    wanted: dict[Any, set[Any]] = {}
    for row in rows:
        for difference in row.fields:
            if isinstance(difference.field, models.ForeignKey):
                keys = wanted.setdefault(difference.field.related_model, set())
                keys |= {difference.before, difference.after} - {None}
    return {
        (model, found.pk): str(found)
        for model, keys in wanted.items()
        for found in model._base_manager.filter(pk__in=keys)
    }


def path_label(path: str) -> str:
    """The way of a change in words."""
    labels = {
        "admin": pgettext("path", "admin"),
        "seed": pgettext("path", "seeding"),
        "loaddata": pgettext("path", "fixture"),
        "direct": pgettext("path", "directly in the database"),
        "shell": pgettext("path", "shell"),
        "import": pgettext("path", "import"),
    }
    first, _slash, number = path.partition("/")
    if first == "proposal":
        return pgettext("path", "proposal") + f" {number}"
    return labels.get(path, path)
