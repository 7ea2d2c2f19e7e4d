"""Taking a record back to an earlier version, as a new one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from registry import history, journal, past, publication
from registry.history import State
from registry.models import Record
from registry.past import Line
from registry.publication import Blocked

# Steps of their own, which going back to other words does not undo.
KEPT = {"publication", "merged_into", *history.UNTOLD}


def revert(
    record: Record, *, to: int, by: str, reason: str, path: str = "shell"
) -> None:
    """Write the record's row and the rows it owns as they stood after that revision.

    One change and a new version; publication stays, and so do the records shown with
    it, which have versions of their own. Raises `Conflict`, or `Blocked` with what
    keeps the old facts from holding today.
    """
    state = history.state_at(record, to)
    own = state.get((journal.kind_of(type(record)), record.pk))
    if own is None:
        raise Blocked([_("There is no such version of %s.") % record.pk])
    if merged := _merged_since(record, to):
        sentence = _("%(codes)s was merged into it since, and its rows would go.")
        raise Blocked([sentence % {"codes": ", ".join(merged)}])
    with journal.change(by=by, reason=reason, path=path), transaction.atomic():
        record.claim()
        record.refresh_from_db()
        try:
            now = history.state_at(record)
            _write(record, own, kept=KEPT)
            record.save(claimed=True)
            for part in history.owned_parts(type(record)):
                _write_rows(record, part.model, state, now)
        except ValidationError as error:
            raise Blocked(error.messages) from error
        if sentences := publication.obstacles(record):
            raise Blocked(sentences)


def _merged_since(record: Record, revision: int) -> list[str]:
    """Codes of records that were merged into it after that revision."""
    model: Any = type(record)
    merged = model._base_manager.filter(merged_into=record.pk)
    kind = journal.kind_of(type(record))
    codes = list(merged.values_list("pk", flat=True))
    then = past.rows_at(kind, codes, revision)
    return [code for code in codes if not then.get(code, {}).get("merged_into_id")]


def _write(row: models.Model, line: Line, *, kept: set[str]) -> None:
    """Set the row's columns; raises ValidationError for what can't stand today."""
    for field in history.told_fields(type(row)):
        if field.name not in kept and field.attname in line:
            value = history.python_value(field, line[field.attname])
            setattr(row, field.attname, value)
    row.full_clean(validate_unique=False, validate_constraints=True)


def _write_rows(record: Record, model: Any, state: State, now: State) -> None:
    """Make the rows of one table that the record owns what they were.

    All that differ go before any is written, since they may have exchanged what only
    one may say.
    """
    kind = journal.kind_of(model)
    wanted = {key: row for (of, key), row in state.items() if of == kind}
    if model._meta.auto_created:
        _relate(record, model, list(wanted.values()))
        return
    same = {key for key, row in wanted.items() if now.get((kind, key)) == row}
    for row in model._base_manager.filter(**{model.owner: record}):
        if row.pk not in same:
            row.delete()
    for code in wanted.keys() - same:
        row = model(code=code, **{model.owner: record})
        _write(row, wanted[code], kept=set())
        row.save()


def _relate(record: Record, through: Any, lines: list[Line]) -> None:
    """Set the many-to-many relation kept in that table."""
    relation = history.relation_of(through, type(record))
    column = f"{relation.m2m_reverse_field_name()}_id"
    codes = {line[column] for line in lines}
    standing = relation.related_model._base_manager.filter(pk__in=codes)
    gone = codes - set(standing.values_list("pk", flat=True))
    if gone:
        sentence = _("%(codes)s stood there then, and was deleted since.")
        raise Blocked([sentence % {"codes": ", ".join(sorted(gone))}])
    getattr(record, relation.name).set(codes)
