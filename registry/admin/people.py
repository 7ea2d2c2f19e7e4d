"""Users and groups: deactivated and never deleted, each change in their history."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from registry.admin.lists import Lists
from registry.models import User
from registry.rights import above, lacking


class NewPasswordForm(AdminPasswordChangeForm):
    """A new password for somebody; whoever may not sign in is deactivated instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].required = self.fields["password2"].required = True


class SaidInHistory:
    """Histories that name the fields in words, and what rights were and became."""

    opts: Any
    said_in_history: tuple[str, ...] = ()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        if add:
            return super().construct_change_message(  # type: ignore[misc]  # of the admin beside it
                request, form, formsets, add
            )
        rights = [name for name in form.changed_data if name in self.said_in_history]
        sentences = [
            gettext("%(field)s: %(before)s → %(after)s")
            % {
                "field": self.called(name),
                "before": spelled(form.get_initial_for_field(form.fields[name], name)),
                "after": spelled(form.cleaned_data[name]),
            }
            for name in rights
        ]
        others = [self.called(name) for name in form.changed_data if name not in rights]
        if others:
            sentences.append(
                gettext("Changed: %(fields)s") % {"fields": ", ".join(others)}
            )
        return "; ".join(sentences)

    def called(self, name: str) -> str:
        return str(self.opts.get_field(name).verbose_name)


def spelled(value: Any) -> str:
    """A value of a form as a person reads it: yes, no, names."""
    if isinstance(value, bool):
        return pgettext("right", "yes") if value else pgettext("right", "no")
    if isinstance(value, Model) or not hasattr(value, "__iter__"):
        return str(localize(value))
    return ", ".join(sorted(map(str, value))) or "–"


@admin.register(User)
class People(Lists, SaidInHistory, UserAdmin):
    """Users are deactivated, never deleted: the journal names them."""

    list_display = [
        "username",
        "last_name",
        "first_name",
        "is_active",
        "rights",
        "last_login",
    ]
    add_form = UserCreationForm
    add_fieldsets = (
        (None, {"classes": ["wide"], "fields": ["username", "password1", "password2"]}),
    )
    change_password_form = NewPasswordForm
    said_in_history = (
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
    )

    @admin.display(description=_("rights"))
    def rights(self, user: User) -> str:
        return str(_("superuser")) if user.is_superuser else spelled(user.groups.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["last_login", "date_joined"]
        if not request.user.is_superuser:
            # Nobody gives away, or takes, more than they have.
            fixed += ["is_superuser", "user_permissions"]
        return fixed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return not above(request.user).filter(pk=obj.pk).exists()

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "groups":
            # Nor by a group that has more.
            more = lacking(request.user)
            kwargs["queryset"] = Group.objects.exclude(permissions__in=more)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(Group)


@admin.register(Group)
class Groups(Lists, SaidInHistory, GroupAdmin):
    """Groups of rights; one that somebody is in stays, so that none loses rights so."""

    said_in_history = ("name", "permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return not obj.permissions.filter(pk__in=lacking(request.user)).exists()

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and request is not None and db_field.name == "permissions":
            # Nobody gives away what they have not.
            offered: Any = field.queryset
            field.queryset = offered.exclude(pk__in=lacking(request.user))
        return field
