"""How far targets have come, each set beside the newest observation of the same.

Nothing is compared that isn't of the same indicator, subject, unit, span, base and
start; where a share would mean nothing (growth, ranks, ceilings), only whether the
target is met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.db import models
from django.db.models import Max, Q, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from programs.gaps import Gap, why_not
from programs.models import Figure, Target
from programs.models.figure_sets import SAME
from registry import dates
from registry.quantities import SIGNIFICANT_DIGITS, Quantity

CEILINGS = ("lt", "lte")
SHARED = ("level", "share", "multiple")
TENTH = Decimal("0.1")
# Of no more targets than these are the observations looked for by what they are of.
FEW = 500
# What is missing to a target, where so much was observed: of “more than 83” of 100,
# less than 17.
MISSING = {
    "gt": "lt",
    "gte": "lte",
    "lt": "gt",
    "lte": "gte",
    "between": "lte",
    "approx_below": "approx",
    "order": "approx",
}
# What there is too much of a ceiling.
BEYOND = {"between": "gte", "approx_below": "approx", "order": "approx"}


class State(models.TextChoices):
    """Where a target stands on a day, one of these."""

    MET = "met", _("met")
    UNDERWAY = "underway", _("under way")
    OVERDUE = "overdue", _("due")
    INCOMPARABLE = "incomparable", _("not comparable")


class Standing:
    """What is known of where a target stands: its ``due`` day, ``met`` and ``gap``."""

    due: date | None
    met: bool | None
    gap: Gap

    def overdue(self, on: date) -> bool:
        """Whether its period is over and it is not known to be met."""
        return self.due is not None and self.due < on and not self.met

    def state(self, on: date) -> State:
        """Met, due and not known to be met, not comparable, or else under way."""
        if self.met:
            return State.MET
        if self.overdue(on):
            return State.OVERDUE
        return State.INCOMPARABLE if self.gap else State.UNDERWAY


@dataclass(frozen=True)
class Progress(Standing):
    """A target, the newest observation of the same, and what the two say.

    ``share`` is the part of the target that was observed, in percent, as exact as the
    observation (more than 83%); ``met`` is None where it is not known. ``distance`` is
    what is missing to the target's number, or what there is too much of a ceiling.
    """

    target: Figure
    latest: Figure | None
    gap: Gap
    share: Quantity | None = None
    met: bool | None = None
    distance: Quantity | None = None

    @property
    def due(self) -> date | None:  # type: ignore[override]  # computed, not kept
        """The last day of its period, None where it is not stated."""
        end = self.target.period_end
        return dates.last_day(end) if end else None


def progress(target: Figure, latest: Figure | None) -> Progress:
    """What an observation says of a target."""
    gap = why_not(target, latest)
    if gap or latest is None:
        return Progress(target, latest, gap)
    share, met = _share(target, latest), _met(target, latest)
    distance = _distance(target, latest) if met is False else None
    return Progress(target, latest, gap, share, met, distance)


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
    rounded = percent.quantize(TENTH, ROUND_HALF_UP)
    if percent < 100 <= rounded:
        # What falls short by ever so little is not all of it.
        rounded = 100 - TENTH
    comparator = "gte" if latest.comparator == "between" else latest.comparator
    return Quantity(comparator, rounded, "percent")


def _met(target: Figure, latest: Figure) -> bool | None:
    """Whether the target is met; “exactly” in a target reads “at least”."""
    if target.value is None or latest.value is None:
        return None
    aim, seen, said = target.value, latest.value, latest.comparator
    if latest.value_to is not None:
        return _met_by_both(target, seen, latest.value_to)
    if is_ceiling(target):
        within = seen <= aim
        if target.comparator == "lt":
            within = seen < aim or (seen == aim and said in ("lt", "approx_below"))
        return None if within and said in ("gt", "gte") else within
    above = seen >= aim
    if target.comparator == "gt":
        above = seen > aim or (seen == aim and said == "gt")
    return None if above and said in ("lt", "lte", "approx_below") else above


def _met_by_both(target: Figure, low: Decimal, high: Decimal) -> bool | None:
    """Whether both ends of a range meet the target; None where only one does."""
    ends = [
        _met(target, Figure(comparator="eq", value=end, unit=target.unit))
        for end in (low, high)
    ]
    return ends[0] if ends[0] == ends[1] else None


def is_ceiling(target: Figure) -> bool:
    """Whether the target is to be kept below, as a rate or a rank is."""
    return target.comparator in CEILINGS or target.transformation == "rank"


def _distance(target: Figure, latest: Figure) -> Quantity | None:
    if target.value is None or latest.value is None:
        return None
    # Further than the databases keep digits, it would be no quantity.
    exact = Context(prec=SIGNIFICANT_DIGITS)
    missing = abs(exact.subtract(target.value, latest.value))
    said = BEYOND if is_ceiling(target) else MISSING
    comparator = said.get(latest.comparator, latest.comparator)
    return Quantity(comparator, missing, target.unit)


def compared(targets: Iterable[Figure], *, only: Sequence[str] = ()) -> list[Progress]:
    """How far each of the targets has come, in their order; two queries.

    ``only`` these columns of the observations are read, where given.
    """
    rows = list(targets)
    return _beside(rows, newest(rows), only)


def newest(targets: Sequence[Figure] | None = None) -> dict[tuple[Any, ...], str]:
    """The code of the newest comparable observation, by what it is of.

    Of all there is, or of what some targets can be compared with. Found by the database
    in one pass: beside each of many targets it would search anew.
    """
    rows = Figure.objects.comparable()
    if targets is not None and len(targets) <= FEW:
        rows = rows.filter(
            Q(region=None) | Q(region__in={target.region_id for target in targets}),
            indicator__in={target.indicator_id for target in targets},
        )
    # As an end, a year is after its months, and these are after their days.
    when = Concat("period_end", Value("-99 "), "code", output_field=TextField())
    found = rows.order_by().values_list(*SAME).annotate(last=Max(when))
    return {tuple(of): last.partition(" ")[2] for *of, last in found}


def same(figure: Figure) -> tuple[Any, ...]:
    """What a figure is of: those that agree in it are compared."""
    meta: Any = figure._meta
    return tuple(getattr(figure, meta.get_field(name).attname) for name in SAME)


def _beside(
    rows: list[Figure], latest: dict[tuple[Any, ...], str], only: Sequence[str] = ()
) -> list[Progress]:
    codes = [latest.get(same(row), "") for row in rows]
    seen = Figure.objects.only(*only) if only else Figure.objects.all()
    observed = seen.in_bulk([code for code in codes if code])
    return [
        progress(row, observed.get(code)) for row, code in zip(rows, codes, strict=True)
    ]


def tracked(most: int) -> tuple[list[Progress], dict[str, int]]:
    """Published targets in numbers, those observed first, then by their due date.

    At most so many; beside them how many targets there are (``all``), in numbers
    (``stated``), and of these with an observation (``observed``).
    """
    followed = Target.objects.followed()
    stated = followed.filter(value__isnull=False)
    observed = newest()
    found = [
        (tuple(of) not in observed, end == "", end, code)
        for code, end, *of in stated.values_list("pk", "period_end", *SAME)
    ]
    counts = {
        "all": followed.count(),
        "stated": len(found),
        "observed": sum(not missing for missing, *_rest in found),
    }
    codes = [code for *_rest, code in sorted(found)[:most]]
    rows = Target.objects.select_related(
        "indicator", "region", "program", "case", "agency"
    ).in_bulk(codes)
    return _beside([rows[code] for code in codes], observed), counts
