"""How the routes tell of themselves in the OpenAPI schema, and what they accept."""

import re
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from rest_framework import renderers, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from registry.api import answers
from registry.api.encoding import encoded
from registry.api.grouping_schema import GROUPS
from registry.api.paging import sized
from registry.api.parameters import Parameter
from registry.models import Record


class OnlyJson(BaseContentNegotiation):
    """JSON whatever the client says it prefers; ``format=`` chooses otherwise."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, *_args: Any) -> Any:
        return renderers[0], renderers[0].media_type


class Utf8Json(renderers.JSONRenderer):
    charset = "utf-8"

    def render(self, data: Any, *_args: Any, **_context: Any) -> bytes:
        return b"" if data is None else encoded(data)


class Envelope(AutoSchema):
    """Describes a route by its docstring, its parameters and all that it answers.

    A list comes in an envelope. Docstrings are looked up in the catalogue, where they
    get from a list of those that are shown (`programs.api.told`).
    """

    view: Any

    def get_tags(self) -> list[str]:
        """The first part of the address, which names the resource."""
        return [answers.tag_of(self.path)]

    def get_summary(self) -> str:
        action = getattr(self.view, "action", None)
        if action in ("list", "retrieve"):
            meta = self.view.queryset.model._meta
            name = capfirst(str(meta.verbose_name_plural))
            if action == "list":
                return gettext("%s: list") % name
            return gettext("%s: one record") % name
        return self.get_description()

    def get_description(self) -> str:  # type: ignore[override]
        """The first paragraph of the docstring, in the language of the request."""
        paragraph = super().get_description().split("\n\n")[0]
        told = re.sub(r"\s+", " ", paragraph).strip()
        return gettext(told) if told else ""

    def get_override_parameters(self) -> list[Any]:
        return []

    def get_auth(self) -> list[dict[str, Any]]:
        """Nobody needs a token where a setting doesn't ask for one."""
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        told = [
            {
                "in": "path",
                "name": name,
                "required": True,
                "description": gettext("The code, which never changes."),
                "schema": {"type": "string"},
            }
            for name in re.findall(r"{(\w+)}", self.path)
        ]
        return told + [_described(parameter) for parameter in self._understood()]

    def _understood(self) -> list[Parameter]:
        return self.view.parameters(detail=self.view.detail)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return not self.view.detail

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        # The classes' own docstrings are for who reads the code.
        schema.pop("description", None)
        meta = getattr(serializer, "Meta", None)
        if not hasattr(meta, "owner") and not hasattr(meta, "gather"):
            # fields= leaves others out.
            schema.pop("required", None)
        return schema

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: Any = False
    ) -> Any:
        """What the field holds, in the words that the forms have for it."""
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if "$ref" in schema or not isinstance(
            field.parent, serializers.ModelSerializer
        ):
            return schema
        if "oneOf" in schema:
            # May be empty, which is no address.
            schema = {"type": "string"}
        model: Any = field.parent.Meta.model
        columns = {column.name: column for column in model._meta.get_fields()}
        column: Any = columns.get(field.source) or columns.get(field.field_name)
        told: dict[str, Any] = {}
        if hasattr(column, "verbose_name"):
            told = {"title": str(column.verbose_name)}
            if column.help_text:
                told["description"] = str(column.help_text)
        if getattr(column, "null", False) and isinstance(schema.get("type"), str):
            told["type"] = [schema["type"], "null"]
        return schema | told

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        good = bodies.get("200")
        if good is not None:
            good["description"] = good["description"] or gettext("What was asked for.")
            for form in self._formats():
                good["content"].setdefault(answers.MEDIA[form], answers.BODY[form])
            files = good["content"].keys() & answers.FILES
            good["headers"] = answers.headers_of_good(
                paged=self._is_list_view(), files=bool(files)
            )
        return bodies | answers.refusals(
            has_key="{" in self.path, withdraws=self._withdraws()
        )

    def _formats(self) -> list[str]:
        """The formats that ``format=`` takes."""
        for parameter in self._understood():
            if parameter.name == "format":
                return [f for f in parameter.schema["enum"] if f in answers.MEDIA]
        return []

    def _withdraws(self) -> bool:
        """Whether the route is that of a record, which may be withdrawn or merged."""
        queryset = getattr(self.view, "queryset", None)
        return (
            "{" in self.path
            and queryset is not None
            and issubclass(queryset.model, Record)
        )


def _described(parameter: Parameter) -> dict[str, Any]:
    """The parameter as the schema tells it, with an example where there can be one."""
    schema = {k: v for k, v in parameter.schema.items() if k != "example"}
    told: dict[str, Any] = {
        "in": "query",
        "name": parameter.name,
        "description": parameter.description,
        "schema": schema,
    }
    if schema.get("type") == "array":
        told |= {"explode": False, "style": "form"}
    example = parameter.example or parameter.schema.get("example") or _any(schema)
    if example != "":
        told["example"] = typed(str(example), schema.get("type"))
    if parameter.beside:
        told["x-beside"] = parameter.beside
    return told


def _any(schema: dict[str, Any]) -> str:
    """A value that the schema itself names."""
    named = schema.get("enum") or schema.get("items", {}).get("enum") or [""]
    return str(schema.get("default", named[0]))


def typed(text: str, kind: Any) -> Any:
    """The text of an example in the type that the parameter has."""
    if kind == "array":
        return text.split(",")
    return int(text) if kind == "integer" else text


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
                "meta": answers.meta(query={"type": "string"}),
            },
        }
        return {"anyOf": [page, GROUPS]}

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []


def paging() -> list[Parameter]:
    """Parameters of every list that comes in pages."""
    return [
        sized(str(_("Rows on a page."))),
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
