"""``/snapshot/``: all that is published as one file, for programs."""

from django.http import FileResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry import journal
from registry.api.conditional import conditional
from registry.api.routes import Route
from registry.file_names import attachment
from registry.snapshot.packing import Contents, write
from registry.workbooks import download


class SnapshotView(Route):
    """Base of the route; a subclass says which tables it holds."""

    contents: Contents

    @extend_schema(
        operation_id="snapshot",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    @conditional
    def get(self, request: Request) -> FileResponse:
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
