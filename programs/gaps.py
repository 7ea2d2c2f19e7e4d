"""What of the same can't be compared all the same: by unit, period, base or start.

What a text leaves open of these stands in nobody's way.
"""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Figure
from registry import dates

# What comes together during a period.
ACCRUED = {"flow", "cumulative"}
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
    BASE = "base", _("observed against another base")
    START = "start", _("counted from another start")
    EARLIER = "earlier", _("not yet observed in its period")


def why_not(target: Figure, latest: Figure | None) -> Gap:
    """Why the newest observation of the same says nothing of the target, or `NONE`."""
    if target.value is None:
        return Gap.RELATION if target.versus_id else Gap.WORDS
    if latest is None or latest.value is None:
        return Gap.UNOBSERVED
    if latest.unit != target.unit:
        return Gap.UNIT
    spans = {target.span, latest.span} - {""}
    if len(spans) > 1 or (spans == {"flow"} and not _as_long(target, latest)):
        return Gap.SPAN
    if "" not in (bases := {target.base_period, latest.base_period}) and len(bases) > 1:
        return Gap.BASE
    for span in spans & ACCRUED:
        return _of_another_time(target, latest, span)
    return Gap.NONE


def _of_another_time(target: Figure, latest: Figure, span: str) -> Gap:
    """Whether what accrued did so before the target's period, or since another day."""
    aimed, seen = _first_day(target, span), _first_day(latest, span)
    if aimed and latest.period_end and dates.last_day(latest.period_end) < aimed:
        return Gap.EARLIER
    if span == "cumulative" and None not in (aimed, seen) and aimed != seen:
        return Gap.START
    return Gap.NONE


def _first_day(figure: Figure, span: str) -> date | None:
    """On which its period begins; a total says since when, or may be since ever."""
    start = figure.period_start
    if not start and span == "flow":
        start = figure.period_end
    return dates.first_day(start) if start else None


def _as_long(one: Figure, other: Figure) -> bool:
    lengths = [_days(figure) for figure in (one, other)]
    return None in lengths or abs(lengths[0] - lengths[1]) <= ALIKE


def _days(figure: Figure) -> Any:
    """How long its period is, None where it is not stated."""
    if not figure.period_end:
        return None
    first = dates.first_day(figure.period_start or figure.period_end)
    return (dates.last_day(figure.period_end) - first).days
