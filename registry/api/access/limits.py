"""Limits as answers tell them: ``RateLimit``, ``RateLimit-Policy``, status 429.

After draft-ietf-httpapi-ratelimit-headers-10.
"""

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import exceptions, status

from registry.access.limits import Count

FILES = ("csv", "ndjson", "xlsx")


class TooMany(exceptions.APIException):
    """Status 429: which limit it is, and when to ask again."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS

    def __init__(self, exceeded: Count) -> None:
        rate, wait = exceeded.rate, exceeded.resets_in
        detail = ngettext(
            "The limit “%(scope)s” is %(quota)d requests in %(window)d seconds."
            " Ask again in %(wait)d second.",
            "The limit “%(scope)s” is %(quota)d requests in %(window)d seconds."
            " Ask again in %(wait)d seconds.",
            wait,
        ) % {
            "scope": exceeded.scope,
            "quota": rate.quota,
            "window": rate.window,
            "wait": wait,
        }
        if exceeded.scope == "anonymous":
            detail += " " + _("With a token the limits are wider.")
        super().__init__(detail)
        self.members = {"violated-policies": [exceeded.scope]}
        self.wait = wait


def scopes(request: HttpRequest, caller: str) -> list[str]:
    """The limits that count for the request, the caller's own first."""
    asked = request.GET
    files = asked.get("format") in FILES or request.path_info.endswith("/snapshot/")
    # The schema's format says how it is written.
    export = files and not request.path_info.endswith("/schema/")
    return [
        caller,
        *["export"] * export,
        *(name for name in ("search", "as_of") if name in asked),
    ]


def tell(response: HttpResponseBase, counts: list[Count]) -> None:
    """Put the limits on the answer, whatever it says."""
    if counts:
        response["RateLimit-Policy"] = ", ".join(
            f'"{one.scope}";q={one.rate.quota};w={one.rate.window}' for one in counts
        )
        response["RateLimit"] = ", ".join(
            f'"{one.scope}";r={one.left};t={one.resets_in}' for one in counts
        )
