"""What is done to every request before a view sees it, and to every answer after."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.gzip import GZipMiddleware

from registry.api import problems

View = Callable[[HttpRequest], HttpResponseBase]
REFUSES_GZIP = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)
COMPRESSED_ALREADY = ("application/zip", "application/vnd.openxmlformats")


class CompressApi(GZipMiddleware):
    """Answers of the API compressed for who takes it, under the same ``ETag``.

    Not the pages: they hold secrets of their reader, which their length could tell.
    """

    def process_response(self, request: Any, response: Any) -> Any:
        zipped = response.get("Content-Type", "").startswith(COMPRESSED_ALREADY)
        # Django looks for the word alone.
        refused = REFUSES_GZIP.search(request.headers.get("Accept-Encoding", ""))
        if zipped or refused or not request.path_info.startswith("/api/"):
            return response
        return super().process_response(request, response)


def send_no_body_on_head(view: View) -> View:
    """HEAD: the headers of GET; a stream that nobody reads is not begun."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: Any = view(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()
            else:
                response.content = b""
        return response

    return answer


def refuse_nul(view: View) -> View:
    """NUL characters, which PostgreSQL takes in no text: status 400.

    The API refuses them in its parameters by name.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        api = request.path_info.startswith("/api/")
        if api and "\x00" in request.path_info:
            body = problems.problem(request, 400, "")
            return JsonResponse(body, status=400, content_type=problems.CONTENT_TYPE)
        if not api and _has_nul(request):
            raise SuspiciousOperation("The request holds a NUL character.")
        return view(request)

    return answer


def _has_nul(request: HttpRequest) -> bool:
    sent = [request.path]
    for values in (request.GET, request.POST):
        for name, given in values.lists():
            sent += [name, *map(str, given)]
    return any("\x00" in text for text in sent)
