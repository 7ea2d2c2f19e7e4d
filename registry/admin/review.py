"""The reviewer's queue: what was proposed, how it differs, and the decision."""

import copy
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import history, journal, rights
from registry.admin.conflict import Comparing
from registry.admin.decisions import Undecided, decided, record_of, step_of
from registry.admin.lists import Lists
from registry.admin.log import ReadOnly
from registry.admin.proposing import states
from registry.admin.saving import Refused
from registry.admin.telling import tell
from registry.models import Conflict, Proposal
from registry.publication import Blocked

State = Proposal.State


@admin.register(Proposal)
class Proposals(Lists, ReadOnly, admin.ModelAdmin):
    """Changes to what is published that wait for a second person, or waited."""

    list_display = ["id", "record", "step", "reason", "proposed_by", "proposed_at",
                    "state", "decided_by"]  # fmt: skip
    list_filter = ["state", "step"]
    search_fields = ["key", "reason", "proposed_by", "decided_by"]
    search_help_text = _("By code, reason or person.")
    ordering = ["-id"]
    show_full_result_count = False

    @admin.display(description=_("record"))
    def record(self, proposal: Any) -> str:
        return format_html("{} <code>{}</code>", proposal.named, proposal.key)

    def fill(self, rows: list[Any]) -> None:
        keys = defaultdict(list)
        for proposal in rows:
            keys[proposal.kind].append(proposal.key)
        found = {
            kind: apps.get_model(kind)._base_manager.in_bulk(codes)
            for kind, codes in keys.items()
        }
        for proposal in rows:
            record = found[proposal.kind].get(proposal.key)
            proposal.named = str(record) if record else ""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The proposal as a difference, with what its reader may do."""
        proposal: Any = self.get_object(request, unquote(object_id))
        if proposal is None:
            raise Http404
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if request.method == "POST":
            answer = self._decide(request, proposal)
            if answer is not None:
                return answer
            return HttpResponseRedirect(request.get_full_path())
        return TemplateResponse(
            request, "admin/proposal.html", self._context(request, proposal)
        )

    def _context(self, request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
        record = record_of(proposal)
        model = apps.get_model(proposal.kind)
        before, after = states(proposal)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        open_ = proposal.state == State.OPEN
        own = proposal.proposed_by == request.user.get_username()
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Proposal %d") % proposal.pk,
            "proposal": proposal,
            "record": record,
            "record_url": reverse(name, args=[quote(proposal.key)]),
            "rows": tell(history.differences(model, before, after)),
            "with": [[kind, code] for kind, code, _v in proposal.data.get("with", [])],
            "into": (proposal.data.get("into") or [""])[0],
            "moved_on": open_ and record is not None
            and getattr(record, "version", 0) != proposal.version,
            "may_decide": open_ and not own and rights.may_publish(request.user),
            "may_retract": open_ and own,
            "own": own,
        }  # fmt: skip

    def _decide(self, request: Any, proposal: Proposal) -> HttpResponse | None:
        own = proposal.proposed_by == request.user.get_username()
        remark = request.POST.get("remark", "").strip()
        if "retract" in request.POST and own:
            self._close(request, proposal, State.RETRACTED, remark)
        elif own or not rights.may_publish(request.user):
            messages.error(request, gettext("Another person has to review it."))
        elif "reject" in request.POST:
            if remark:
                self._close(request, proposal, State.REJECTED, remark)
            else:
                messages.error(request, gettext("Say why you reject it."))
        elif "approve" in request.POST or "_merge" in request.POST:
            return self._approve(request, proposal, remark)
        return None

    def _close(
        self, request: HttpRequest, proposal: Proposal, state: str, remark: str
    ) -> None:
        if decided(proposal, state, by=request.user.get_username(), remark=remark):
            messages.success(request, State(state).label)
        else:
            messages.error(request, gettext("Somebody decided on it meanwhile."))

    def _approve(
        self, request: Any, proposal: Proposal, remark: str
    ) -> HttpResponse | None:
        by = request.user.get_username()
        told = proposal.reason + f"\n✓ {by} {remark}".rstrip()
        try:
            with (
                transaction.atomic(),
                journal.change(
                    by=proposal.proposed_by,
                    reason=told.strip(),
                    path=f"proposal/{proposal.pk}",
                ),
            ):
                if not decided(proposal, State.APPROVED, by=by, remark=remark):
                    raise Undecided([gettext("Somebody decided on it meanwhile.")])
                if proposal.step == Proposal.Step.CHANGE:
                    self._submit(request, proposal)
                else:
                    step_of(proposal).take(by=by, reason=told)
        except Conflict:
            return self._conflict(request, proposal)
        except (Undecided, Blocked) as error:
            for sentence in error.sentences:
                messages.error(request, sentence)
        except Refused as refused:
            for sentences in refused.sentences.values():
                messages.error(request, " ".join(sentences))
        else:
            messages.success(request, gettext("Approved and carried out."))
        return None

    def _submit(self, request: Any, proposal: Proposal) -> None:
        """Post the kept form, or what the reviewer merged, as its record's own page."""
        there = self._as_posted(request, proposal)
        if "_merge" in request.POST:
            record = record_of(proposal)
            found = Comparing(self._admin_of(proposal), there, record).compare()
            if found.unresolved or str(found.seen) != request.POST.get("revision_seen"):
                raise Conflict(record)
            there.POST = found.data
        answer = self._admin_of(proposal).write(there, quote(proposal.key))
        if answer.status_code != 302:
            errors = getattr(answer, "context_data", {}).get("errors", [])
            raise Undecided([str(line) for part in errors for line in part])
        if not there.wrote:
            raise Undecided([gettext("It changes nothing any more: reject it.")])

    def _as_posted(self, request: Any, proposal: Proposal) -> Any:
        """The request that the proposer would have made, with this one's choices."""
        there = copy.copy(request)
        there.POST = QueryDict(mutable=True)
        for name, values in proposal.data["form"].items():
            there.POST.setlist(name, values)
        for name in request.POST:
            if name.startswith("choice:"):
                there.POST[name] = request.POST[name]
        there.approved = True
        return there

    def _conflict(self, request: Any, proposal: Proposal) -> HttpResponse | None:
        """The three columns; for other steps, which have no form, a sentence."""
        if proposal.step != Proposal.Step.CHANGE:
            messages.error(
                request,
                gettext(
                    "The record changed since: reject it, or let it be proposed anew."
                ),
            )
            return None
        there = self._as_posted(request, proposal)
        return self._admin_of(proposal).conflict_page(there, quote(proposal.key))

    def _admin_of(self, proposal: Proposal) -> Any:
        return self.admin_site.get_model_admin(apps.get_model(proposal.kind))


def waiting(request: HttpRequest) -> list[tuple[Any, str, int]]:
    """What the first page says of the queue: (title, address, number)."""
    proposals = Proposal.objects.filter(state=State.OPEN)
    own = proposals.filter(proposed_by=request.user.get_username())
    number, mine = proposals.count(), own.count()
    address = reverse("admin:registry_proposal_changelist") + "?state__exact=open"
    found = []
    if rights.may_publish(request.user):
        found.append((_("proposals to review"), address, number - mine))
    found.append((_("proposals of yours"), address, mine))
    return [(title, there, n) for title, there, n in found if n]
