"""A target's page: what was observed of the same over time, beside the target."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs import tracker
from programs.admin.figures import amount_said, period_said
from programs.admin.tracker import line
from programs.models import Figure, Target
from programs.progress import Progress, compared
from registry import dates
from registry.admin.pages import Page, asked
from registry.spelling import spell

# The largest scale that the greatest value reaches names the axis: 亿元, billion yuan.
SCALES = {"zh": (12, 8, 4), "en": (12, 9, 6)}


def page(request: HttpRequest, code: str) -> HttpResponse:
    """The target, its observations as a table and a plot, other targets of the same."""
    asked(request, [])
    followed = tracker.followed().filter(pk=code)
    for row in compared(followed):
        tracker.related([row])
        course, others = tracker.course(row.target), tracker.beside(row.target)
        context = line(row, localdate()) | {
            "title": str(row.target.indicator or _("target")),
            "target": row.target,
            "course": course,
            "others": others,
            "plot": plot(row.target, others, course),
        }
        return TemplateResponse(
            request,
            "admin/programs/target.html",
            admin.site.each_context(request) | context,
        )
    raise Http404


def plot(
    target: Figure, others: list[Figure], course: list[Progress]
) -> dict[str, Any] | None:
    """Data of the plot: what compares with the target, over time; None without any."""
    observed = [
        row.latest
        for row in course
        if not row.gap and row.latest and row.latest.period_end
    ]
    if not observed:
        return None
    aims = [target, *others]
    values = [abs(f.value) for f in (*observed, *aims) if f.value is not None]
    power = _power(max(values), target.unit)
    return {
        "unit": spell(Decimal(10) ** power, target.unit, _language())
        .removeprefix("1")
        .strip(),
        "observed": [_point(figure, power) for figure in observed],
        "targets": [_point(figure, power) for figure in aims],
    }


def _language() -> str:
    return get_language() or "zh-hans"


def _power(greatest: Decimal, unit: str) -> int:
    """The power of ten of the largest scale in which the unit is told."""
    if unit in ("percent", "month", "day", "ratio", "multiple"):
        return 0
    scales = SCALES["zh" if _language().startswith("zh") else "en"]
    return next((power for power in scales if greatest >= 10**power), 0)


def _point(figure: Figure, power: int) -> dict[str, Any]:
    """Where the figure is in the plot, None for a time that is not stated."""
    value = figure.value or Decimal(0)
    end = figure.period_end
    return {
        "x": _year(dates.last_day(end)) if end else None,
        "y": float(value.scaleb(-power)),
        "said": amount_said(figure),
        "when": period_said(figure),
    }


def _year(day: date) -> float:
    """The day's place on an axis of years: noon of it, so that no day is a boundary."""
    first = date(day.year, 1, 1)
    length = (date(day.year, 12, 31) - first).days + 1
    return round(day.year + ((day - first).days + 0.5) / length, 4)


TARGET = Page("tracker/<str:code>/", "target", _("target"), Target, page, listed=False)
