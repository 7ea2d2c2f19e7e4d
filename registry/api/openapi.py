"""``/schema/``: the contract as OpenAPI 3.1 in either language, stable bytes."""

import json
from copy import deepcopy
from functools import cache
from typing import Any

import yaml
from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry.api import answers, parameters
from registry.api.conditional import conditional
from registry.api.parameters import Parameter
from registry.api.routes import Route

FORMATS = {"json": "application/json", "yaml": answers.MEDIA["yaml"]}
# Of whole numbers, on PostgreSQL and on SQLite.
LARGEST = (2**15 - 1, 2**31 - 1, 2**63 - 1)


class Contract(Route):
    """The OpenAPI schema of this API."""

    def parameters(self, *, detail: bool) -> list[Parameter]:
        forms = {"type": "string", "enum": list(FORMATS), "default": "json"}
        text = str(_("How the schema is written."))
        return [Parameter("format", text, forms, example="yaml")]

    @extend_schema(operation_id="schema", responses={200: {"type": "object"}})
    @conditional
    def get(self, request: Request) -> HttpResponse:
        form = parameters.one_of(
            self.asked.get("format", "json"), parameter="format", allowed=list(FORMATS)
        )
        return HttpResponse(
            written(form, get_language() or ""),
            content_type=f"{FORMATS[form]}; charset=utf-8",
        )


@cache
def written(form: str, language: str) -> str:
    """The schema in the language that is active, which is the one given."""
    schema = contract(language)
    if form == "yaml":
        return yaml.safe_dump(schema, allow_unicode=True, sort_keys=False, width=88)
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


@cache
def contract(language: str) -> dict[str, Any]:
    """The schema in the language that is active, which is the one given."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    # As JSON has it: no lazy texts, one order of keys.
    return json.loads(json.dumps(schema, default=str), object_hook=_without_bounds)


def _without_bounds(told: dict[str, Any]) -> dict[str, Any]:
    """What a database's columns hold at most is no part of the contract."""
    if told.get("type") == "integer" and told.get("maximum", 0) in LARGEST:
        bounds = ("maximum", "format")
        return {name: value for name, value in told.items() if name not in bounds}
    return told


def complete(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Postprocessing hook: what the whole document says, and what all routes share."""
    result["info"] = {
        "title": gettext("Registry of technology-finance programs"),
        "version": "1",
        "summary": gettext("Every figure leads to the passage it was read from."),
        "description": gettext(
            "Read-only. What a route does not know is refused, never ignored. Version 1"
            " only gains: routes, parameters and fields stay as they are."
        ),
        "license": {
            "name": gettext(
                "None stated: the sources' own terms hold; name them and this registry"
            )
        },
    }
    result["servers"] = [{"url": "/"}]
    result["security"] = [{}, {"token": []}]
    own = result.setdefault("components", {})
    for kind, named in answers.components().items():
        own[kind] = own.get(kind, {}) | named
    for operation in operations(result):
        operation.pop("security", None)
    return _as_3_1(result)


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be asked, in the order of the addresses."""
    return [told["get"] for told in schema["paths"].values() if "get" in told]


def _as_3_1(part: Any) -> Any:
    """The part with ``nullable`` told as OpenAPI 3.1 does: null among the types."""
    if isinstance(part, list):
        return [_as_3_1(one) for one in part]
    if not isinstance(part, dict):
        return part
    told = {name: _as_3_1(value) for name, value in part.items()}
    if told.get("nullable") is True and "type" in told:
        told = deepcopy(told)
        del told["nullable"]
        kinds = told["type"] if isinstance(told["type"], list) else [told["type"]]
        told["type"] = [*kinds, "null"]
    return told
