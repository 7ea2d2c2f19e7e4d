"""What the present transaction changes, row by row, read from the journal."""

import hashlib
from typing import Any

from registry import history, journal, past
from registry.models import Action
from registry.transfer.bundles import Bundle


def written(bundle: Bundle, before: int) -> list[history.RowDifference]:
    """How rows of the bundle's tables differ from what they were at that revision."""
    after: dict[tuple[str, str], Any] = {}
    for entry in journal.entries_so_far().iterator():
        deleted = entry.action == Action.DELETE
        line = None if deleted else past.line_of(entry.row)
        after[entry.kind, entry.key] = line
    found = []
    for part in bundle.parts:
        model = part.model
        kinds = [journal.kind_of(model)]
        kinds += [
            journal.kind_of(field.remote_field.through)
            for field in model._meta.many_to_many
        ]
        old: history.State = {}
        for kind in kinds:
            keys = [key for of, key in after if of == kind]
            for key, line in past.rows_at(kind, keys, before).items():
                old[kind, key] = line
        new = {
            key: line
            for key, line in after.items()
            if key[0] in kinds and line is not None
        }
        found += history.differences(model, old, new)
    return found


def digest(rows: list[history.RowDifference]) -> str:
    """The same for the same differences."""
    told = [
        (
            row.model._meta.label,
            row.key,
            str(row.action),
            [(f.field.name, str(f.before), str(f.after)) for f in row.fields],
        )
        for row in rows
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()
