"""What of a table anybody may see, row by row, with no reference that leads nowhere."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, When

from registry.fields import is_derived
from registry.models import Coded, Owned, Publication, Record

BATCH = 2000
# What a row says of its own keeping, or is another in every copy of the registry.
UNTOLD = {"publication", "merged_into", "version", "created_at", "updated_at"}


def columns(model: type[models.Model]) -> list[models.Field]:
    """The columns of the table that are told, its key first."""
    found = [
        field
        for field in model._meta.local_concrete_fields
        if field.name not in UNTOLD
        and not is_derived(field)
        and not isinstance(field, models.AutoField)
    ]
    return sorted(found, key=lambda field: not field.primary_key)


def key(model: type[models.Model]) -> list[str]:
    """The columns that tell a row from every other."""
    if model._meta.auto_created:
        return [field.name for field in columns(model)]
    return [model._meta.pk.name]


def public(model: type[models.Model], path: str = "") -> Q:
    """Rows that are published, as is all that they can't be without, and so on.

    Rows that a record owns are nothing without what they refer to: a role of a body
    that nobody may see is no role.
    """
    condition = Q()
    if issubclass(model, Record):
        condition &= Q(**{f"{path}publication": Publication.PUBLISHED})
    part = issubclass(model, Owned) and not issubclass(model, Record)
    for field in references(model):
        if field.null and not part:
            continue
        below = public(field.related_model, f"{path}{field.name}__")
        if below and field.null:
            below |= Q(**{f"{path}{field.name}__isnull": True})
        condition &= below
    return condition


def references(model: type[models.Model]) -> list[Any]:
    """The told columns that hold the code of a row in one of the journal's tables."""
    return [
        field
        for field in columns(model)
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, Coded)
    ]


def told(model: type[models.Model]) -> Iterator[list[Any]]:
    """The rows by key, each as cells; references to what nobody may see are empty."""
    shown: dict[str, Any] = {f.name: F(f.attname) for f in columns(model)}
    for field in references(model):
        below = public(field.related_model, f"{field.name}__")
        if field.null and below:
            shown[field.name] = Case(
                When(below, then=F(field.attname)), output_field=models.TextField()
            )
    rows = model._base_manager.filter(public(model)).order_by(*_order(model))
    lines = rows.annotate(**{f"told_{name}": value for name, value in shown.items()})
    makers = [_maker(field) for field in columns(model)]
    for line in lines.values_list(*(f"told_{name}" for name in shown)).iterator(BATCH):
        yield [
            make(value) if make and value is not None else value
            for make, value in zip(makers, line, strict=True)
        ]


def _order(model: type[models.Model]) -> list[str]:
    names = key(model)
    return [field.attname for field in columns(model) if field.name in names]


def _maker(field: models.Field) -> Callable[[Any], str] | None:
    """What makes a cell of the column's values, where they are no texts or numbers."""
    if isinstance(field, models.DecimalField):
        return _exact
    if isinstance(field, models.BooleanField):
        return lambda value: "true" if value else "false"
    return None


def _exact(value: Decimal) -> str:
    return f"{value.normalize():f}"
