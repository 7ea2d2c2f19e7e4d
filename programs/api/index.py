"""The API's first page: its resources by name and address."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.conditional import conditional
from registry.api.routes import Route

ADDRESSES = {"type": "object", "additionalProperties": {"type": "string"}}


class Index(Route):
    """Every resource and its address."""

    @extend_schema(operation_id="index", responses={200: ADDRESSES})
    @conditional
    def get(self, request: Request) -> Response:
        from programs.api.urls import router

        names = [prefix for prefix, _view, _name in router.registry]
        address = request.build_absolute_uri
        return Response(
            {name: address(reverse(f"{name}-list")) for name in names}
            | {
                name: address(reverse(name))
                for name in (
                    "search",
                    "match",
                    "vocabularies",
                    "changes",
                    "snapshot",
                    "schema",
                    "docs",
                )
            }
        )
