"""The base of every route that is no table: one answer, read-only, strict."""

from django.db import models
from rest_framework.views import APIView

from registry.api.parameters import Parameter
from registry.api.schema import Envelope, OnlyJson, Utf8Json
from registry.revisions import State


class Route(APIView):
    """One answer, made of rows of the models that it ``reads``.

    Its ``get`` is decorated with `conditional`, which checks the parameters and leaves
    them, and the state that was read, here.
    """

    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()
    detail = True

    reads: tuple[type[models.Model], ...] = ()
    # Whether the answer depends on today.
    daily = False
    asked: dict[str, str]
    state: State

    def parameters(self, *, detail: bool) -> list[Parameter]:
        """What the route understands; nothing, if it doesn't say."""
        return []
