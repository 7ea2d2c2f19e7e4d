"""Errors as RFC 9457 problems: what is wrong, what is allowed, what may be meant."""

import difflib
import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import ReadOnlySqlTransaction
from rest_framework import exceptions, status
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"
logger = logging.getLogger("django.request")


class Refused(exceptions.APIException):
    """A request that asks for something the route does not have: status 400."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(
        self,
        detail: str,
        *,
        parameter: str,
        allowed: Iterable[str] | None = None,
        given: str = "",
    ) -> None:
        super().__init__(detail)
        self.members: dict[str, Any] = {"parameter": parameter}
        if allowed is not None:
            listed = sorted(set(allowed))
            self.members["allowed"] = listed
            close = difflib.get_close_matches(given, listed, n=1, cutoff=0.6)
            if close:
                self.members["did_you_mean"] = close[0]


class Unavailable(exceptions.APIException):
    """The database does not answer: status 503, and when to ask again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = 5

    def __init__(self) -> None:
        super().__init__(
            _("The registry's database does not answer just now. Ask again in a while.")
        )


def is_outage(error: BaseException | None) -> bool:
    """Whether the database itself failed, rather than what was asked of it.

    Or takes no write, since it is a standby that has not taken over yet.
    """
    read_only = isinstance(error and error.__cause__, ReadOnlySqlTransaction)
    return read_only or isinstance(error, OperationalError | InterfaceError)


def titles() -> dict[int, str]:
    """The title of each status, in the language of the request."""
    return {
        400: _("The request asks for something that this route does not have."),
        401: _("The API can't tell who asks."),
        403: _("Whoever asks may not see this."),
        404: _("Nothing is published here."),
        405: _("The API is read-only."),
        406: _("This format is not served here."),
        410: _("This record was withdrawn."),
        429: _("Too many requests."),
        503: _("The registry can't answer just now."),
    }


def problem(
    request: HttpRequest, code: int, detail: str, members: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The body of a problem answer."""
    title = titles().get(code, _("The request could not be answered."))
    return {
        "type": "about:blank",
        "title": title,
        "status": code,
        "detail": detail or title,
        "instance": request.get_full_path(),
    } | (members or {})


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error of a route as a problem."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("Nothing is published here."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if is_outage(error):
        logger.error("The database does not answer: %s", error)
        error = Unavailable()
    if not isinstance(error, exceptions.APIException):
        if settings.DEBUG:
            return None
        logger.error("Unexpected error on a route of the API", exc_info=error)
        error = exceptions.APIException(_("The request could not be answered."))
    request = context["request"]
    members = getattr(error, "members", None)
    body = problem(request, error.status_code, str(error.detail), members)
    response = Response(body, status=error.status_code)
    response.content_type = CONTENT_TYPE
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = "GET, HEAD, OPTIONS"
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.wait)
        response["Cache-Control"] = "no-store"
    if challenge := getattr(error, "challenge", ""):
        response["WWW-Authenticate"] = challenge
    return response


@csrf_exempt
def not_found(request: HttpRequest, **_kwargs: Any) -> JsonResponse:
    """What every address below the API answers that is no route."""
    detail = _("There is no such route. See /api/v1/ for those that are.")
    return JsonResponse(
        problem(request, 404, detail),
        status=404,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
