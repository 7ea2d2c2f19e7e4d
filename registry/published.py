"""What is published, raw: codes instead of labels, for programs that keep a copy."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from registry import history, journal
from registry.models import Coded, Entry, Owned, Publication, Record, public

# What a record says of its own keeping, which no reader can act on.
UNSERVED = {"publication", "merged_into"}


def served() -> list[type[models.Model]]:
    """Every model whose rows the feed tells of: records, and coded rows of no owner."""
    return [
        model
        for model in journal.journaled()
        if issubclass(model, Record)
        or (issubclass(model, Coded) and not issubclass(model, Owned))
    ]


def owner_column(part: Any, owner: type[models.Model]) -> str:
    """The column of an owned table, or of a relation's, that has the owner's code."""
    if issubclass(part, Owned):
        return f"{part.owner}_id"
    return f"{history.relation_of(part, owner).m2m_field_name()}_id"


def states(
    model: type[models.Model], codes: list[str] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(code, state) of the published records of that kind, of all without codes."""
    rows = model._base_manager.filter(public(model)).order_by("pk")
    if codes is not None:
        rows = rows.filter(pk__in=codes)
    plain = dict(_plain(rows))
    parts: dict[str, dict[str, list[Any]]] = {code: {} for code in plain}
    for part in history.owned_parts(model):
        column = owner_column(part.model, model)
        lines = part.model._base_manager.filter(
            _of_the_published(part.model), **{f"{column}__in": list(plain)}
        )
        for owner in parts.values():
            owner[part.kind] = []
        if issubclass(part.model, Owned):
            owners = dict(lines.values_list("pk", column))
            for code, row in _plain(lines.order_by("pk")):
                parts[owners[code]][part.kind].append({"code": code} | row)
        else:
            other = (
                f"{history.relation_of(part.model, model).m2m_reverse_field_name()}_id"
            )
            for owner_code, code in lines.order_by(other).values_list(column, other):
                parts[owner_code][part.kind].append(code)
    for code, row in plain.items():
        yield code, {"state": "published", "row": row, "parts": parts[code]}


def _of_the_published(part: type[models.Model]) -> Q:
    """Rows that refer to nothing but what is published: a role of a draft is none."""
    condition = public(part)
    for field in part._meta.concrete_fields:
        target: Any = field.related_model
        if field.null and isinstance(target, type) and issubclass(target, Record):
            condition &= Q(**{f"{field.name}__isnull": True}) | Q(
                **{f"{field.name}__publication": Publication.PUBLISHED}
            )
    return condition


def _plain(rows: models.QuerySet) -> Iterator[tuple[str, dict[str, Any]]]:
    """(code, column → value as JSON has it); references to what is hidden as null."""
    fields = [f for f in history.told_fields(rows.model) if f.name not in UNSERVED]
    lines = list(rows.values_list("pk", *(field.attname for field in fields)))
    hidden = {
        number: _hidden(field.related_model, {line[number] for line in lines})
        for number, field in enumerate(fields, start=1)
        if isinstance(field, models.ForeignKey)
    }
    for line in lines:
        yield (
            line[0],
            {
                field.name: None
                if line[number] in hidden.get(number, ())
                else _json(line[number])
                for number, field in enumerate(fields, start=1)
            },
        )


def _hidden(model: Any, codes: set[Any]) -> set[Any]:
    """Those of the codes that are not published."""
    if not issubclass(model, Record):
        return set()
    shown = model._base_manager.filter(
        pk__in=codes, publication=Publication.PUBLISHED
    ).values_list("pk", flat=True)
    return codes - set(shown) - {None}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def tombstones(
    model: type[models.Model], codes: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(code, state) of those of the codes that were published once."""
    public = Entry.objects.filter(kind=journal.kind_of(model), key__in=codes)
    standing: dict[str, Any] = {}
    if issubclass(model, Record):
        # PostgreSQL writes JSON with a space, SQLite without.
        public = public.filter(
            Q(row__contains='"publication": "published"')
            | Q(row__contains='"publication":"published"')
        )
        standing = model._base_manager.in_bulk(codes)
    for code in sorted(set(public.values_list("key", flat=True))):
        row = standing.get(code)
        successor = row.merged_into_id if row else None
        state = "deleted" if row is None else "merged" if successor else "withdrawn"
        yield code, {"state": state, "successor": successor}
