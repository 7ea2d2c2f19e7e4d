"""What the values of terms and figures need in common to be put together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from programs.models import Figure, Term
from programs.models.regions import lineage
from registry.api.aggregates import Row, Values

# What a figure can be of, besides a place.
OTHERS = ("program", "agency", "case", "document")


def nested(rows: list[Row]) -> str:
    """Why the figures can't be added where one's place lies in that of another."""
    found = _place_in_place(
        {row["region"] for row in rows if row["region"] is not None}
    )
    if found is None:
        return ""
    return _(
        "“%(whole)s” may count what “%(part)s” counts. Choose places of one level with"
        " “region” and “region_scope”, or group by “region”."
    ) % {"whole": found[0], "part": found[1]}


def counted_twice(rows: list[Row]) -> str:
    """Why the figures can't be added: some may count what others count.

    That is so of places in places, of what two texts say of the same, of a whole and
    a segment of it, and of places beside programs, agencies and cases.
    """
    if reason := nested(rows):
        return reason
    if len({tuple(row[name] is None for name in OTHERS) for row in rows}) > 1:
        return _(
            "Figures of places, programs, agencies, cases or documents may count one"
            " another's. Choose those of one with a filter."
        )
    segments: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        segments[row["region"], *(row[name] for name in OTHERS)].append(row["segment"])
    for told in segments.values():
        if len(told) > 1 and ("" in told or len(set(told)) < len(told)):
            return _(
                "Several of these figures tell of the same, as a whole or of the same"
                " segment. Choose one with “segment” or “document”."
            )
    return ""


def _place_in_place(codes: Iterable[str]) -> tuple[str, str] | None:
    """Two of the places, of which the first holds the second; None for no such two."""
    known = set(codes)
    for code in sorted(known):
        for above in lineage(code)[1:]:
            if above in known:
                return above, code
    return None


TERMS = Values(
    Term,
    alike=("kind", "unit"),
    added=("per", "frequency"),
    beside="group_by=kind,unit",
)
OBSERVATIONS = Values(
    Figure,
    alike=("indicator", "unit", "transformation", "nature"),
    added=("span", "period_start", "period_end"),
    whole="part_of",
    apart=counted_twice,
    more=("region", *OTHERS, "segment"),
    beside="group_by=indicator,unit&transformation=level&nature=observed",
)
# All of one nature.
TARGETS = replace(OBSERVATIONS, beside="group_by=indicator,unit&transformation=level")
