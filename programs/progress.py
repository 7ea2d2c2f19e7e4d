"""How far targets have come, each set beside the newest observation of the same.

Nothing is compared that isn't of the same indicator, subject, unit and span; where a
share would mean nothing (growth, ranks, ceilings), only whether the target is met.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Figure, Target
from programs.models.figures import SAME
from registry import dates
from registry.quantities import Quantity

CEILINGS = ("lt", "lte")
SHARED = ("level", "share", "multiple")
# Two periods of flow are alike when they differ by no more days than months do.
ALIKE = 3


class Gap(models.TextChoices):
    """Why a target and an observation are not compared."""

    NONE = "", ""
    WORDS = "words", _("in words only")
    RELATION = "relation", _("relative to another indicator")
    UNOBSERVED = "unobserved", _("no observation")
    UNIT = "unit", _("observed in another unit")
    SPAN = "span", _("observed over another period")


@dataclass(frozen=True)
class Progress:
    """A target, the newest observation of the same, and what the two say.

    ``share`` is the part of the target that was observed, in percent, as exact as the
    observation (more than 83%); ``met`` is None where it is not known.
    """

    target: Figure
    latest: Figure | None
    gap: Gap
    share: Quantity | None = None
    met: bool | None = None

    def overdue(self, on: date) -> bool:
        """Whether its period is over and it is not known to be met."""
        end = self.target.period_end
        return bool(end) and dates.last_day(end) < on and not self.met


def progress(target: Figure, latest: Figure | None) -> Progress:
    """What an observation says of a target."""
    gap = _gap(target, latest)
    if gap or latest is None:
        return Progress(target, latest, gap)
    return Progress(target, latest, gap, _share(target, latest), _met(target, latest))


def _gap(target: Figure, latest: Figure | None) -> Gap:
    if target.value is None:
        return Gap.RELATION if target.versus_id else Gap.WORDS
    if latest is None or latest.value is None:
        return Gap.UNOBSERVED
    if latest.unit != target.unit:
        return Gap.UNIT
    spans = {target.span, latest.span} - {""}
    if len(spans) > 1 or (spans == {"flow"} and not _as_long(target, latest)):
        return Gap.SPAN
    return Gap.NONE


def _as_long(one: Figure, other: Figure) -> bool:
    lengths = [_days(figure) for figure in (one, other)]
    return None in lengths or abs(lengths[0] - lengths[1]) <= ALIKE


def _days(figure: Figure) -> Any:
    """How long its period is, None where it is not stated."""
    if not figure.period_end:
        return None
    first = dates.first_day(figure.period_start or figure.period_end)
    return (dates.last_day(figure.period_end) - first).days


def _share(target: Figure, latest: Figure) -> Quantity | None:
    if (
        target.transformation not in SHARED
        or target.comparator in CEILINGS
        or not target.value
        or target.value < 0
        or latest.value is None
    ):
        return None
    percent = latest.value / target.value * 100
    rounded = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    comparator = "gte" if latest.comparator == "between" else latest.comparator
    return Quantity(comparator, rounded, "percent")


def _met(target: Figure, latest: Figure) -> bool | None:
    """Whether the target is met; “exactly” in a target reads “at least”."""
    if target.value is None or latest.value is None:
        return None
    aim, seen, said = target.value, latest.value, latest.comparator
    if target.comparator in CEILINGS or target.transformation == "rank":
        within = seen < aim if target.comparator == "lt" else seen <= aim
        return None if within and said in ("gt", "gte") else within
    above = seen >= aim
    if target.comparator == "gt":
        above = seen > aim or (seen == aim and said == "gt")
    return None if above and said in ("lt", "lte", "approx_below") else above


def tracked(most: int) -> tuple[list[Progress], dict[str, int]]:
    """Published targets in numbers, those observed first, then by their due date.

    At most so many; beside them how many targets there are (``all``), in numbers
    (``stated``), and of these with an observation (``observed``). Targets of draft
    documents, and those that tell another again, stay out.
    """
    followed = (
        Target.objects.published()
        .filter(restates=None)
        .exclude(passage__document__status="draft")
    )
    stated = followed.filter(value__isnull=False)
    # Matched here: beside each of many targets, the database would search anew.
    observed = set(Figure.objects.comparable().values_list(*SAME).distinct())
    found = [
        (tuple(same) not in observed, end == "", end, code)
        for code, end, *same in stated.values_list("pk", "period_end", *SAME)
    ]
    counts = {
        "all": followed.count(),
        "stated": len(found),
        "observed": sum(not missing for missing, *_rest in found),
    }
    codes = [code for *_rest, code in sorted(found)[:most]]
    rows = (
        Target.objects.with_latest()
        .select_related("indicator", "region", "program", "case", "agency")
        .in_bulk(codes)
    )
    latest = Figure.objects.in_bulk([row.latest for row in rows.values() if row.latest])
    return [
        progress(row, latest.get(row.latest)) for row in map(rows.__getitem__, codes)
    ], counts
