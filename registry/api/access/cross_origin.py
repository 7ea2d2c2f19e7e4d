"""CORS: a page of any site may read the API, without cookies.

The same for whoever asks, so that a cache need not tell origins apart, which is why
this is own code: django-cors-headers 4.9.0 puts ``Vary: origin`` on every answer.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]

EXPOSED = (
    "Content-Disposition, ETag, Link, RateLimit, RateLimit-Policy, Retry-After,"
    " X-Request-ID, X-Revision"
)
ASKED_BEFORE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def open_to_pages(view: View) -> View:
    """Middleware: below /api/ every answer says so; preflights are answered at once."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return view(request)
        if _asks_before(request):
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=ASKED_BEFORE)
        response = view(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return answer


def _asks_before(request: HttpRequest) -> bool:
    return (
        request.method == "OPTIONS"
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )
