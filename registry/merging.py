"""Merging a record into another of its kind, with all that points to it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.journal import change
from registry.models import Owned, Publication, Record
from registry.publication import Blocked, obstacles, owned


def merge(
    record: Record, *, into: Record, by: str, reason: str, path: str = "shell"
) -> tuple[int, int]:
    """Withdraw a record in favour of another of its kind: rows moved, rows that stay.

    All that pointed to it points to the other, the rows it owned belong to the other
    (one that the other has already goes, one that contradicts the other's stays), and
    its address leads to the other. Raises `Blocked` when it owns records, or one of the
    two is not published.
    """
    if sentences := obstacles_to_merging(record, into):
        raise Blocked(sentences)
    with change(by=by, reason=reason, path=path), transaction.atomic():
        # In one order whichever way, so that two merges wait instead of deadlocking.
        for one in sorted((record, into), key=lambda one: one.pk):
            one.claim()
            one.refresh_from_db()
        if sentences := obstacles_to_merging(record, into):
            raise Blocked(sentences)
        moved = _move_references(record, into) + _move_owned(record, into)
        into.take_over(record)
        record.publication = Publication.WITHDRAWN
        record.merged_into = into
        record.save(claimed=True)
        into.touch()
        into.refresh_from_db()
        if sentences := obstacles(record) + obstacles(into):
            raise Blocked(sentences)
        return moved, len(owned(record))


def _move_references(record: Record, into: Record) -> int:
    """Point every foreign key and relation at the other record."""
    moved = 0
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        column = relation.field.name
        rows = model._base_manager.filter(**{column: record.pk})
        if relation.many_to_many:
            moved += _move_lines(rows, column, record, into)
        elif not (issubclass(model, Owned) and model.owner == column):
            for row in rows:
                if row == into:
                    _let_go(into, column)
                elif row != record:
                    moved += _point(row, column, record, into)
    return moved


def _let_go(into: Record, column: str) -> None:
    """The other pointed to the record, and would point to itself: to nothing then."""
    field: Any = into._meta.get_field(column)
    if not field.null:
        raise Blocked(
            [_("“%(field)s” of %(code)s is the record itself.")
             % {"field": field.verbose_name, "code": into.pk}]
        )  # fmt: skip
    setattr(into, column, None)
    into.save(claimed=True)


def _point(row: Any, column: str, record: Record, into: Record) -> int:
    """Let the row's column point to the other; one that would double another goes."""
    setattr(row, column, into)
    if not isinstance(row, Record):
        owner = getattr(row, row.owner)
        if owner not in (record, into):
            owner.claim()
            owner.touch()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if isinstance(row, Record):
            raise
        row.delete()
        return 0
    return 1


def _move_lines(owners: Any, name: str, record: Record, into: Record) -> int:
    """Lines of others' many-to-many relations of that name."""
    for owner in owners:
        if owner not in (record, into):
            owner.claim()
            owner.touch()
        related = getattr(owner, name)
        related.remove(record)
        if owner != into:
            related.add(into)
    return len(owners)


def _move_owned(record: Record, into: Record) -> int:
    """Give the record's own rows, and the lines of its relations, to the other."""
    moved = 0
    row: Any
    for row in owned(record):
        copy = type(row)._base_manager.get(pk=row.pk)
        copy.pk, copy._state.adding = "", True
        setattr(copy, copy.owner, into)
        if _says_the_same(copy, into):
            row.delete()
            continue
        try:
            with transaction.atomic():
                row.delete()
                copy.save()
            moved += 1
        except IntegrityError:
            # The other has a row in its place that says something else: it stays.
            continue
    for field in record._meta.many_to_many:
        related = getattr(record, field.name)
        getattr(into, field.name).add(*related.exclude(pk=into.pk))
    return moved


def _says_the_same(row: Any, into: Record) -> bool:
    """Whether the record has a row that differs in its code and place only."""
    facts = {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in ("order", row.owner)
    }
    return bool(type(row)._base_manager.filter(**{row.owner: into}, **facts).exists())


def obstacles_to_merging(record: Record, into: Record) -> list[str]:
    """Sentences, one for each thing that keeps the record from being merged there."""
    found = []
    if type(record)._meta.concrete_model is not type(into)._meta.concrete_model:
        found.append(_("Only records of one kind can be merged."))
    if record.pk == into.pk:
        found.append(_("A record can't be merged into itself."))
    found += [
        _("%(code)s is not published.") % {"code": one.pk}
        for one in (record, into)
        if one.publication != Publication.PUBLISHED
    ]
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if issubclass(model, Owned) and issubclass(model, Record):
            rows = model._base_manager.filter(**{relation.field.name: record.pk})
            if model.owner == relation.field.name and rows.exists():
                found.append(
                    _("It owns %(kind)s with codes of their own, such as %(code)s.")
                    % {"kind": model._meta.verbose_name_plural, "code": rows[0].pk}
                )
    return found
