"""How the resources tell of themselves in the OpenAPI schema, and what they accept."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from rest_framework import renderers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from registry.api.grouping import GROUPS
from registry.api.parameters import Parameter

NAMES = {"type": "array", "items": {"type": "string"}}


class OnlyJson(BaseContentNegotiation):
    """JSON whatever the client says it prefers; ``format=`` chooses otherwise."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, *_args: Any) -> Any:
        return renderers[0], renderers[0].media_type


class Utf8Json(renderers.JSONRenderer):
    charset = "utf-8"


class Envelope(AutoSchema):
    """Describes lists as the envelope that they come in, and their parameters."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        told = [
            {"in": "path", "name": name, "required": True}
            | {"schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", self.path)
        ]
        told += [
            {
                "in": "query",
                "name": parameter.name,
                "description": str(parameter.description),
                "schema": parameter.schema,
            }
            | (
                {"explode": False, "style": "form"}
                if parameter.schema.get("type") == "array"
                else {}
            )
            | example_of(parameter)
            for parameter in self.view.parameters(detail=self.view.detail)
        ]
        return told

    def _is_list_view(self, serializer: Any = None) -> bool:
        return not self.view.detail


def example_of(parameter: Parameter) -> dict[str, Any]:
    """The parameter's example, in the type that its schema has."""
    kind = parameter.schema.get("type")
    if not parameter.example:
        return {}
    if kind == "array":
        return {"example": parameter.example.split(",")}
    return {
        "example": int(parameter.example) if kind == "integer" else parameter.example
    }


class Pages:
    """Tells the schema of the envelope; `Keyset` makes the pages."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        page = {
            "type": "object",
            "required": ["count", "next", "previous", "results", "meta"],
            "properties": {
                "count": {"type": ["integer", "null"]},
                "count_at_least": {"type": "integer"},
                "next": link,
                "previous": link,
                "results": schema,
                "meta": {
                    "type": "object",
                    "properties": {
                        "query": {"type": "string"},
                        "revision": {"type": "integer"},
                    },
                },
            },
        }
        return {"anyOf": [page, GROUPS]}

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []


def paging() -> list[Parameter]:
    """Parameters of every list that comes in pages."""
    return [
        Parameter(
            "page_size",
            str(_("Rows on a page.")),
            {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            example="10",
        ),
        Parameter(
            "cursor",
            str(_("Where a page begins, from next or previous.")),
            {"type": "string"},
        ),
        Parameter(
            "count",
            str(_("Exact to 10,000 by default; exact counts all, none nothing.")),
            {"type": "string", "enum": ["bounded", "exact", "none"]},
            example="exact",
        ),
    ]
