"""The target tracker: a page of all targets beside what was observed of the same."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from programs import tracker
from programs.admin.figures import missing_said, subject
from programs.admin.filters import tree
from programs.admin.tracker_files import csv, xlsx
from programs.models import Document, Indicator, Region, Target
from programs.models.regions import NATIONAL, within
from programs.progress import Gap, Progress, State, is_ceiling
from programs.tracker import Followed, Order
from registry.admin.kept import Kept
from registry.admin.lists import Unanswerable
from registry.admin.pages import MOST_OPTIONS, Page, Select, asked, one_of

OF = ("region", "indicator", "document")
PARAMETERS = [*OF, "state", "gap", "ordering", "page", "format"]
PER_PAGE = 100
# A period longer than this is told in months.
MONTHS_FROM = 90
DAYS_A_MONTH = 30.44


def page(request: HttpRequest) -> HttpResponseBase:
    """The targets that the filters leave, those in words after those in numbers."""
    wanted = asked(request, PARAMETERS)
    file = one_of(wanted, "format", ["csv", "xlsx"])
    if file and "page" in wanted:
        raise Unanswerable(gettext("A file has all rows and no pages."))
    kept = Kept()
    followed = kept.count("tracker", tracker.standings)
    selects = _selects(wanted, followed)
    today = localdate()
    order = Order(wanted.get("ordering", Order.OBSERVED))
    of = {name: wanted[name] for name in OF if name in wanted}
    asked_of = dict.fromkeys(OF, "") | of
    rows = [row for row in followed if row.is_of(**asked_of)]
    rows.sort(key=tracker.ORDERINGS[order])
    if gap := wanted.get("gap"):
        rows = [row for row in rows if row.gap == gap]
    counts = tracker.states(rows, today)
    if state := wanted.get("state"):
        rows = [row for row in rows if row.state(today) == state]
    rows.sort(key=lambda row: row.gap == Gap.WORDS)
    if file:
        told = tracker.told([row.code for row in rows])
        tracker.related(told)
        return csv(told, today) if file == "csv" else xlsx(told, today)
    shown = _page(rows, wanted.get("page", "1"))
    told = tracker.told([row.code for row in shown])
    tracker.related(told)
    lines = [line(row, today) for row in told]
    api = {} if {"state", "gap"} & wanted.keys() else of | {"include": "progress"}
    return TemplateResponse(
        request,
        "admin/programs/tracker.html",
        admin.site.each_context(request)
        | {
            "title": _("Target tracker"),
            "selects": selects,
            "asked": wanted,
            "query": urlencode(_without(wanted, "page")),
            "api": urlencode(api),
            "states": _states(counts, wanted),
            "counted_at": kept.since,
            "page": shown,
            "numbers": [one for one in lines if one["row"].gap != Gap.WORDS],
            "words": [one for one in lines if one["row"].gap == Gap.WORDS],
        },
    )


def _selects(wanted: dict[str, str], followed: list[Followed]) -> list[Select]:
    """The form; refuses what there is not."""
    places = {code for row in followed for code in row.places}
    region = wanted.get("region", "")
    if region and not Region.objects.filter(pk=region).exists():
        one_of(wanted, "region", sorted(places))
    indicators = [
        (row.pk, str(row))
        for row in Indicator.objects.filter(pk__in={row.indicator for row in followed})
    ]
    chosen = wanted.get("document", "")
    documents = _documents({row.document for row in followed}, region, chosen)
    closed: list[tuple[str, Any, Any]] = [
        ("state", _("state"), State.choices),
        ("gap", _("not compared, being"), [c for c in Gap.choices if c[0]]),
        ("ordering", _("order"), Order.choices[1:]),
    ]
    return [
        Select("region", _("region"), tree(places, region or NATIONAL), region),
        _select(wanted, "indicator", _("indicator"), indicators),
        _select(wanted, "document", _("document"), documents),
        *(_select(wanted, *field) for field in closed),
    ]


def _documents(codes: set[str], region: str, chosen: str) -> list[tuple[str, str]]:
    """Documents to choose from; of very many those of the region, and the chosen."""
    rows = Document.objects.filter(pk__in=codes).order_by("region", "pk")
    if len(codes) > MOST_OPTIONS:
        near = within("region", region) if region else Q(pk__in=())
        rows = rows.filter(near | Q(pk=chosen))
    return [(row.pk, str(row)) for row in rows]


def _select(wanted: dict[str, str], name: str, label: Any, options: Any) -> Select:
    chosen = one_of(wanted, name, [value for value, _label in options])
    empty = Order.OBSERVED.label if name == "ordering" else "–"
    return Select(name, label, options, chosen, empty)


def _page(rows: list[Followed], number: str) -> Any:
    pages = Paginator(rows, PER_PAGE)
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise Unanswerable(gettext("“%s” is no page of this list.") % number[:100])
    if not 1 <= int(number) <= pages.num_pages:
        raise Unanswerable(gettext("“%s” is no page of this list.") % number)
    return pages.page(number)


def _states(counts: Any, wanted: dict[str, str]) -> list[dict[str, Any]]:
    """The states, each with how many targets are in it and the list of these."""
    other = _without(wanted, "page", "state", "format")
    return [
        {
            "state": state,
            "number": counts[state],
            "address": "?" + urlencode(other | {"state": state.value}),
            "chosen": wanted.get("state") == state,
        }
        for state in State
    ]


def _without(wanted: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if name not in names}


def line(row: Progress, today: date) -> dict[str, Any]:
    """What a page says of a target."""
    return {
        "row": row,
        "about": subject(row.target),
        "state": row.state(today),
        "left": left(row.due, today),
        "missing": missing_said(row.distance),
        "ceiling": is_ceiling(row.target),
        "bar": max(0, min(100, int(row.share.value))) if row.share else None,
    }


def left(due: date | None, today: date) -> str:
    """How long it is to the day, or since."""
    if due is None:
        return ""
    days = (due - today).days
    months = round(abs(days) / DAYS_A_MONTH)
    if days > MONTHS_FROM:
        return ngettext("%d month left", "%d months left", months) % months
    if days >= 0:
        return ngettext("%d day left", "%d days left", days) % days
    if days < -MONTHS_FROM:
        return ngettext("%d month over", "%d months over", months) % months
    return ngettext("%d day over", "%d days over", -days) % -days


TRACKER = Page("tracker/", "tracker", _("Target tracker"), Target, page)
