"""A model as a table of files: one column for each of its fields."""

from typing import Any

from django.db import models

from registry import journal
from registry.fields import AmountField, CodeField, PartialDateField, is_derived
from registry.models import Owned, Record
from registry.transfer.tables import Column, Holds, Table

# Told in files, never changed by them: what the registry keeps of each record.
KEPT = ("publication", "version")
UPKEEP = ("verified_on", *KEPT)
# The registry's own affairs, of no use in a file.
LEFT_OUT = {"created_at", "updated_at", "merged_into"}


def fields_of(model: type[models.Model]) -> list[Any]:
    """The model's fields that files have, in their order.

    The code comes first, what every record has last.
    """
    stored = [
        field
        for field in model._meta.concrete_fields
        if field.name not in LEFT_OUT and not is_derived(field)
    ]
    own = [field for field in stored if field.name not in UPKEEP]
    own.sort(key=lambda field: not field.primary_key)
    upkeep = [field for field in stored if field.name in UPKEEP]
    return [*own, *model._meta.many_to_many, *upkeep]


def table_of(model: type[models.Model], name: str) -> Table:
    """The table that files of that name have: every field, and the owner's version.

    A row that a record owns has no version of its own; it tells that of the record.
    """
    columns = [column_of(field) for field in fields_of(model)]
    if owner := owner_of(model):
        version: Any = owner._meta.get_field("version")
        columns.append(column_of(version))
    return Table(name, model._meta.verbose_name_plural, tuple(columns))


def owner_of(model: type[models.Model]) -> type[Record] | None:
    """The model of the record that owns such rows and is written with them."""
    if not issubclass(model, Owned) or issubclass(model, Record):
        return None
    owner: Any = model._meta.get_field(model.owner).related_model
    return owner if issubclass(owner, Record) else None


def column_of(field: Any) -> Column:
    """The column that a field is in files."""
    named = field.name in KEPT
    refers_to = journal.kind_of(field.related_model) if field.is_relation else ""
    choices = tuple((str(v), label) for v, label in field.flatchoices if v)
    return Column(
        name=field.name,
        holds=_held(field),
        label=field.verbose_name,
        help=field.help_text,
        required=not (field.blank or field.null or field.has_default() or named),
        choices=choices,
        refers_to=refers_to,
        digits=_digits(field),
        kept=named,
    )


def _digits(field: Any) -> int:
    """How many digits the codes of a column begin with: six, of GB/T 2260, or none."""
    of = field.related_model._meta.pk if field.is_relation else field
    return 6 if isinstance(of, CodeField) and of.pattern.startswith("^[0-9]{6}") else 0


def _held(field: Any) -> Holds:
    if field.many_to_many:
        return Holds.CODES
    if field.is_relation or isinstance(field, CodeField):
        return Holds.CODE
    if field.flatchoices:
        return Holds.CHOICE
    if isinstance(field, AmountField | models.IntegerField):
        return Holds.NUMBER
    if isinstance(field, PartialDateField | models.DateField):
        return Holds.DATE
    if isinstance(field, models.BooleanField):
        return Holds.YES_NO
    return Holds.TEXT
