"""A record's versions: its row, the rows it owns and those shown with it, over time.

A state is (kind, key) → row (column → value) as the journal kept it, for the record and
all that belongs to it; differences are told field by field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import Q

from registry import journal
from registry.fields import is_derived
from registry.journal_references import naming
from registry.models import Action, Change, Entry, Owned, Record
from registry.past import Line, line_of

State = dict[tuple[str, str], Line]

# Kept for each row by the machinery; no fact about the record.
UNTOLD = {"code", "version", "created_at", "updated_at"}


@dataclass(frozen=True)
class FieldDifference:
    """One column that two states tell differently; values as the journal has them."""

    field: models.Field
    before: Any
    after: Any
    row_before: Line
    row_after: Line


@dataclass(frozen=True)
class RowDifference:
    """One row that two states tell differently: added, removed or changed."""

    model: type[models.Model]
    key: str
    action: Action
    fields: list[FieldDifference] = field(default_factory=list)


@dataclass(frozen=True)
class Version:
    """What one change left of a record, and how that differs from what was before."""

    change: Change
    state: State
    differences: list[RowDifference]


@dataclass(frozen=True)
class Part:
    """A table with rows of a record: its kind, and the column that leads there.

    Without a column a row belongs to the record by its key alone.
    """

    model: type[models.Model]
    column: str = ""

    @property
    def kind(self) -> str:
        return journal.kind_of(self.model)


def owned_parts(model: type[models.Model]) -> list[Part]:
    """Tables of rows that a record owns, and of its many-to-many relations."""
    parts = []
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        own = issubclass(other, Owned) and not issubclass(other, Record)
        if own and other.owner == relation.field.name:
            parts.append(Part(other))
    for line in model._meta.many_to_many:
        through: Any = line.remote_field.through
        parts.append(Part(through))
    return parts


def relation_of(through: Any, owner: type[models.Model]) -> Any:
    """The many-to-many field of the owner that is kept in that table."""
    (relation,) = (
        field
        for field in owner._meta.many_to_many
        if field.remote_field.through is through
    )
    return relation


def python_value(column: Any, value: Any) -> Any:
    """A column's value from what the journal has of it."""
    of = column.target_field if isinstance(column, models.ForeignKey) else column
    return of.to_python(value)


def shown_parts(model: type[models.Model]) -> list[Part]:
    """Tables of records of their own that are shown with a record."""
    return [
        Part(relation.related_model, relation.field.attname)
        for relation in model._meta.related_objects
        if relation.name in getattr(model, "shown_with", ())
    ]


def entries_of(record: models.Model) -> models.QuerySet[Entry]:
    """Entries of the record, of what it owns and of what was ever shown with it."""
    model, code = type(record), str(record.pk)
    condition = Q(kind=journal.kind_of(model), key=code)
    owned = [part.kind for part in owned_parts(model)]
    # "/" comes after "." in code-point order: the range of "<code>.".
    condition |= Q(kind__in=owned, key__gt=f"{code}.", key__lt=f"{code}/")
    for part in shown_parts(model):
        named = naming(part.kind, part.column, code).order_by()
        keys = set(named.values_list("key", flat=True).distinct())
        condition |= Q(kind=part.kind, key__in=keys)
    return Entry.objects.filter(condition)


def state_at(record: models.Model, revision: int | None = None) -> State:
    """The record and what belonged to it after that revision; {} before its first.

    Without one as it stands now, what this transaction wrote included.
    """
    entries = entries_of(record)
    if revision is not None:
        entries = entries.filter(change__revision__lte=revision)
    state: State = {}
    for entry in entries.order_by("change__revision", "id"):
        fold(state, entry)
    return belonging(record, state)


def fold(state: State, entry: Entry) -> None:
    """Let the state be what the entry's change left."""
    if entry.action == Action.DELETE:
        state.pop((entry.kind, entry.key), None)
    else:
        state[entry.kind, entry.key] = line_of(entry.row)


def belonging(record: models.Model, state: State) -> State:
    """The state without rows that belonged to another record by then."""
    columns = {part.kind: part.column for part in shown_parts(type(record))}
    return {
        (kind, key): row
        for (kind, key), row in state.items()
        if kind not in columns or row.get(columns[kind]) == record.pk
    }


def states(record: models.Model) -> Iterator[tuple[Change, State]]:
    """(change, what belonged to the record after it), oldest first."""
    ordered = entries_of(record).order_by("change__revision", "id")
    changes = groupby(
        ordered.select_related("change"), key=lambda entry: entry.change_id
    )
    state: State = {}
    for _number, entries in changes:
        for entry in entries:
            change = entry.change
            fold(state, entry)
        yield change, belonging(record, state)


def versions(record: models.Model) -> Iterator[Version]:
    """Its versions, oldest first; a change that left it as it was makes none."""
    before: State = {}
    for change, after in states(record):
        if found := differences(type(record), before, after):
            yield Version(change, after, found)
        before = after


def differences(
    model: type[models.Model], before: State, after: State
) -> list[RowDifference]:
    """Rows that differ, the record's own first, then by table and key."""
    by_kind = {journal.kind_of(model): model}
    for part in owned_parts(model) + shown_parts(model):
        by_kind[part.kind] = part.model
    order = list(by_kind)
    keys = [key for key in before.keys() | after.keys() if key[0] in by_kind]
    found = []
    for kind, key in sorted(keys, key=lambda key: (order.index(key[0]), key[1])):
        old, new = before.get((kind, key)), after.get((kind, key))
        fields = list(_fields(by_kind[kind], old or {}, new or {}))
        if old is None:
            found.append(RowDifference(by_kind[kind], key, Action.INSERT, fields))
        elif new is None:
            found.append(RowDifference(by_kind[kind], key, Action.DELETE, fields))
        elif fields:
            found.append(RowDifference(by_kind[kind], key, Action.UPDATE, fields))
    return found


def told_fields(model: type[models.Model]) -> Iterable[models.Field]:
    """Columns that say something about a row, its key left out.

    So is the owner of an owned row, which is no fact of its own; that of a record, such
    as the passage of a term, is.
    """
    owned = issubclass(model, Owned) and not issubclass(model, Record)
    owner = getattr(model, "owner", "") if owned else ""
    return [
        field
        for field in model._meta.local_concrete_fields
        if field.name not in {*UNTOLD, owner}
        and not is_derived(field)
        and not isinstance(field, models.AutoField)
    ]


def _fields(
    model: type[models.Model], old: Line, new: Line
) -> Iterator[FieldDifference]:
    for column in told_fields(model):
        before, after = old.get(column.attname), new.get(column.attname)
        # A column that the table got later says nothing in older rows.
        if before != after and not (before in ("", None) and after in ("", None)):
            yield FieldDifference(column, before, after, old, new)
