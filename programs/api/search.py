"""``/search/``: one search over all that is registered, the best of each kind first."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Model, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from programs.api.agencies import Agencies
from programs.api.cases import Cases
from programs.api.documents import Documents
from programs.api.passages import Measures, Passages
from programs.api.programs import Programs
from programs.api.regions import Regions
from programs.api.vocabularies import Categories, Indicators
from registry import journal
from registry.api import parameters, searching
from registry.api.answers import meta
from registry.api.conditional import conditional
from registry.api.matches import MATCH, matches, tables_read
from registry.api.parameters import NAMES, Parameter
from registry.api.problems import Refused
from registry.api.routes import Route
from registry.api.views import Resource
from registry.models import visible

NAMED, TITLED = ("name", "name_en"), ("title", "title_en")
# What is searched, in the order of the answer, and the columns that label it: in
# Chinese, in English. A passage is called by its document and its place in it.
RESOURCES: dict[str, tuple[type[Resource], tuple[str, str]]] = {
    "programs": (Programs, NAMED),
    "agencies": (Agencies, NAMED),
    "documents": (Documents, TITLED),
    "passages": (Passages, ("document__title", "document__title_en")),
    "measures": (Measures, ("document__title", "document__title_en")),
    "cases": (Cases, ("title", "title")),
    "regions": (Regions, NAMED),
    "indicators": (Indicators, NAMED),
    "categories": (Categories, NAMED),
}
HITS, MOST_HITS = 5, 50

HIT = {
    "type": "object",
    "required": ["code", "label", "url", "match"],
    "properties": {
        "code": {"type": "string"},
        "label": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "match": MATCH,
    },
}
GROUP = {
    "type": "object",
    "required": ["resource", "count", "url", "results"],
    "properties": {
        "resource": {"type": "string", "enum": list(RESOURCES)},
        "count": {"type": "integer"},
        "url": {"type": "string", "format": "uri"},
        "results": {"type": "array", "items": HIT},
    },
}
FOUND = {
    "type": "object",
    "required": ["results", "meta"],
    "properties": {
        "results": {"type": "array", "items": GROUP},
        "meta": meta(),
    },
}


def _model(view: type[Resource]) -> type[Model]:
    model: type[Model] = view.serializer_class.Meta.model
    return model


class Search(Route):
    """What a search finds of each kind of record: how many, and the best of them."""

    reads = tuple(
        sorted(
            {
                table
                for view, _label in RESOURCES.values()
                for table in tables_read(_model(view), view.searched)
            },
            key=lambda model: model._meta.label,
        )
    )

    def parameters(self, *, detail: bool) -> list[Parameter]:
        whole = {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": HITS}
        return [
            searching.parameter(),
            Parameter(
                "resources",
                str(_("Only these resources, of all that can be searched.")),
                {**NAMES, "items": {"type": "string", "enum": list(RESOURCES)}},
            ),
            Parameter("per_resource", str(_("Hits of each resource at most.")), whole),
        ]

    @extend_schema(operation_id="search", responses={200: FOUND})
    @conditional
    def get(self, request: Request) -> Response:
        asked = self.asked
        if "search" not in asked:
            detail = gettext("Say what to look for: search=宁科贷.")
            raise Refused(detail, parameter="search")
        names = list(RESOURCES)
        if "resources" in asked:
            names = parameters.listed(
                asked["resources"], parameter="resources", allowed=names
            )
        size = parameters.whole(
            asked.get("per_resource", str(HITS)),
            parameter="per_resource",
            most=MOST_HITS,
        )
        with journal.reading():
            groups = [_group(request, name, asked["search"], size) for name in names]
        return Response({"results": groups, "meta": self.state.told()})


def _group(request: Request, name: str, text: str, size: int) -> dict[str, Any]:
    """How many rows of the resource are found, and the best of them."""
    view, labels = RESOURCES[name]
    asked = {"search": text}
    rows: Any = view.queryset
    everything = rows.filter(visible(rows.model))
    queryset = searching.found(everything, asked, view.searched)
    told = _labelled(queryset, labels, size)
    hits = matches(
        view.serializer_class, list(told), searching.words(asked), view.searched
    )
    address = request.build_absolute_uri
    return {
        "resource": name,
        "count": queryset.count(),
        "url": address(f"{reverse(f'{name}-list')}?{urlencode(asked)}"),
        "results": [
            {
                "code": code,
                "label": label,
                "url": address(reverse(f"{name}-detail", args=[code])),
                "match": hits[code],
            }
            for code, label in told.items()
        ],
    }


def _labelled(queryset: QuerySet, labels: tuple[str, str], size: int) -> dict[str, str]:
    """Code → label of the best rows, in order."""
    place = [F("locator")] * labels[0].startswith("document__")
    rows = queryset.order_by(searching.RELEVANCE, "code").values_list(
        "code", *labels, *place
    )
    english = get_language() == "en"
    return {
        code: " ".join([(english and second) or first, *locator])
        for code, first, second, *locator in rows[:size]
    }
