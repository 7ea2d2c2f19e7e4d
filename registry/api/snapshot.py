"""``/snapshot/``: all that is published as one file, for programs."""

from django.db import models
from django.http import FileResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from registry import journal
from registry.api import parameters
from registry.api.parameters import Parameter
from registry.api.schema import Envelope, OnlyJson, Utf8Json
from registry.file_names import attachment
from registry.snapshot.packing import Contents, write
from registry.workbooks import download


class SnapshotView(APIView):
    """Base of the route; a subclass says which tables it holds."""

    content_negotiation_class = OnlyJson
    renderer_classes = [Utf8Json]
    schema = Envelope()
    detail = True
    contents: Contents
    reads: tuple[type[models.Model], ...] = ()

    def parameters(self, *, detail: bool) -> list[Parameter]:
        return []

    @extend_schema(
        operation_id="snapshot",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> FileResponse:
        parameters.check(request, self.parameters(detail=True))
        revisions = []
        with journal.reading():
            answer = download(
                lambda file: revisions.append(write(self.contents, file)),
                f"{self.contents.name}.zip",
            )
        (revision,) = revisions
        plain = f"{self.contents.name}-r{revision}.zip"
        title = f"{self.contents.said['title']}-r{revision}.zip"
        name = plain if get_language() == "en" else title
        answer["Content-Disposition"] = attachment(name, plain)
        answer["X-Revision"] = str(revision)
        return answer
