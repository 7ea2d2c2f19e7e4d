"""Naming a new record: its code is proposed, and records of the same name are shown.

Live beside the fields where there are scripts; the same on saving where there are none.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from registry import codes
from registry.admin.forms import RecordForm
from registry.admin.namesakes import namesakes, notice, told

# No name is longer; what is would only take time to read.
LONGEST_NAME = 300


class NamingForm(RecordForm):
    """A record's form that finds a code by itself and asks about namesakes, once."""

    namesakes_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # The admin that the form is for, which knows what codes are made of.
    naming: "Naming"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        if self.is_new and "code" in self.fields:
            code = self.fields["code"]
            code.required = False
            code.help_text = _("Left empty, it is made of place and name. It stays.")
            code.widget.attrs["data-proposed-from"] = " ".join(self.naming.code_from)
        for name in self.naming.name_fields:
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "data-namesakes": _("Same name:"),
                    "data-address": self.naming.naming_address(),
                    "data-own-code": self.instance.pk or "",
                }

    def clean(self) -> dict[str, Any]:
        typed = {name: self.data.get(self.add_prefix(name), "") for name in self.fields}
        if self.is_new and self.cleaned_data.get("code") == "":
            self._propose_code(typed)
        cleaned = super().clean()
        self._ask_about_namesakes(typed)
        return cleaned

    def _propose_code(self, typed: dict[str, str]) -> None:
        code = self.naming.propose_code(typed)
        if code:
            self.cleaned_data["code"] = code
        elif not set(self.naming.code_from) & self.errors.keys():
            message = _("Give a code: the name and region make none.")
            self.add_error("code", ValidationError(message, code="required"))

    def _ask_about_namesakes(self, typed: dict[str, str]) -> None:
        renamed = set(self.naming.name_fields) & set(self.changed_data)
        if not self.is_new and not renamed:
            return
        found = self.naming.namesakes(typed, but=self.instance.pk or "")
        seen = ",".join(record.pk for record in found)
        if not found or typed.get("namesakes_seen") == seen:
            return
        # What was typed stays; saving again says that these were seen.
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("namesakes_seen")] = seen
        self.add_error(None, notice(found))


class Naming:
    """For an admin of records with a code and a name of their own.

    ``code_from`` are the fields that a code is made of, ``name_fields`` those in which
    a name is typed, ``names`` the columns in which others have theirs.
    """

    form: Any = NamingForm
    code_from: list[str] = ["region", "name"]
    name_fields: list[str] = ["name"]
    names: list[str] = ["name"]

    class Media:
        js = ["registry/naming.js"]

    def code_parts(self, typed: Mapping[str, str]) -> tuple[str, str]:
        """The jurisdiction's digits, and the name that the slug is made of."""
        return typed.get("region", "")[:6], typed.get("name", "")

    def propose_code(self, typed: Mapping[str, str]) -> str:
        """A free code for what was typed; empty where that is not enough."""
        admin: Any = self
        prefix, name = self.code_parts(typed)
        return codes.proposed(admin.model, prefix, name[:LONGEST_NAME])

    def namesakes(self, typed: Mapping[str, str], *, but: str) -> list[Any]:
        """Other records of a name that was typed."""
        admin: Any = self
        given = [typed.get(name, "")[:LONGEST_NAME] for name in self.name_fields]
        return namesakes(admin.model, self.names, given, but=but)

    def naming_address(self) -> str:
        opts = self.opts  # type: ignore[attr-defined]  # of the admin beside it
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_naming")

    def naming_view(self, request: HttpRequest) -> JsonResponse:
        """For the form's script: a code for what was typed, and its namesakes."""
        admin: Any = self
        adds = admin.has_add_permission(request)
        if not adds and not admin.has_change_permission(request):
            raise PermissionDenied
        typed = request.GET.dict()
        found = self.namesakes(typed, but=typed.get("but", ""))
        return JsonResponse(
            {
                "code": self.propose_code(typed) if adds else "",
                "namesakes": [told(record) for record in found],
            }
        )

    def get_urls(self) -> list[Any]:
        admin: Any = self
        name = f"{admin.opts.app_label}_{admin.opts.model_name}_naming"
        view = admin.admin_site.admin_view(self.naming_view)
        return [path("naming/", view, name=name), *super().get_urls()]  # type: ignore[misc]  # of the admin beside it

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)  # type: ignore[misc]  # likewise
        form.naming = self
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = (None, {"fields": ["namesakes_seen"]})
        return [*super().get_fieldsets(request, obj), own]  # type: ignore[misc]  # likewise
