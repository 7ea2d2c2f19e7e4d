"""Rows of every table in one plain shape, wherever they come from.

``Rows`` is kind → code → column → value, with values as JSON knows them: text,
whole numbers, true and false, null; exact decimals and dates as text. Sheets, database
and journal give the same shape, so that they can be compared.
"""

import json
from decimal import Decimal
from typing import Any

from django.db import models

from programs.models import TABLES
from registry import journal
from registry.fields import is_derived
from registry.models import Entry

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]

# Kept by the database for each copy of the registry; no fact of the record.
OWN_TO_A_COPY = {"version", "created_at", "updated_at"}
# Of more rows the whole journal is read at once.
MOST_ASKED = 500


def relations(model: type[models.Model]) -> list[models.ManyToManyField]:
    return list(model._meta.local_many_to_many)


def tables() -> list[type[models.Model]]:
    """Every table in loading order, each followed by its many-to-many relations."""
    found: list[type[models.Model]] = []
    for model in TABLES:
        found.append(model)
        found += filter(None, (f.remote_field.through for f in relations(model)))
    return found


def columns(model: type[models.Model]) -> dict[str, models.Field]:
    """Column → field of what a row of that table says, its code left out."""
    return {
        field.attname: field
        for field in model._meta.local_concrete_fields
        if not field.primary_key
        and not is_derived(field)
        and field.name not in OWN_TO_A_COPY
    }


def plain(field: models.Field, value: Any) -> Any:
    """A column's value as JSON knows it, the same for equal values."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    value = field.to_python(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def of_database() -> Rows:
    """All rows of the registry as it stands."""
    found: Rows = {}
    for model in tables():
        fields = columns(model)
        through = bool(model._meta.auto_created)
        rows = {}
        for pk, *values in model._base_manager.values_list("pk", *fields):
            row = {
                name: plain(field, value)
                for (name, field), value in zip(fields.items(), values, strict=True)
            }
            rows[".".join(row.values()) if through else pk] = row
        found[journal.kind_of(model)] = rows
    return found


def as_loaded(paths: tuple[str, ...], keys: dict[str, set[str]]) -> Rows:
    """What changes on those paths last set, column by column, from the journal.

    Of the rows that ``keys`` names, kind → codes. A column that somebody else changed
    since keeps the value that was loaded, so that the two can be told apart. Rows that
    such a change deleted are left out.
    """
    by_kind = {journal.kind_of(model): columns(model) for model in tables()}
    loaded: Rows = {kind: {} for kind in by_kind}
    before: dict[tuple[str, str], Row] = {}
    entries = Entry.objects.order_by("id")
    asked = set().union(*keys.values())
    if len(asked) <= MOST_ASKED:
        entries = entries.filter(key__in=asked)
    told = entries.values_list("kind", "key", "action", "row", "change__path")
    for kind, key, action, text, path in told.iterator():
        if key not in keys.get(kind, ()):
            continue
        line = json.loads(text, parse_float=Decimal)
        row = {
            name: plain(field, line.get(field.column))
            for name, field in by_kind[kind].items()
        }
        last = before.get((kind, key), {}) if action == "U" else {}
        before[kind, key] = row
        if path not in paths:
            continue
        if action == "D":
            loaded[kind].pop(key, None)
            continue
        changed = {
            name: value
            for name, value in row.items()
            if name not in last or last[name] != value
        }
        loaded[kind].setdefault(key, {}).update(changed)
    return loaded
