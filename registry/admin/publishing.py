"""Publishing, withdrawing and merging in the admin, and what stands in their way."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import journal, merging, publication, rights
from registry.admin.posted import whole
from registry.admin.proposing import kind_of, propose_step
from registry.models import Conflict, Publication, Record
from registry.publication import Blocked

TITLES = {
    "publish": gettext_lazy("Publish"),
    "withdraw": gettext_lazy("Withdraw"),
    "merge": gettext_lazy("Merge into another"),
}
# The state that a step starts from.
FROM = {
    "publish": Publication.DRAFT,
    "withdraw": Publication.PUBLISHED,
    "merge": Publication.PUBLISHED,
}

# What a step shows is tried first, each record with all that goes with it.
MOST = 400


@dataclass(frozen=True)
class Step:
    """A step of publication for some records, those shown with them included."""

    name: str
    records: list[Any]
    others: list[Any]
    into: Any = None

    def take(self, *, by: str, reason: str, path: str = "admin") -> tuple[int, int]:
        """Write it as one change; gives how many rows a merge moved, how many stay.

        Raises `Blocked` or `Conflict`, and then nothing was kept.
        """
        with journal.change(by=by, reason=reason, path=path):
            if self.name == "merge":
                (record,) = self.records
                return merging.merge(record, into=self.into, by=by, reason=reason)
            together = [*self.records, *self.others]
            if self.name == "publish":
                publication.publish(*together, by=by, reason=reason)
            else:
                publication.withdraw(*together, by=by, reason=reason)
            return 0, 0

    def tried(self) -> tuple[list[str], int, int]:
        """What stands in its way; how many rows a merge would move, how many stay."""
        try:
            with journal.preview():
                return [], *self.take(by="", reason="")
        except Blocked as blocked:
            return blocked.sentences, 0, 0
        except Conflict:
            return [_("Somebody changed it meanwhile: look at it again.")], 0, 0
        finally:
            for one in [*self.records, *self.others, *filter(None, [self.into])]:
                one.refresh_from_db()


class PublishingPages(admin.ModelAdmin):
    """The steps of an admin's records: one by one, or several from the list."""

    actions = ["publish_selected", "withdraw_selected"]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [
            path("<path:object_id>/step/<slug:step>/", view, name=name),
            *super().get_urls(),
        ]

    def steps(self, request: HttpRequest, record: Any) -> list[tuple[str, Any]]:
        if not self.has_change_permission(request, record):
            return []
        names = [name for name in TITLES if record.publication == FROM[name]]
        if record.publication == Publication.PUBLISHED and self._offered(
            "publish", [record]
        ):
            names.insert(0, "publish")
        return [(name, TITLES[name]) for name in names]

    @admin.action(description=gettext_lazy("Publish the selected"))
    def publish_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self._steps_of_selected(request, "publish", queryset)

    @admin.action(description=gettext_lazy("Withdraw the selected"))
    def withdraw_selected(self, request: HttpRequest, queryset: Any) -> Any:
        return self._steps_of_selected(request, "withdraw", queryset)

    def _steps_of_selected(self, request: HttpRequest, name: str, rows: Any) -> Any:
        """The page of the step; a sentence for more than are taken at once."""
        records = list(rows[: MOST + 1])
        if len(records) <= MOST:
            return self._steps(request, name, records)
        messages.error(request, _("Choose fewer: at most %d at once.") % MOST)
        return None

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> Any:
        record = self.get_object(request, unquote(object_id))
        if record is None or step not in TITLES:
            raise Http404
        return self._steps(request, step, [record])

    def _steps(self, request: HttpRequest, name: str, records: list[Any]) -> Any:
        """The page of a step: what goes with it, what stands in its way, the reason."""
        if not all(self.has_change_permission(request, one) for one in records):
            raise PermissionDenied
        confirmed = request.method == "POST" and "confirm" in request.POST
        offered = self._offered(name, records)
        step = Step(
            name,
            # One that is published already may still have drafts to publish with it.
            [one for one in records if one.publication == FROM[name]]
            if name == "publish" and offered
            else records,
            [one for one in offered if not confirmed or _chosen(request, one)],
            self._target(request) if name == "merge" else None,
        )
        ready = name != "merge" or step.into is not None
        if confirmed and ready:
            answer = self._take(request, step, records[0])
            if answer is not None:
                return answer
        sentences, moved, stay = step.tried() if ready else ([], 0, 0)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": records[0] if len(records) == 1 else None,
            "title": TITLES[name],
            "step": step,
            "records": records,
            "offered": [(one, one in step.others) for one in offered],
            "sentences": sentences,
            "moved": moved,
            "stay": stay,
            "target_form": self._target_form(request) if name == "merge" else None,
            "reason": request.POST.get("reason", ""),
            "proposes": not rights.writes_directly(request.user),
            "action_name": f"{name}_selected" if "_selected_action" in request.POST
            else "",
        }  # fmt: skip
        return TemplateResponse(request, "admin/step.html", context)

    def _offered(self, name: str, records: list[Any]) -> list[Any]:
        """Records shown with these that could take the step with them."""
        if name == "merge":
            return []
        return [
            one
            for record in records
            for relation in record._meta.related_objects
            if relation.name in record.shown_with
            for one in relation.related_model._base_manager.filter(
                **{relation.field.name: record.pk}, publication=FROM[name]
            ).order_by("code")
        ]

    def _take(self, request: Any, step: Step, first: Any) -> HttpResponse | None:
        """Take the step, or propose it; None where it could not be taken."""
        reason = request.POST.get("reason", "").strip()
        if not reason and settings.REASON_REQUIRED:
            messages.error(request, _("Give a reason."))
            return None
        direct = rights.writes_directly(request.user)
        if not direct and (sentences := step.tried()[0]):
            for sentence in sentences:
                messages.error(request, sentence)
            return None
        for one in [*step.records, *step.others, *filter(None, [step.into])]:
            one.version = _version_read(request, one)
        by = request.user.get_username()
        if direct:
            try:
                step.take(by=by, reason=reason)
            except Blocked as blocked:
                for sentence in blocked.sentences:
                    messages.error(request, sentence)
                return None
            except Conflict as conflict:
                messages.error(request, str(conflict))
                return None
            messages.success(request, _("Done."))
        else:
            for record in step.records or [first]:
                propose_step(
                    kind_of(self.model, self.admin_site),
                    record,
                    step.name,
                    others=[o for o in step.others if _belongs(o, record)],
                    into=step.into,
                    by=by,
                    reason=reason,
                )
            messages.success(request, _("Proposed; it waits for review."))
        list_page = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        if "_selected_action" in request.POST:
            return HttpResponseRedirect(reverse(list_page))
        change = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(change, args=[quote(first.pk)]))

    def _target(self, request: HttpRequest) -> Record | None:
        code = request.POST.get("into") or request.GET.get("into")
        published = self.model._base_manager.filter(publication="published")
        found: Record | None = published.filter(pk=code).first()
        return found

    def _target_form(self, request: HttpRequest) -> forms.Form:
        """Where a record is merged, chosen by name or code."""
        of = self.model._meta.get_field("merged_into")

        class Target(forms.Form):
            into = forms.ModelChoiceField(
                self.model._base_manager.filter(publication="published"),
                label=_("merge into"),
                widget=AutocompleteSelect(of, self.admin_site),
            )

        return Target(request.GET if "into" in request.GET else None)


def _chosen(request: HttpRequest, one: Record) -> bool:
    return f"{one._meta.model_name}:{one.pk}" in request.POST.getlist("with")


def _version_read(request: HttpRequest, one: Record) -> int:
    """The version that the page was made with; 0, which none has, without one."""
    return whole(request.POST.get(f"version:{one._meta.model_name}:{one.pk}"))


def _belongs(other: Any, record: Record) -> bool:
    """Whether the one is shown with the record."""
    return any(
        relation.name in record.shown_with
        and isinstance(other, relation.related_model)
        and getattr(other, relation.field.attname) == record.pk
        for relation in record._meta.related_objects
    )
