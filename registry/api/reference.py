"""``/docs/``: the contract as pages to read, made of the schema itself."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.api import openapi, sections


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What holds for every route, and the resources."""
    schema = _schema()
    told = {"tags": sections.tags(schema), "errors": sections.errors(schema)}
    return _page(request, "api/overview.html", told)


@require_safe
def resource(request: HttpRequest, tag: str) -> HttpResponse:
    """One resource: its routes with their parameters, and its fields."""
    schema = _schema()
    told = next((one for one in sections.tags(schema) if one["name"] == tag), None)
    if told is None:
        raise Http404
    routes = sections.routes(schema, tag)
    return _page(request, "api/resource.html", {"tag": told, "routes": routes})


def _schema() -> dict[str, Any]:
    return openapi.contract(get_language() or settings.LANGUAGE_CODE)


def _page(request: HttpRequest, template: str, told: dict[str, Any]) -> HttpResponse:
    """The page; one that only says so where the address has a parameter."""
    unknown = next(iter(request.GET), None)
    if unknown is not None:
        return render(request, "api/refused.html", {"name": unknown}, status=400)
    menu = sections.menu(_schema())
    return render(request, template, told | {"menu": menu})
