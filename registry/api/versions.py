"""A record's public history: when it changed and what, not who nor why.

It begins with the first publication; what was withdrawn since is left out of it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import history, journal
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.api.shown import Amount
from registry.fields import AmountField
from registry.history import RowDifference, State
from registry.models import Change, Publication, Record

FIELD = {
    "type": "object",
    "properties": {"field": {"type": "string"}, "before": {}, "after": {}},
}
ROW = {
    "type": "object",
    "properties": {
        "kind": {"type": "string"},
        "code": {"type": "string"},
        "action": {"type": "string", "enum": ["added", "changed", "removed"]},
        "fields": {"type": "array", "items": FIELD},
    },
}
VERSION = {
    "type": "object",
    "properties": {
        "revision": {"type": "integer"},
        "at": {"type": "string", "format": "date-time"},
        "changes": {"type": "array", "items": ROW},
    },
}
VERSIONS = {
    "type": "object",
    "properties": {"results": {"type": "array", "items": VERSION}},
}
DIFFERENCE = {
    "type": "object",
    "properties": {
        "from": {"type": "integer"},
        "to": {"type": "integer"},
        "changes": {"type": "array", "items": ROW},
    },
}
ACTIONS = {"I": "added", "U": "changed", "D": "removed"}
UNTOLD = {"publication", "merged_into"}


def ends() -> list[Parameter]:
    """The parameters of a difference."""
    whole = {"type": "integer", "minimum": 1}
    return [
        Parameter(
            "from", str(_("The revision to begin with, of history.")), whole, "1"
        ),
        Parameter("to", str(_("The revision to end with, of history.")), whole, "1"),
    ]


def public_states(record: Record) -> Iterator[tuple[Change, State]]:
    """The record as everybody saw it after each change that they could see."""
    shown = _shown_now(record)
    before: State = {}
    for change, state in history.states(record):
        after = _public(record, state, shown)
        if history.differences(type(record), before, after):
            yield change, after
        before = after


def _public(record: Record, state: State, shown: dict[str, set[str]]) -> State:
    own = state.get((journal.kind_of(type(record)), record.pk), {})
    if own.get("publication") != Publication.PUBLISHED:
        return {}
    return {
        (kind, key): row
        for (kind, key), row in state.items()
        if kind not in shown
        or (key in shown[kind] and row["publication"] == Publication.PUBLISHED)
    }


def _shown_now(record: Record) -> dict[str, set[str]]:
    """Kind → codes of records shown with it that are published today."""
    found = {}
    for part in history.shown_parts(type(record)):
        entries = history.entries_of(record).filter(kind=part.kind)
        rows = part.model._base_manager.filter(
            pk__in=entries.values("key"), publication=Publication.PUBLISHED
        )
        found[part.kind] = set(rows.values_list("pk", flat=True))
    return found


def versions(record: Record) -> list[dict[str, Any]]:
    """Its public versions, newest first, each with what it changed."""
    found = []
    before: State = {}
    for change, state in public_states(record):
        rows = history.differences(type(record), before, state)
        changes = told(rows)
        if changes:
            found.append(
                {"revision": change.revision, "at": change.at, "changes": changes}
            )
        before = state
    return found[::-1]


def difference(record: Record, asked: dict[str, str]) -> dict[str, Any]:
    """What differs between two public versions, given by their revisions."""
    by_revision = {
        str(change.revision): state for change, state in public_states(record)
    }
    for name in ("from", "to"):
        if asked.get(name) not in by_revision:
            raise Refused(
                gettext("“%s” takes a revision of this record's history.") % name,
                parameter=name,
                allowed=by_revision,
                given=asked.get(name, ""),
            )
    before, after = (by_revision[asked[name]] for name in ("from", "to"))
    return {
        "from": int(asked["from"]),
        "to": int(asked["to"]),
        "changes": told(history.differences(type(record), before, after)),
    }


def told(rows: list[RowDifference]) -> list[dict[str, Any]]:
    """The differences as JSON, without what refers to drafts."""
    hidden = _hidden(rows)
    found = []
    for row in rows:
        if not issubclass(row.model, Record) and _refers_to(row, hidden):
            continue
        fields = [
            {
                "field": one.field.name,
                "before": _value(one.field, one.before, one.row_before, hidden),
                "after": _value(one.field, one.after, one.row_after, hidden),
            }
            for one in row.fields
            if one.field.name not in UNTOLD
        ]
        if fields or row.action != "U":
            found.append(
                {
                    "kind": journal.kind_of(row.model),
                    "code": row.key,
                    "action": ACTIONS[row.action],
                    "fields": fields,
                }
            )
    return found


def _refers_to(row: RowDifference, hidden: set[Any]) -> bool:
    """Whether an owned row refers to what is hidden, so that nobody is to see it."""
    return any(
        (field.related_model, line.get(field.attname)) in hidden
        for field in _references(row.model)
        for one in row.fields
        for line in (one.row_before, one.row_after)
    )


def _references(model: Any) -> list[Any]:
    """The model's foreign keys to records."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field.related_model, type)
        and issubclass(field.related_model, Record)
    ]


def _value(field: Any, value: Any, row: dict[str, Any], hidden: set[Any]) -> Any:
    if isinstance(field, AmountField):
        exact = field.to_python(value)
        return Amount.show(exact, row.get("unit", ""))
    if isinstance(field, models.ForeignKey) and (field.related_model, value) in hidden:
        return None
    return value


def _hidden(rows: list[RowDifference]) -> set[Any]:
    """(model, code) of what the rows refer to and nobody may see: drafts, gone ones."""
    wanted: dict[Any, set[Any]] = {}
    for row in rows:
        for field in _references(row.model):
            for one in row.fields:
                lines = (one.row_before, one.row_after)
                codes = {line.get(field.attname) for line in lines}
                wanted.setdefault(field.related_model, set()).update(codes - {None})
    return {
        (model, code)
        for model, codes in wanted.items()
        for code in codes.difference(
            model._base_manager.filter(pk__in=codes)
            .exclude(publication=Publication.DRAFT)
            .values_list("pk", flat=True)
        )
    }
