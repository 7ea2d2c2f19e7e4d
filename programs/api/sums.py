"""What the values of terms and figures need in common to be put together."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from programs.models import Figure, Term
from programs.models.regions import lineage
from registry.api.aggregates import Row, Values


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
    apart=nested,
    more=("region",),
    beside="group_by=indicator,unit&transformation=level&nature=observed",
)
# All of one nature.
TARGETS = replace(OBSERVATIONS, beside="group_by=indicator,unit&transformation=level")
