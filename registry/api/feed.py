"""``/changes/``: the published state of every record changed after a cursor.

Records come in commit order, as they stand now and as often as they changed, with the
rows they own; whoever applies each in turn ends with what is published. A record that
was published once and is no more comes as a tombstone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry import history, journal, past, published
from registry.api.answers import meta
from registry.api.conditional import canonical, conditional
from registry.api.paging import page_size, sized
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.api.routes import Route
from registry.models import Change, Entry

BATCH = 1000

ITEM = {
    "type": "object",
    "required": ["kind", "code", "state", "revision", "at"],
    "properties": {
        "kind": {"type": "string"},
        "code": {"type": "string"},
        "state": {
            "type": "string",
            "enum": ["published", "withdrawn", "merged", "deleted"],
        },
        "successor": {"type": ["string", "null"]},
        "revision": {"type": "integer"},
        "at": {"type": "string", "format": "date-time"},
        "row": {"type": "object", "additionalProperties": True},
        "parts": {"type": "object", "additionalProperties": True},
    },
}
FEED = {
    "type": "object",
    "required": ["results", "next", "more", "meta"],
    "properties": {
        "results": {"type": "array", "items": ITEM},
        "next": {"type": "string", "format": "uri"},
        "more": {"type": "boolean"},
        "meta": meta(),
    },
}


@dataclass(frozen=True)
class Place:
    """Where a reader of the feed stands: a revision, and an entry within it."""

    revision: int = 0
    entry: int = 0

    @classmethod
    def read(cls, text: str) -> "Place":
        """The cursor's place; raises `Refused` for what this feed never gave.

        A registry that was restored from an older backup comes to the same revisions
        again, with other digests: what was read of the lost ones is of no use then.
        """
        found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{8})?", text)
        if found is None:
            raise Refused(
                gettext("A cursor comes from next; leave it out to begin."),
                parameter="since",
            )
        place = cls(int(found[1]), int(found[2]))
        if str(place) != text or (place != cls() and not found[3]):
            raise Refused(
                gettext(
                    "This registry never had the revision of that cursor: begin anew."
                ),
                parameter="since",
            )
        return place

    def __str__(self) -> str:
        change = Change.objects.filter(revision=self.revision).first()
        return f"{self.revision}-{self.entry}-{change.digest[:8] if change else ''}"


class Changes(Route):
    """Published records changed after a cursor, in commit order, with tombstones."""

    reads = (Change,)

    def parameters(self, *, detail: bool) -> list[Parameter]:
        return [
            Parameter(
                "since",
                str(_("Where to go on, from next; without it from the beginning.")),
                {"type": "string", "pattern": "^[0-9]+-[0-9]+-([0-9a-f]{8})?$"},
                example="0-0-",
            ),
            sized(str(_("Records at most."))),
        ]

    @extend_schema(operation_id="changes", responses={200: FEED})
    @conditional
    def get(self, request: Request) -> Response:
        asked = self.asked
        size = page_size(asked)
        with journal.reading():
            since = Place.read(asked["since"]) if "since" in asked else Place()
            touched, place, more = _touched(since, size)
            results = list(_items(touched))
        query = canonical({**asked, "since": str(place)})
        following = request.build_absolute_uri(f"{request.path}?{query}")
        return Response(
            {
                "results": results,
                "next": following,
                "more": more,
                "meta": self.state.told(),
            }
        )


@dataclass(frozen=True)
class Touch:
    """A record that a change touched, and the change."""

    model: type[models.Model]
    code: str
    revision: int | None
    at: datetime


def _owners() -> dict[str, tuple[type[models.Model], str]]:
    """Kind → the model whose records it tells of, and the column with their code."""
    found: dict[str, tuple[type[models.Model], str]] = {}
    for model in published.served():
        found[journal.kind_of(model)] = (model, "")
        for part in history.owned_parts(model):
            found[part.kind] = (model, published.owner_column(part.model, model))
    return found


def _touched(since: Place, most: int) -> tuple[list[Touch], Place, bool]:
    """Records touched after the place, each once; where that ends; whether more is."""
    owners = _owners()
    found: dict[tuple[str, str], Touch] = {}
    place = since
    while True:
        after = Q(change__revision__gt=place.revision) | Q(
            change__revision=place.revision, id__gt=place.entry
        )
        entries = Entry.objects.filter(after, kind__in=owners)
        batch = list(
            entries.order_by("change__revision", "id").values_list(
                "change__revision", "id", "change__at", "kind", "key", "row"
            )[:BATCH]
        )
        for revision, entry, at, kind, key, row in batch:
            model, column = owners[kind]
            code = past.line_of(row)[column] if column else key
            name = (journal.kind_of(model), code)
            if name not in found and len(found) == most:
                return list(found.values()), place, True
            found.setdefault(name, Touch(model, code, revision, at))
            place = Place(revision or 0, entry)
        if len(batch) < BATCH:
            return list(found.values()), place, False


def _items(touched: list[Touch]) -> Iterator[dict[str, Any]]:
    """What the feed says of each, in order; nothing of what nobody ever saw."""
    told: dict[tuple[type[models.Model], str], dict[str, Any]] = {}
    for model in {touch.model for touch in touched}:
        codes = [touch.code for touch in touched if touch.model is model]
        told |= {(model, code): state for code, state in published.states(model, codes)}
        gone = [code for code in codes if (model, code) not in told]
        told |= {
            (model, code): state for code, state in published.tombstones(model, gone)
        }
    for touch in touched:
        state = told.get((touch.model, touch.code))
        if state is not None:
            yield {
                "kind": journal.kind_of(touch.model),
                "code": touch.code,
                "revision": touch.revision,
                "at": touch.at,
            } | state
