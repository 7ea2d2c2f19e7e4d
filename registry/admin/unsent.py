"""A form that is sent after the session has ended: nothing that was typed is lost.

Instead of a bare sign-in page, which would drop it, the answer is one that carries the
form's fields, signed and hidden; after signing in there, one click sends them. They go
through the browser and are kept nowhere else.
"""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

FIELD = "unsent"
MOST = 1_000_000


def keep(request: HttpRequest, response: HttpResponse) -> str:
    """The fields of a form that a redirect to the sign-in page would drop, as a token.

    Empty where there are none, where they hold a file or a password, or too much.
    """
    to_sign_in = response.get("Location", "").startswith(reverse("admin:login"))
    if request.method != "POST" or not to_sign_in or request.FILES:
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    if not fields or any("password" in name for name, _value in fields):
        return ""
    form = {"address": request.get_full_path(), "fields": fields}
    token = signing.dumps(form, salt=FIELD, compress=True)
    return token if len(token) < MOST else ""


def ask(site: admin.AdminSite, request: HttpRequest, token: str) -> HttpResponse:
    """The sign-in page with the fields in it."""
    from registry.admin.sign_in import SignInForm

    index = reverse("admin:index")
    context = site.each_context(request) | {
        "title": _("Log in"),
        "subtitle": None,
        "app_path": reverse("admin:login"),
        REDIRECT_FIELD_NAME: index,
        "form": SignInForm(request),
        FIELD: token,
    }
    response = TemplateResponse(
        request, "admin/login.html", context, status=HTTPStatus.UNAUTHORIZED
    )
    add_never_cache_headers(response)
    return response


def carried(request: HttpRequest) -> dict[str, Any] | None:
    """The form that came along with a sign-in, or None."""
    try:
        form: dict[str, Any] = signing.loads(
            request.POST.get(FIELD, ""), salt=FIELD, max_age=86_400
        )
    except signing.BadSignature:
        return None
    return form


def offer(
    site: admin.AdminSite, request: HttpRequest, form: dict[str, Any]
) -> HttpResponse:
    """The page after signing in, which sends the form when asked to."""
    context = site.each_context(request) | {"title": _("Not sent yet")} | form
    return TemplateResponse(request, "admin/unsent.html", context)
