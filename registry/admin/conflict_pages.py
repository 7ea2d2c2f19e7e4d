"""The page of two people who changed the same record, and what the second one chose."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry import journal
from registry.admin.conflict import Comparing, Comparison
from registry.admin.posted import BUTTONS
from registry.admin.telling import path_label


class ConflictPages(admin.ModelAdmin):
    """Three columns for whoever saves over a version that they have not seen."""

    def conflict_page(
        self, request: HttpRequest, object_id: str | None, comparison: Any = None
    ) -> HttpResponse:
        """Before, theirs and yours of what somebody else changed meanwhile."""
        record = self.get_object(request, unquote(object_id or ""))
        everywhere = self.admin_site.each_context(request)
        if record is None or not self.has_change_permission(request, record):
            context = everywhere | {"opts": self.opts, "title": _("It is gone")}
            context |= {"posted": _own_fields(request.POST), "code": object_id}
            template = "admin/conflict_gone.html"
            return TemplateResponse(request, template, context, status=409)
        with journal.reading():
            found = comparison or Comparing(self, request, record).compare()
            context = everywhere | {
                "opts": self.opts,
                "original": record,
                "title": _("Somebody was first"),
                "comparison": found,
                "theirs_path": path_label(found.theirs.path) if found.theirs else "",
                "posted": _own_fields(request.POST),
                "seen": found.seen,
                "approving": getattr(request, "approved", False),
            }
            page = TemplateResponse(request, "admin/conflict.html", context, status=409)
            return page.render()

    def take_choices(self, request: Any, object_id: str | None) -> HttpResponse | None:
        """Take what was merged for what was posted; a page where that can't be."""
        record = self.get_object(request, unquote(object_id or ""))
        if record is None:
            return self.conflict_page(request, object_id)
        found: Comparison = Comparing(self, request, record).compare()
        moved = str(found.seen) != request.POST.get("revision_seen")
        if moved:
            messages.warning(request, _("It was changed once more: compare again."))
        elif found.unresolved:
            messages.error(request, _("Choose between theirs and yours everywhere."))
        if moved or found.unresolved:
            return self.conflict_page(request, object_id, found)
        if "_edit" in request.POST:
            sentence = _("Merged, not yet saved: look at it, then save.")
            request.refusals = {"__all__": [sentence]}
        else:
            found.data["_save"] = "1"
        request.POST = found.data
        return None


def _own_fields(data: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be carried along as hidden fields."""
    return [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in (*BUTTONS, "csrfmiddlewaretoken", "revision_seen")
        and not name.startswith("choice:")
    ]
