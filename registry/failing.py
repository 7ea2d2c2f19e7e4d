"""What is answered when something fails that no view has answered for."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

from registry.api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Status 400 for what Django itself refuses, such as a strange host."""
    if not request.path_info.startswith("/api/"):
        return HttpResponse(loader.get_template("400.html").render(), status=400)
    return JsonResponse(
        problems.problem(request, 400, ""),
        status=400,
        content_type=problems.CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 503 while the database does not answer, else 500.

    Django calls it while it handles the error: a page, below /api/ a problem. Neither
    asks the database for anything.
    """
    unavailable = problems.is_outage(sys.exception())
    status = 503 if unavailable else 500
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        detail = str(problems.Unavailable().detail) if unavailable else ""
        response = JsonResponse(
            problems.problem(request, status, detail),
            status=status,
            content_type=problems.CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        page = loader.get_template(f"{status}.html")
        response = HttpResponse(page.render(), status=status)
    response["Cache-Control"] = "no-store"
    if unavailable:
        response["Retry-After"] = str(problems.Unavailable.wait)
    return response
