"""Signing in to the admin: the form with its limits, and the list of who is paused."""

import math
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.forms import (
    AdminAuthenticationForm,
    AdminPasswordChangeForm,
)
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry import sign_in
from registry.admin.lists import Lists
from registry.models import FailedSignIns, User

Kind = FailedSignIns.Kind


class SignInForm(AdminAuthenticationForm):
    """Django's, counting attempts; `pause` is for how many seconds it refuses."""

    pause = 0

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password") or self.request is None:
            return super().clean()
        try:
            attempt = sign_in.begin(self.request, name)
        except sign_in.TooMany as refused:
            wait = (refused.until - timezone.now()).total_seconds()
            self.pause = max(1, math.ceil(wait))
            raise ValidationError(said(self.pause), code="too_many") from None
        cleaned = super().clean()
        attempt.succeeded()
        return cleaned


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's; who guesses at the present password has as many attempts as to sign in.

    A session that somebody else got hold of would do for as many guesses as one likes.
    """

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        try:
            attempt = sign_in.begin(self.request, self.user.get_username())
        except sign_in.TooMany as refused:
            wait = (refused.until - timezone.now()).total_seconds()
            pause = max(1, math.ceil(wait))
            raise ValidationError(said(pause), code="too_many") from None
        old: str = super().clean_old_password()
        attempt.succeeded()
        return old


class OwnPasswordView(PasswordChangeView):
    """Django's, with that form."""

    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}


def said(pause: int) -> str:
    minutes = math.ceil(pause / 60)
    return ngettext(
        "Too many failed attempts to sign in. Try again in %(minutes)d minute, or ask"
        " an administrator.",
        "Too many failed attempts to sign in. Try again in %(minutes)d minutes, or ask"
        " an administrator.",
        minutes,
    ) % {"minutes": minutes}


@admin.register(FailedSignIns)
class FailedSignInsAdmin(Lists, admin.ModelAdmin):
    """Who failed of late and who has to wait; an administrator can end the wait."""

    list_display = [
        "subject",
        "kind",
        "attempts",
        "paused_until",
        "last_at",
        "last_from",
    ]
    list_display_links = None
    list_filter = ["kind"]
    search_fields = ["subject"]
    search_help_text = _("By user name or address.")
    actions = ["lift"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSignIns]:
        counting = super().get_queryset(request).filter(until__gt=timezone.now())
        return counting.filter(attempts__gt=0)

    @admin.display(description=_("paused until"), ordering="until")
    def paused_until(self, row: FailedSignIns) -> Any:
        return row.until if sign_in.is_full(row) else None

    @admin.action(description=_("Lift the pause and forget the attempts"))
    def lift(self, request: HttpRequest, rows: QuerySet[FailedSignIns]) -> None:
        names = {row.subject.split(" ")[0] for row in rows if row.kind != Kind.ADDRESS}
        for user in User.objects.all():
            if sign_in.key(user.get_username()) in names:
                # In the history of the user, who this is about.
                self.log_change(request, user, gettext("Sign-in pause lifted."))
        lifted, _by_model = rows.delete()
        self.message_user(
            request,
            ngettext(
                "%(count)d count of failed attempts was forgotten.",
                "%(count)d counts of failed attempts were forgotten.",
                lifted,
            )
            % {"count": lifted},
            messages.SUCCESS,
        )

    lift.allowed_permissions = ["lift"]  # type: ignore[attr-defined]  # the admin's way

    def has_lift_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.has_perm("registry.delete_failedsignins")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
