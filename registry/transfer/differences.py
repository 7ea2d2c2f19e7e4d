"""What the present transaction changes, row by row, read from the journal."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from registry import history, journal, past
from registry.models import Action, Entry
from registry.transfer.bundles import Bundle


@dataclass(frozen=True)
class Written:
    """A difference, told with the row of a bundle's table that it belongs to.

    ``name`` is the row's own where it has one.
    """

    table: str
    code: str
    name: str
    difference: history.RowDifference


def mark() -> int:
    """The journal's last entry so far, after which `written` looks."""
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0


def written(bundle: Bundle, since: int) -> list[Written]:
    """How rows of the bundle's tables differ from what they were at that `mark`."""
    after: dict[tuple[str, str], Any] = {}
    for entry in journal.entries_so_far().filter(pk__gt=since).iterator():
        deleted = entry.action == Action.DELETE
        line = None if deleted else past.line_of(entry.row)
        after[entry.kind, entry.key] = line
    found = []
    for part in bundle.parts:
        model: Any = part.model
        # A relation to many is told with the row that has it.
        relations = {
            journal.kind_of(field.remote_field.through): field.m2m_column_name()
            for field in model._meta.many_to_many
        }
        kinds = [journal.kind_of(model), *relations]
        old: history.State = {}
        for kind in kinds:
            keys = [key for of, key in after if of == kind]
            for key, line in past.rows_before(kind, keys, since).items():
                old[kind, key] = line
        new = {
            key: line
            for key, line in after.items()
            if key[0] in kinds and line is not None
        }
        for row in history.differences(model, old, new):
            kind = journal.kind_of(row.model)
            line = new.get((kind, row.key)) or old[kind, row.key]
            code = line[relations[kind]] if kind in relations else row.key
            name = line.get("name") or line.get("title") or ""
            found.append(Written(part.name, code, name, row))
    return found


def digest(rows: list[Written]) -> str:
    """The same for the same differences."""
    told = [
        (
            row.table,
            row.difference.key,
            str(row.difference.action),
            [
                (field.field.name, str(field.before), str(field.after))
                for field in row.difference.fields
            ],
        )
        for row in rows
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()
