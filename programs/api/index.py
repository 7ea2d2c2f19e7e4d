"""The API's first page: its resources by name and address."""

from django.db import models
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api import parameters
from registry.api.parameters import Parameter
from registry.api.schema import Envelope, OnlyJson, Utf8Json

ADDRESSES = {"type": "object", "additionalProperties": {"type": "string"}}


class Index(APIView):
    """Every resource and its address."""

    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()
    detail = True
    reads: tuple[type[models.Model], ...] = ()

    def parameters(self, *, detail: bool) -> list[Parameter]:
        return []

    @extend_schema(operation_id="index", responses={200: ADDRESSES})
    def get(self, request: Request) -> Response:
        from programs.api.urls import router

        parameters.check(request, self.parameters(detail=True))
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
