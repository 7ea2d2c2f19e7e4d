"""API tokens: made by people for themselves, and by those who manage people."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.admin.lists import Chosen, Lists
from registry.models import Token, User
from registry.rights import above

USUAL_DAYS = 90


def within_reach(person: Any) -> Q:
    """The users whose tokens the person sees, makes and revokes: themselves at least.

    Those who manage people reach the others, but none who may do more than they: they
    would take rights that they have not.
    """
    if person.is_superuser:
        return Q()
    himself = Q(pk=person.pk)
    if person.has_perm("registry.change_user"):
        return himself | ~Q(pk__in=above(person).values("pk"))
    return himself


class TokenForm(forms.ModelForm):
    """A new token: what for, for how long and, from those who may, for whom."""

    days = forms.IntegerField()

    class Meta:
        model = Token
        fields = ["name", "user"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.API_TOKEN_DAYS
        self.fields["days"] = forms.IntegerField(
            label=_("Days until it expires"),
            help_text=gettext("At most %d.") % most,
            min_value=1,
            max_value=most,
            initial=min(USUAL_DAYS, most),
        )
        if "user" in self.fields:
            beside = self.fields["user"].widget
            beside.can_add_related = beside.can_change_related = False
            beside.can_view_related = False

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        return name


class ByState(Chosen):
    """Tokens that work, or work no more."""

    title = pgettext_lazy("token", "state")
    parameter_name = "works"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("works")), ("no", _("works no more"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        working = Token.objects.working().filter(user__is_active=True).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=working)
        return queryset.exclude(pk__in=working)


@admin.register(Token)
class Tokens(Lists, admin.ModelAdmin):
    """Whose token it is, what for, whether it works; its text is shown only once."""

    list_display = ["name", "start", "user", "state", "created", "expiry", "used"]
    list_filter = [ByState]
    list_select_related = ["user"]
    search_fields = ["name", "token_key", "user__username"]
    search_help_text = _("By name, beginning or person.")
    form = TokenForm
    autocomplete_fields = ["user"]
    actions = ["revoke"]

    @admin.display(description=_("begins with"), ordering="token_key")
    def start(self, token: Token) -> str:
        return token.beginning

    @admin.display(description=pgettext_lazy("token", "state"))
    def state(self, token: Token) -> Any:
        return token.state.label

    @admin.display(description=_("last used"), ordering="last_used_at")
    def used(self, token: Token) -> Any:
        return token.last_used_at

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return [*self.list_display, "revoked_at"]
        person: Any = request.user
        for_others = person.has_perm("registry.change_user")
        return ["name", *["user"] * for_others, "days"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj is not None else []

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        person: Any = request.user
        return {"user": person.pk} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        users = User.objects.filter(within_reach(request.user), is_active=True)
        return super().formfield_for_foreignkey(
            db_field, request, **(kwargs | {"queryset": users})
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        people = User.objects.filter(within_reach(request.user))
        return super().get_queryset(request).filter(user__in=people)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if obj.user_id is None:
            obj.user = request.user
        obj.plain = obj.draw(form.cleaned_data["days"])
        super().save_model(request, obj, form, change)
        if obj.user != request.user:
            # In the history of the person, whom this concerns.
            self.log_change(request, obj.user, gettext("API token made: %s") % obj.name)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """The one page that shows the token's text; nothing keeps it."""
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("The new token"),
            "token": obj,
            "plain": obj.plain,
            "programs": request.build_absolute_uri("/api/v1/programs/"),
        }
        response = TemplateResponse(request, "admin/token_made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Revoke: they stop working, for good"))
    def revoke(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        still = list(tokens.filter(revoked_at=None))
        revoked = Token.objects.filter(pk__in=[token.pk for token in still])
        number = revoked.update(revoked_at=timezone.now())
        for token in still:
            self.log_change(request, token, gettext("Revoked."))
        self.message_user(
            request,
            ngettext(
                "%(count)d token was revoked.", "%(count)d tokens were revoked.", number
            )
            % {"count": number},
            messages.SUCCESS,
        )

    revoke.allowed_permissions = ["revoke"]  # type: ignore[attr-defined]  # the admin's way

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    # Everybody who works in the admin may; whose they reach says `within_reach`.
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        people = User.objects.filter(within_reach(request.user))
        if not self.admin_site.has_permission(request):
            return False
        return obj is None or people.filter(pk=obj.user_id).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
