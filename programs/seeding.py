"""Bringing a registry in use up to the sheets, without undoing what analysts changed.

The plan says what would be written and what is left alone: `programs.seed_plan`.
"""

from collections import Counter, defaultdict
from typing import Any

from django.db import IntegrityError, models, transaction

from programs import rows as plain_rows
from programs.rows import Row
from programs.seed_plan import Plan
from registry import bulk, derived, journal
from registry.models import Conflict, Owned, Record

CHUNK = 500


def apply(made: Plan, *, by: str, reason: str) -> None:
    """Write the plan as one change.

    Raises `Conflict` when a record moved meanwhile, `bulk.Refused` for a row that can't
    be written.
    """
    if not made.writes:
        return
    by_kind = {journal.kind_of(model): model for model in plain_rows.tables()}
    with journal.change(by=by, reason=reason, path="seed"):
        _claim(made, by_kind)
        # In this order, since what comes may take the name of what goes or changes.
        for kind in reversed(list(made.removed)):
            _remove(by_kind[kind], made.removed[kind], made.replaced[kind])
        for kind, changes in made.updated.items():
            for code, values in changes.items():
                _update(by_kind[kind], code, values, made.replaced[kind][code])
        for kind, rows in made.created.items():
            create(by_kind[kind], rows)


def _claim(made: Plan, by_kind: dict[str, Any]) -> None:
    """Take the next version of every standing record that the plan writes to."""
    touched: dict[type[Record], dict[str, bool]] = defaultdict(dict)
    for part in (made.created, made.updated, made.removed):
        for kind, rows in part.items():
            model = by_kind[kind]
            if issubclass(model, Record):
                touched[model] |= dict.fromkeys(rows, True)
            else:
                owner, codes = _owners(model, list(rows), made)
                for code in codes:
                    touched[owner].setdefault(code, False)
    for record_type, itself in touched.items():
        for start in range(0, len(itself), CHUNK):
            asked = list(itself)[start : start + CHUNK]
            for code, record in record_type._base_manager.in_bulk(asked).items():
                record.claim()
                if not itself[code]:
                    record.touch()


def _owners(model: Any, codes: list[str], made: Plan) -> tuple[Any, set[str]]:
    """The records that the rows belong to; none for rows of no record."""
    if model._meta.auto_created:
        first = next(iter(plain_rows.columns(model).values()))
        target: Any = first.related_model
        found = {_split(code)[0] for code in codes}
        return target, found if issubclass(target, Record) else set()
    if not issubclass(model, Owned):
        return None, set()
    column = model._meta.get_field(model.owner)
    created = made.created.get(journal.kind_of(model), {})
    owners = {created[code][column.attname] for code in codes if code in created}
    known = [code for code in codes if code not in created]
    for start in range(0, len(known), CHUNK):
        standing = model._base_manager.filter(pk__in=known[start : start + CHUNK])
        owners.update(standing.values_list(column.attname, flat=True))
    return column.related_model, owners


def create(model: type[models.Model], rows: dict[str, Row]) -> None:
    """Insert rows of one table."""
    if model._meta.auto_created:
        bulk.insert(model, rows.values())
    else:
        bulk.insert(model, ({"code": code, **row} for code, row in rows.items()))


def _update(model: type[models.Model], code: str, values: Row, replaced: Row) -> None:
    # Not the record queryset's update(): the version has been taken.
    standing: models.QuerySet = models.QuerySet(model).filter(pk=code, **replaced)
    try:
        with transaction.atomic():
            found = standing.update(**values)
    except IntegrityError as error:
        raise bulk.Refused(0, model, code, error) from error
    if not found:
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
