"""Bringing a registry in use up to the sheets, without undoing what analysts changed.

The plan says what would be written and what is left alone: `programs.seed_plan`.
"""

from collections import Counter
from typing import Any

from django.db import models

from programs import rows as plain_rows
from programs.rows import Row
from programs.seed_plan import Plan
from registry import derived, journal
from registry.models import Conflict, Owned, Record


def apply(made: Plan, *, by: str, reason: str) -> None:
    """Write the plan as one change. Raises `Conflict` when a record moved meanwhile."""
    if not made.writes:
        return
    by_kind = {journal.kind_of(model): model for model in plain_rows.tables()}
    with journal.change(by=by, reason=reason, path="seed"):
        _claim(made, by_kind)
        # First, since what comes may take the name of what goes.
        for kind in reversed(list(made.removed)):
            _remove(by_kind[kind], made.removed[kind], made.replaced[kind])
        for kind, rows in made.created.items():
            create(by_kind[kind], rows)
        for kind, changes in made.updated.items():
            for code, values in changes.items():
                _update(by_kind[kind], code, values, made.replaced[kind][code])


def _claim(made: Plan, by_kind: dict[str, Any]) -> None:
    """Take the next version of every standing record that the plan writes to."""
    touched: dict[tuple[type[Record], str], bool] = {}
    for part in (made.created, made.updated, made.removed):
        for kind, rows in part.items():
            model = by_kind[kind]
            for code in rows:
                if issubclass(model, Record):
                    touched[model, code] = True
                elif owner := _owner(model, code, made):
                    touched.setdefault(owner, False)
    for (model, code), itself in touched.items():
        record = model._base_manager.filter(pk=code).first()
        if record is not None:
            record.claim()
            if not itself:
                record.touch()


def _owner(model: Any, code: str, made: Plan) -> tuple[type[Record], str] | None:
    """The record that a row belongs to; None for a row of no record."""
    kind = journal.kind_of(model)
    if model._meta.auto_created:
        first = next(iter(plain_rows.columns(model).values()))
        target: Any = first.related_model
        return (target, _split(code)[0]) if issubclass(target, Record) else None
    if not issubclass(model, Owned):
        return None
    column = model._meta.get_field(model.owner)
    row = made.created.get(kind, {}).get(code)
    if row is not None:
        return column.related_model, row[column.attname]
    standing = model._base_manager.filter(pk=code)
    found = standing.values_list(column.attname, flat=True).first()
    return (column.related_model, found) if found else None


def create(model: type[models.Model], rows: dict[str, Row]) -> None:
    """Insert rows of one table."""
    if model._meta.auto_created:
        made = [model(**row) for row in rows.values()]
    else:
        made = [model(code=code, **row) for code, row in rows.items()]
    model._base_manager.bulk_create(made, batch_size=500)


def _update(model: type[models.Model], code: str, values: Row, replaced: Row) -> None:
    # Not the record queryset's update(): the version has been taken.
    standing: models.QuerySet = models.QuerySet(model).filter(pk=code, **replaced)
    if not standing.update(**values):
        raise Conflict(model(pk=code))
    derived.refresh(model, [code])


def _remove(
    model: type[models.Model], codes: list[str], replaced: dict[str, Row]
) -> None:
    if not model._meta.auto_created:
        for code in codes:
            standing = model._base_manager.filter(pk=code, **replaced[code])
            if not standing.delete()[0]:
                raise Conflict(model(pk=code))
        return
    owner, target = list(plain_rows.columns(model))
    for code in codes:
        first, second = _split(code)
        model._base_manager.filter(**{owner: first, target: second}).delete()


def _split(code: str) -> tuple[str, str]:
    """The two codes of a relation's key; neither side of one holds a dot."""
    first, _dot, second = code.partition(".")
    return first, second


def report(made: Plan) -> list[tuple[str, int, int, int, int, int]]:
    """(kind, created, updated, unchanged, kept, removed) for every table, in order."""
    kept = Counter((k.kind, k.code) for k in made.kept)
    lines = []
    for model in plain_rows.tables():
        kind = journal.kind_of(model)
        lines.append(
            (
                kind,
                len(made.created.get(kind, {})),
                len(made.updated.get(kind, {})),
                made.unchanged[kind],
                sum(1 for key in kept if key[0] == kind),
                len(made.removed.get(kind, [])),
            )
        )
    return lines
