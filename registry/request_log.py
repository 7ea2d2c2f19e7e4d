"""Requests with ids: in the answer, on the error pages, on every line of the log.

Own code rather than django-guid, which takes an id from any client, takes UUIDs only,
writes two lines about itself for each request and none about the request.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import SimpleLazyObject

from registry import logs

logger = logging.getLogger("registry.requests")

View = Callable[[HttpRequest], HttpResponseBase]
TOKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
FIELD = re.compile(r"(?:^|&)([A-Za-z0-9._-]{1,64})=")


def log_requests(view: View) -> View:
    """The outermost middleware: every answer has its id and leaves one line.

    A stream leaves it when it ends, with what it took until then.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        logs.request_id.set(identity(request))
        response = view(request)
        response["X-Request-ID"] = logs.request_id.get()

        def finish(sent: int) -> None:
            if request.method == "HEAD":
                sent = 0
            write(request, response, sent, time.perf_counter() - started)

        if "Content-Length" in response:
            # A file among them: the server may send it without Python reading it.
            finish(int(response["Content-Length"]))
        elif isinstance(response, StreamingHttpResponse):
            response.streaming_content = Counted(response, finish)
        else:
            finish(len(getattr(response, "content", b"")))
        return response

    return answer


def identity(request: HttpRequest) -> str:
    """The id that a trusted proxy gave, if it is a plain token; else a new one.

    What a client sends counts for nothing: it could pass for another's request.
    """
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTED_PROXIES and TOKEN.fullmatch(given):
        return given
    return uuid.uuid4().hex


class Counted:
    """A stream's parts as they are, counted; `finish` is told how much when it ends."""

    def __init__(
        self, response: StreamingHttpResponse, finish: Callable[[int], None]
    ) -> None:
        content: Any = response.streaming_content
        self.parts: Iterator[bytes] = iter(content)
        self.finish: Callable[[int], None] | None = finish
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part = next(self.parts)
        self.sent += len(part)
        return part

    def close(self) -> None:
        """Called by Django when the answer is closed, whole or cut off."""
        finish, self.finish = self.finish, None
        if finish is not None:
            finish(self.sent)


def write(
    request: HttpRequest, response: HttpResponseBase, sent: int, seconds: float
) -> None:
    """The line: facts that hold no secret, so of a query only which fields it has."""
    status = response.status_code
    level = logging.ERROR if status >= 500 else logging.INFO
    if not logger.isEnabledFor(level):
        return
    logger.log(
        level,
        "request",
        extra={
            "facts": {
                "method": request.method,
                "path": request.path[:500],
                "query": FIELD.findall(request.META.get("QUERY_STRING", ""))[:30],
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "user": user_name(request),
                "bytes": sent,
            }
        },
    )


def user_name(request: HttpRequest) -> str:
    """Who asked, where the view wanted to know; to ask here would read the session."""
    user: Any = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return user.get_username() if user is not None else ""


def _forget(**_kwargs: Any) -> None:
    """The thread's next line may be of no request."""
    logs.request_id.set("")


request_finished.connect(_forget, dispatch_uid="request id")
