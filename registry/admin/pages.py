"""Pages of the admin besides the lists: who may see them, what they can be asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from registry.admin.lists import Unanswerable, no_value

# A field with more values than these is no help, and heavy.
MOST_OPTIONS = 300


@dataclass(frozen=True)
class Page:
    """A page at that route, for whoever may see the model's records.

    Its view raises `Unanswerable` for what it can't be asked. The first page leads to
    it unless the route needs more than itself.
    """

    route: str
    name: str
    title: Any
    model: type[Model]
    view: Callable[..., HttpResponseBase]
    listed: bool = True


def routes(site: Any) -> list[Any]:
    """The routes of the site's pages."""
    return [
        path(page.route, site.admin_view(_guarded(site, page)), name=page.name)
        for page in site.pages
    ]


def links(site: Any, request: HttpRequest) -> list[tuple[Any, str]]:
    """Title and address of each page that the person may see."""
    return [
        (page.title, reverse(f"admin:{page.name}"))
        for page in site.pages
        if page.listed and _may_see(site, page, request)
    ]


def _may_see(site: Any, page: Page, request: HttpRequest) -> bool:
    return bool(site.get_model_admin(page.model).has_view_permission(request))


def _guarded(site: Any, page: Page) -> Callable[..., HttpResponseBase]:
    @wraps(page.view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _may_see(site, page, request):
            raise PermissionDenied
        try:
            return page.view(request, *args, **kwargs)
        except Unanswerable as refused:
            return _refusal(site, page, request, refused)

    return answer


def _refusal(
    site: Any, page: Page, request: HttpRequest, refused: Unanswerable
) -> HttpResponse:
    context = site.each_context(request) | {
        "title": _("This page can't be shown"),
        "page": page,
        "sentence": str(refused),
    }
    template = "admin/page_unanswerable.html"
    return TemplateResponse(request, template, context, status=400)


def asked(request: HttpRequest, known: Iterable[str]) -> dict[str, str]:
    """What the page is asked, by name; a field that a form sends empty asks nothing.

    Raises `Unanswerable` for a name that is not known, or that comes twice.
    """
    names = list(known)
    found = {}
    for name, values in request.GET.lists():
        if name not in names:
            raise Unanswerable(
                _("This page has no parameter “%(name)s”. It has: %(allowed)s.")
                % {"name": name[:100], "allowed": ", ".join(names)}
            )
        if len(values) > 1:
            raise Unanswerable(_("“%s” is given more than once.") % name)
        if values[0]:
            found[name] = values[0]
    return found


def one_of(
    asked: dict[str, str], name: str, allowed: Iterable[str], default: str = ""
) -> str:
    """The parameter's value, one of those; raises `Unanswerable` for another."""
    value, values = asked.get(name, default), list(allowed)
    if value != default and value not in values:
        raise Unanswerable(no_value(name, value, values))
    return value


@dataclass(frozen=True)
class Select:
    """A field of a page's form: a parameter, and the values that it can have."""

    name: str
    label: Any
    options: list[tuple[str, str]]
    chosen: str = ""
    # What is shown where nothing is chosen.
    empty: Any = "–"
