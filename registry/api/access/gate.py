"""The way in: who asks is known and counted before any view, or cache, sees it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from rest_framework import exceptions

from registry import security_log
from registry.access import limits as counting
from registry.access import tokens
from registry.api import problems
from registry.api.access import limits
from registry.api.access.callers import Caller, Unknown, Unprotected, anonymous, caller
from registry.api.access.drafts import answers_everyone

View = Callable[[HttpRequest], HttpResponseBase]


def guard(view: View) -> View:
    """Middleware: below /api/ refuses what may not be asked, tells limits on the rest.

    ``request.caller`` says to the views who asks.
    """

    def answer(request: Any) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return view(request)
        refused: exceptions.APIException | None = None
        try:
            if settings.SECURE_SSL_REDIRECT and not request.is_secure():
                raise Unprotected
            request.caller = caller(request)
        except (Unknown, Unprotected) as error:
            # Counted by address, else wrong tokens could be tried without end.
            refused, request.caller = error, anonymous(request)
            if "Authorization" in request.headers:
                security_log.write("token refused", request)
        asking: Caller = request.caller
        counts = counting.count(asking.subject, limits.scopes(request, asking.scope))
        if counts and counts[-1].is_exceeded:
            refused = limits.TooMany(counts[-1])
        if asking.token:
            # Before the view: what a stream reads stays one transaction until it ends.
            tokens.note_use(asking.token)
        response = refusal(request, refused) if refused else view(request)
        limits.tell(response, counts)
        _keep_private(request, response)
        return response

    return answer


def refusal(request: HttpRequest, error: exceptions.APIException) -> HttpResponseBase:
    """The problem that the error tells, which nobody keeps."""
    code, members = error.status_code, getattr(error, "members", None)
    response = JsonResponse(
        problems.problem(request, code, str(error.detail), members),
        status=code,
        content_type=problems.CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    if isinstance(error, Unknown):
        response["WWW-Authenticate"] = error.challenge
    if isinstance(error, limits.TooMany):
        response["Retry-After"] = str(error.wait)
    return response


def _keep_private(request: HttpRequest, response: HttpResponseBase) -> None:
    """What not everyone is answered stays out of caches that several people share."""
    if not answers_everyone(request):
        response["Cache-Control"] = "private, no-store"
    elif not settings.API_ANONYMOUS and "Cache-Control" in response:
        kept = response["Cache-Control"].split(", ")
        response["Cache-Control"] = ", ".join(
            "private" if part == "public" else part for part in kept
        )
