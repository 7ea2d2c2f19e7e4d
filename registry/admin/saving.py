"""Saving a record's form: its version taken first, conflicts merged, review asked."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from registry import history, journal, past, publication, rights
from registry.admin.conflict_pages import ConflictPages
from registry.admin.posted import has_lost_rows, whole
from registry.admin.proposing import kind_of, propose_change
from registry.models import Conflict, Entry, Proposal, Record


class Refused(Exception):
    """The record as saved would break a rule; nothing was kept. Field → sentences."""

    def __init__(self, sentences: dict[str, list[str]]) -> None:
        self.sentences = sentences
        super().__init__(sentences)


class Held(Exception):
    """The change needs another person's review; carries how it would differ."""

    def __init__(self, before: history.State, after: history.State) -> None:
        self.before, self.after = before, after
        super().__init__()


class SavingPages(ConflictPages):
    """The form of an admin's records, from the first statement to the last."""

    api_name = ""
    # The template of a page to read a record on, with what belongs to it.
    page_template = ""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        context = (extra_context or {}) | {
            "api_name": self.api_name,
            "has_page": bool(self.page_template),
        }
        view = super().changeform_view
        if request.method != "POST":
            # The record and the revision that it was read at belong together.
            with journal.reading():
                shown = view(request, object_id, form_url, context)
                return shown.render() if hasattr(shown, "render") else shown
        if "_merge" in request.POST or "_edit" in request.POST:
            page = self.take_choices(request, object_id)
            if page is not None:
                return page
        try:
            return self.write(request, object_id, form_url, context)
        except Conflict:
            return self.conflict_page(request, object_id)
        except Refused as refused:
            request.refusals = refused.sentences  # type: ignore[attr-defined]  # for get_form
            return view(request, object_id, form_url, context)
        except Held as held:
            proposal = propose_change(
                kind_of(self.model, self.admin_site),
                unquote(object_id or ""),
                request.POST,
                held.before,
                held.after,
                by=request.user.get_username(),
            )
            messages.success(
                request,
                _("Proposal %d waits for review; the record is unchanged.")
                % proposal.pk,
            )
            return HttpResponseRedirect(request.get_full_path())

    def write(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str = "",
        context: Any = None,
    ) -> HttpResponse:
        """Save the posted form as one change; a form with errors comes back unsaved.

        Raises `Conflict`, `Refused` or `Held`, and then nothing was kept.
        """
        request.wrote = False  # type: ignore[attr-defined]  # told by save_related
        # A savepoint, since an approval goes on after a form that wrote nothing.
        with self.journaled(request), transaction.atomic():
            if object_id is not None:
                self._claim(request, unquote(object_id))
            answer: HttpResponse = super().changeform_view(
                request, object_id, form_url, context
            )
            if not request.wrote:  # type: ignore[attr-defined]  # set above
                transaction.set_rollback(True)
            return answer

    def _claim(self, request: HttpRequest, code: str) -> None:
        """Take the record's next version, or see that no change came since."""
        if issubclass(self.model, Record):
            read: Any = self.model(
                pk=code, version=whole(request.POST.get("version_read"))
            )  # type: ignore[misc]  # the stubs want a concrete class
            read.claim()
            record = self.get_object(request, code)
            if record is not None and has_lost_rows(self, request, record):
                raise Conflict(record)
            return
        rows = self.model._base_manager.select_for_update()
        row = rows.filter(pk=code).first()
        since = Entry.objects.filter(
            kind=journal.kind_of(self.model),
            key=code,
            change__revision__gt=whole(request.POST.get("revision_read")),
        )
        if row is None or since.exists():
            raise Conflict(row or self.model(pk=code))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        request.wrote = True
        if isinstance(obj, Record):
            obj.save(claimed=change)
        else:
            obj.save()

    def save_related(
        self, request: Any, form: Any, formsets: Any, change: bool
    ) -> None:
        own = request.wrote
        super().save_related(request, form, formsets, change)
        changed = [
            part.instance
            for formset in formsets
            for part in formset.forms
            if part.has_changed() and part not in formset.deleted_forms
        ]
        request.wrote = own or any(formset.has_changed() for formset in formsets)
        if not request.wrote:
            return
        record = form.instance
        if change and not own and isinstance(record, Record):
            record.touch()
        self._check_rules(request, form, formsets, changed, own)

    def _check_rules(
        self,
        request: Any,
        form: Any,
        formsets: Any,
        changed: list[models.Model],
        own: bool,
    ) -> None:
        """Raise `Refused` or `Held` for what this person may not write so."""
        record = form.instance
        rows = [formset for formset in formsets if formset.has_changed()]
        owns = own or any(not issubclass(f.model, Record) for f in rows)
        touched = [record] if owns else []
        touched += [one for one in changed if isinstance(one, Record)]
        for one in touched:
            if rights.is_closed(one):
                sentence = _("%(code)s was withdrawn: it can't be changed any more.")
                raise Refused({"__all__": [sentence % {"code": one.pk}]})
            if isinstance(one, Record) and (sentences := publication.obstacles(one)):
                raise Refused({"__all__": sentences})
        shown = [one for one in touched if rights.is_shown(one)]
        if not shown:
            return
        if rights.needs_reason(shown[0]) and not form.cleaned_data["reason"].strip():
            sentence = _("Give a reason: everybody sees what this changes.")
            raise Refused({"reason": [sentence]})
        approved = getattr(request, "approved", False)
        if isinstance(record, Record) and not (
            approved or rights.writes_directly(request.user)
        ):
            now = history.state_at(record)
            then = history.state_at(record, whole(request.POST.get("revision_read")))
            raise Held(then, now)

    def render_change_form(
        self, request: Any, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context.get("original")
        if isinstance(record, Record):
            mine = rights.writes_directly(request.user) or not rights.is_shown(record)
            waiting = Proposal.objects.filter(
                kind=kind_of(self.model, self.admin_site),
                key=record.pk,
                state="open",
            )
            context |= {
                "proposes": not mine,
                "waiting": waiting,
                "steps": self.steps(request, record),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def steps(self, request: HttpRequest, record: Any) -> list[tuple[str, Any]]:
        """Steps of publication that the record could take: (name, title)."""
        return []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> Any:
        """Delete a draft that nobody changed since the page was opened."""
        view = super().delete_view
        context = (extra_context or {}) | {"revision_read": past.latest_revision()}
        record = self.get_object(request, unquote(object_id))
        allowed = record is not None and self.has_delete_permission(request, record)
        if request.method != "POST" or not allowed:
            return view(request, object_id, context)
        try:
            with self.journaled(request):
                self._claim(request, unquote(object_id))
                return view(request, object_id, context)
        except Conflict:
            sentence = _("Somebody changed it meanwhile: nothing was deleted.")
            messages.error(request, sentence)
            return HttpResponseRedirect(
                request.path.removesuffix("delete/") + "change/"
            )

    def journaled(self, request: HttpRequest) -> Any:
        """The change that everything is written as which this request writes."""
        return journal.change(
            by=request.user.get_username(),
            reason=request.POST.get("reason", "").strip(),
            path="admin",
        )
