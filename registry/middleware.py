"""What is refused before any view sees it."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from registry.api import problems

View = Callable[[HttpRequest], HttpResponseBase]


def refuse_nul(view: View) -> View:
    """NUL characters, which PostgreSQL takes in no text: status 400.

    The API refuses them in its parameters by name.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        api = request.path.startswith("/api/")
        if api and "\x00" in request.path:
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
