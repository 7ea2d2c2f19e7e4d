"""How many files a process sends at once, and for how long.

Each holds a thread, and many a transaction, for as long as its reader takes. Without a
limit a few readers who don't read leave no thread for anybody else.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.api import problems

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]
# Seconds after which somebody who was refused may try again.
WAIT = 30


class TooSlow(Exception):
    """A file took too long to send, and is cut off so that its reader sees it."""


class Places:
    """So many files may be under way in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken = 0

    def take(self, most: int) -> bool:
        """Whether there was a place, which is then taken."""
        with self._lock:
            if self.taken >= most:
                return False
            self.taken += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self.taken -= 1


PLACES = Places()


def limit_streams(view: View) -> View:
    """Middleware: status 503 where too many files are under way already."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: Any = view(request)
        if not response.streaming or request.method == "HEAD":
            return response
        if not PLACES.take(settings.STREAMS_AT_ONCE):
            response.close()
            return _refusal(request)
        # What closes an answer closes these first to last, whatever one of them raises.
        response._resource_closers.append(PLACES.leave)
        if not isinstance(response, FileResponse):
            # A file is whole already: the server sends it without asking for parts.
            seconds = settings.STREAM_MINUTES * 60
            response.streaming_content = _timed(response.streaming_content, seconds)
        return response

    return answer


def _timed(parts: Any, seconds: float) -> Iterator[bytes]:
    """The parts; raises `TooSlow` instead of one that is asked for too late."""
    end = time.monotonic() + seconds
    try:
        for part in parts:
            yield part
            if time.monotonic() > end:
                logger.warning("A file was cut off after %d minutes", seconds // 60)
                raise TooSlow
    finally:
        if hasattr(parts, "close"):
            parts.close()


def _refusal(request: HttpRequest) -> HttpResponseBase:
    """Status 503: how many are sent at once, and when to try again."""
    code, most = HTTPStatus.SERVICE_UNAVAILABLE, settings.STREAMS_AT_ONCE
    response: HttpResponseBase
    if request.path_info.startswith("/api/"):
        detail = _(
            "The server sends %(most)d files at once. Try again in %(wait)d seconds."
        ) % {"most": most, "wait": WAIT}
        response = JsonResponse(
            problems.problem(request, code, detail),
            status=code,
            content_type=problems.CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        told = {"most": most, "wait": WAIT}
        response = render(request, "503_files.html", told, status=code)
    response["Retry-After"] = str(WAIT)
    response["Cache-Control"] = "no-store"
    return response
