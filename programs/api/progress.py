"""How far a target has come, over REST: ``include=progress``."""

from typing import Any

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from programs.models import (
    Agency,
    Case,
    Document,
    Figure,
    Indicator,
    Passage,
    Program,
    Region,
    Target,
)
from programs.progress import Gap, Progress, compared
from registry.api.records import Gathered
from registry.api.shown import LABELLED, PASSAGE, Amount, Source
from registry.quantities import Quantity

TEXT = {"type": "string"}
AMOUNT = {"type": "string", "nullable": True}
QUANTITY = {
    "type": "object",
    "properties": {"comparator": TEXT, "value": TEXT, "unit": TEXT},
    "required": ["comparator", "value", "unit"],
    "additionalProperties": False,
    "nullable": True,
}
LATEST_FIELDS = {
    "code": TEXT,
    "comparator": TEXT,
    "value": AMOUNT,
    "value_to": AMOUNT,
    "unit": TEXT,
    "period_start": TEXT,
    "period_end": TEXT,
    "period_as_written": TEXT,
    "as_written": TEXT,
    "passage": PASSAGE,
}
LATEST = {
    "type": "object",
    "properties": LATEST_FIELDS,
    "required": list(LATEST_FIELDS),
    "additionalProperties": False,
    "nullable": True,
}
PROGRESS = {
    "type": "object",
    "properties": {
        "gap": LABELLED,
        "met": {"type": "boolean", "nullable": True},
        "share": QUANTITY,
        "distance": QUANTITY,
        "latest": LATEST,
    },
    "required": ["gap", "met", "share", "distance", "latest"],
    "additionalProperties": False,
    "nullable": True,
}


@extend_schema_field(PROGRESS)
class ProgressField(Gathered, serializers.Field):
    """The newest observation of the same, what it says of the target, what it can't.

    Null for targets that nobody follows: those that tell another again, and those of
    draft documents.
    """

    reads = (Figure, Passage, Document, Program, Agency, Case, Region, Indicator)
    suffixes = (
        "_gap",
        "_gap_label",
        "_met",
        "_share_comparator",
        "_share",
        "_share_unit",
        "_distance_comparator",
        "_distance",
        "_distance_unit",
        *(f"_latest_{name}" for name in LATEST_FIELDS if name != "passage"),
        *(f"_latest_passage{suffix}" for suffix in Source.suffixes),
    )
    numeric = ("_share", "_distance", "_latest_value", "_latest_value_to")

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def by_owner(self, owners: list[Any]) -> dict[Any, Any]:
        followed = Target.objects.followed().filter(pk__in=owners)
        rows = compared(followed)
        seen = [row.latest for row in rows if row.latest]
        prefetch_related_objects(seen, "passage__document")
        found = {row.target.pk: told(row) for row in rows}
        return {owner: found.get(owner) for owner in owners}

    def cells(self, shown: dict[str, Any] | None) -> list[Any]:
        if shown is None:
            return [None] * len(self.suffixes)
        gap, latest = shown["gap"] or {}, dict(shown["latest"] or {})
        passage = latest.pop("passage", None)
        row = [gap.get("code"), gap.get("label"), shown["met"]]
        for name in ("share", "distance"):
            row += shown[name].values() if shown[name] else [None] * 3
        names = [name for name in LATEST_FIELDS if name != "passage"]
        row += [latest.get(name) for name in names]
        return row + (list(passage.values()) if passage else [None] * 4)


def told(row: Progress) -> dict[str, Any]:
    """Progress as JSON."""
    return {
        "gap": {"code": row.gap.value, "label": str(row.gap.label)}
        if row.gap != Gap.NONE
        else None,
        "met": row.met,
        "share": _quantity(row.share),
        "distance": _quantity(row.distance),
        "latest": row.latest and _observation(row.latest),
    }


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    value = Amount.show(quantity.value, quantity.unit)
    return {"comparator": quantity.comparator, "value": value, "unit": quantity.unit}


def _observation(figure: Figure) -> dict[str, Any]:
    place = figure.passage
    source = Source.show(
        place.pk,
        place.document_id,
        place.locator,
        place.document.url,
        place.publication,
        place.document.publication,
    )
    texts = {name: getattr(figure, name) for name in LATEST_FIELDS if name != "passage"}
    amounts = {
        name: Amount.show(getattr(figure, name), figure.unit)
        for name in ("value", "value_to")
    }
    return texts | amounts | {"passage": source}
