"""How much anybody may send: refused before a byte of it is read or kept.

Django takes fields up to 2.5 MB, but files of any size, which it writes to the disk
while it looks for a form's token: whoever has no account could fill it.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.api import problems

View = Callable[[HttpRequest], HttpResponseBase]

# Files of an import (10 MB), the other fields of its form, and what stands around them.
MOST_BYTES = 16_000_000


def refuse_large(view: View) -> View:
    """Middleware: status 413 for a body of more than `MOST_BYTES`.

    A body without a length is read by nobody: Django takes it as empty.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length[:20]) <= MOST_BYTES:
            return view(request)
        code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if not request.path_info.startswith("/api/"):
            context = {"most": MOST_BYTES // 1_000_000}
            return render(request, "413.html", context, status=code)
        detail = _("The API is read-only: it takes nothing that is sent along.")
        return JsonResponse(
            problems.problem(request, code, detail),
            status=code,
            content_type=problems.CONTENT_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )

    return answer
