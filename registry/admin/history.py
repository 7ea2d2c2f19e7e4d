"""A record's history: its versions, any two compared, and the way back to one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from registry import history, journal, reverting, rights
from registry.admin.posted import whole
from registry.admin.telling import path_label, tell
from registry.models import Conflict, Record
from registry.publication import Blocked

MOST_SHOWN = 100


class HistoryPages(admin.ModelAdmin):
    """The history of an admin's records, read from the journal."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_revert"
        view = self.admin_site.admin_view(self.revert_view)
        return [
            path("<path:object_id>/history/<int:revision>/", view, name=name),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Every version, newest first, and the difference of two that were chosen."""
        record = self.readable(request, object_id)
        with journal.reading():
            versions = list(history.versions(record))
            chosen = self._chosen(request, record, versions)
        shown = [
            {
                "revision": version.change.revision,
                "change": version.change,
                "path": path_label(version.change.path),
                "rows": tell(version.differences),
            }
            for version in reversed(versions[-MOST_SHOWN:])
        ]
        context = {
            "versions": shown,
            "left_out": max(0, len(versions) - MOST_SHOWN),
            "compared": chosen,
            "may_revert": self.may_change(request, record),
            "title": _("History of %s") % record,
        }
        return self._page(request, "admin/history.html", record, context)

    def _chosen(
        self, request: HttpRequest, record: Any, versions: list[Any]
    ) -> dict[str, Any] | None:
        """The difference between the versions ``from`` and ``to`` of the address."""
        by_revision = {str(v.change.revision): v for v in versions}
        asked = [request.GET.get(name, "") for name in ("from", "to")]
        if not any(asked):
            return None
        if not all(revision in by_revision for revision in asked):
            messages.warning(request, _("Choose two versions of this record."))
            return None
        before, after = (by_revision[revision] for revision in asked)
        rows = history.differences(type(record), before.state, after.state)
        return {"before": asked[0], "after": asked[1], "rows": tell(rows)}

    def revert_view(
        self, request: HttpRequest, object_id: str, revision: int
    ) -> HttpResponse:
        """What going back would change, a reason, and the way back itself."""
        record = self.readable(request, object_id)
        if not isinstance(record, Record):
            raise Http404
        if not self.may_change(request, record):
            raise PermissionDenied
        known = {v.change.revision for v in history.versions(record)}
        if revision not in known:
            raise Http404
        then = history.state_at(record, revision)
        sentences: list[str] = []
        if request.method == "POST":
            sentences = self._revert(request, record, revision)
            if not sentences:
                messages.success(
                    request,
                    _("%(record)s is as it was in revision %(revision)d.")
                    % {"record": record, "revision": revision},
                )
                return HttpResponseRedirect(self._address("change", record))
        now = history.state_at(record)
        kinds = {part.kind for part in history.owned_parts(type(record))}
        kinds.add(journal.kind_of(type(record)))
        rows = history.differences(
            type(record),
            {key: row for key, row in now.items() if key[0] in kinds},
            {key: row for key, row in then.items() if key[0] in kinds},
        )
        context = {
            "rows": tell(without_kept(rows)),
            "revision": revision,
            "sentences": sentences,
            "reason": request.POST.get("reason", ""),
            "reason_required": rights.needs_reason(record),
            "title": _("Back to revision %d") % revision,
        }
        return self._page(request, "admin/revert.html", record, context)

    def _revert(self, request: Any, record: Any, revision: int) -> list[str]:
        """Sentences that say why not; none when it is done."""
        reason = request.POST.get("reason", "").strip()
        if rights.needs_reason(record) and not reason:
            return [_("Give a reason: the record is published.")]
        record.version = whole(request.POST.get("version_read"))
        by = request.user.get_username()
        told = {"by": by, "reason": reason, "path": "admin"}
        try:
            reverting.revert(record, to=revision, **told)
        except Conflict:
            return [_("Somebody changed the record meanwhile: look at it again.")]
        except Blocked as blocked:
            return blocked.sentences
        return []

    def readable(self, request: HttpRequest, object_id: str) -> Any:
        """The record of that code; raises Http404, or PermissionDenied."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def may_change(self, request: HttpRequest, record: Any) -> bool:
        """Whether the person may write this record without another's review."""
        allowed = self.has_change_permission(request, record)
        shown = rights.is_shown(record)
        return bool(allowed and (rights.writes_directly(request.user) or not shown))

    def _address(self, page: str, record: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(record.pk)])

    def _page(
        self, request: HttpRequest, template: str, record: Any, context: dict[str, Any]
    ) -> TemplateResponse:
        everywhere = self.admin_site.each_context(request)
        about = {"opts": self.opts, "original": record}
        return TemplateResponse(request, template, everywhere | about | context)


def without_kept(rows: list[history.RowDifference]) -> list[history.RowDifference]:
    """The differences less the columns that going back leaves as they are."""
    found = []
    for row in rows:
        fields = [f for f in row.fields if f.field.name not in reverting.KEPT]
        if fields or not row.fields:
            found.append(history.RowDifference(row.model, row.key, row.action, fields))
    return found
