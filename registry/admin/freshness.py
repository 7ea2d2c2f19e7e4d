"""The page of what needs looking after: queues by section, kind and place."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import RedirectView

from registry import journal
from registry.admin import dashboard
from registry.admin.links import change_address
from registry.admin.lists import Chosen, Unanswerable
from registry.admin.paging import Over
from registry.admin.queues import (
    QUEUES,
    DeadLinks,
    Part,
    Queue,
    Row,
    keys,
    number,
    read,
)
from registry.admin.verifying import token, verify_view

PER_PAGE = 50


class OfKind(Chosen):
    """Records of one kind, of those that the person may see."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def __init__(self, request: Any, params: Any, kinds: list[Any]) -> None:
        self.kinds = kinds
        super().__init__(request, params, None, None)

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (str(kind._meta.model_name), kind._meta.verbose_name) for kind in self.kinds
        ]


@dataclass
class Asked:
    """What the page is asked for: its filters, each with its choice, and the page."""

    kind: OfKind
    place: Any
    own: Any
    page: int

    @property
    def filters(self) -> list[Chosen]:
        return [found for found in (self.kind, self.place, self.own) if found]


def urls(site: Any) -> list[Any]:
    view = site.admin_view(partial(freshness_view, site))
    first = RedirectView.as_view(pattern_name="admin:freshness")
    return [
        path(
            "freshness/",
            site.admin_view(first),
            {"section": QUEUES[0].name},
            name="freshness_first",
        ),
        path(
            "freshness/verify/",
            site.admin_view(partial(verify_view, site)),
            name="freshness_verify",
        ),
        path("freshness/<slug:section>/", view, name="freshness"),
    ]


def freshness_view(site: Any, request: HttpRequest, section: str) -> HttpResponse:
    """One queue, a page of it, with the numbers of all queues."""
    kinds = dashboard.kinds(site.get_app_list(request))
    if not kinds:
        raise PermissionDenied
    queue = next((found for found in QUEUES if found.name == section), None)
    if queue is None:
        raise Http404
    context = site.each_context(request) | {"title": _("What needs looking after")}
    try:
        with journal.reading():
            context |= _shown(site, request, queue, kinds)
    except Unanswerable as refused:
        context |= {"sentence": str(refused), "queue": queue}
        template = "admin/freshness_unanswerable.html"
        return TemplateResponse(request, template, context, status=400)
    return TemplateResponse(request, "admin/freshness.html", context)


def _shown(
    site: Any, request: HttpRequest, queue: Queue, kinds: list[Any]
) -> dict[str, Any]:
    asked = _asked(site, request, queue, kinds)
    parts = _parts(site, request, queue, kinds, asked)
    count = number(parts)
    bottom = (asked.page - 1) * PER_PAGE
    # One more than the page shows, to know whether there is another page.
    found = keys(parts, bottom, bottom + PER_PAGE + 1) if bottom >= 0 else []
    if asked.page != 1 and not found:
        raise Unanswerable(_("“%s” is no page of this list.") % asked.page)
    common = {
        str(found.parameter_name): found.value()
        for found in (asked.kind, asked.place)
        if found and found.value()
    }
    own = {str(f.parameter_name): f.value() for f in asked.filters if f.value()}
    rows = [_told(request, row) for row in read(queue, parts, found[:PER_PAGE])]
    return {
        "queue": queue,
        "rows": rows,
        "verifiable": any(row["verify"] for row in rows),
        "count": count,
        "page": asked.page,
        "pages": 0 if isinstance(count, Over) else -(-count // PER_PAGE),
        "before": _query(own | {"p": asked.page - 1}) if asked.page > 1 else "",
        "after": _query(own | {"p": asked.page + 1}) if found[PER_PAGE:] else "",
        "filters": asked.filters,
        "tabs": [
            (
                other,
                reverse("admin:freshness", args=[other.name]) + _query(common),
                count
                if other is queue
                else number(_parts(site, request, other, kinds, asked)),
            )
            for other in QUEUES
        ],
    }


def _asked(site: Any, request: HttpRequest, queue: Queue, kinds: list[Any]) -> Asked:
    """The address's filters; raises `Unanswerable` for what the queue has none of."""
    # A form posts a filter that is not chosen as empty.
    given = {
        name: [value for value in values if value]
        for name, values in request.GET.lists()
    }
    params = {name: values for name, values in given.items() if values}
    known = ["kind", "p"]
    place = own = None
    kind = OfKind(request, params, kinds)
    if site.place_filter:
        place = site.place_filter(request, params, None, None)
        known.append(place.parameter_name)
    if queue.filter:
        own = queue.filter(request, params, None, None)
        known.append(str(own.parameter_name))
    for name in given:
        if name not in known:
            raise Unanswerable(
                _("This list has no filter “%(name)s”. It has: %(allowed)s.")
                % {"name": name[:100], "allowed": ", ".join(known)}
            )
    page = params.get("p", ["1"])
    if len(page) > 1 or not page[0].isascii() or not page[0].isdigit():
        raise Unanswerable(_("“%s” is no page of this list.") % page[0][:100])
    return Asked(kind, place, own, int(page[0][:9]))


def _parts(
    site: Any, request: HttpRequest, queue: Queue, kinds: list[Any], asked: Asked
) -> list[Part]:
    """What is in that queue of the kinds and the place that are asked for."""
    own = asked.own
    if queue.filter and not isinstance(own, queue.filter):
        own = queue.filter(request, {}, None, None)
    found: list[Part] = []
    for model in kinds:
        wanted = asked.kind.value() in (None, model._meta.model_name)
        if wanted and queue.has(model):
            admin = site.get_model_admin(model)
            rows = model._default_manager.all()
            if asked.place:
                rows = rows.filter(asked.place.of(admin))
            found += queue.parts(admin, rows, own)
    return found


def _told(request: HttpRequest, row: Row) -> dict[str, Any]:
    """A row as the template shows it."""
    record = row.record
    return {
        "row": row,
        "record": record,
        "kind": record._meta.verbose_name,
        "address": change_address(record),
        "passages": row.admin.passages_address(record),
        "verify": token(record)
        if row.admin.has_change_permission(request, record)
        else "",
        "concerned": [(one, change_address(one)) for one in row.concerned],
    }


def _query(parameters: dict[str, Any]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


def links(kinds: Any) -> list[tuple[Any, str]]:
    """Title and address of the page, for who may see any kind of record."""
    here = (_("What needs looking after"), reverse("admin:freshness_first"))
    return [here] if kinds else []


def waiting(site: Any, request: HttpRequest, kinds: Any) -> list[Any]:
    """What the first page says of dead links: (title, address, number)."""
    queue = DeadLinks()
    asked = Asked(OfKind(request, {}, kinds), None, None, 1)
    dead = number(_parts(site, request, queue, kinds, asked))
    address = reverse("admin:freshness", args=[queue.name])
    return [(_("dead links"), address, dead)] if dead else []
