"""Proposals: kept as filled in, reviewed as a difference, carried out or not."""

import pytest
from django.urls import reverse

from programs.models import Program, Term
from registry.models import Change, Proposal
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst(as_group):
    return as_group("analyst", "li")


@pytest.fixture
def reviewer(as_group):
    return as_group("reviewer", "wang")


@pytest.fixture
def proposal(analyst, form, term):
    address, data = form(term.program, analyst)
    analyst.post(
        address,
        data | {"name": "新名贷", "terms-0-value": "2500万", "reason": "见新文件"},
    )
    return Proposal.objects.get()


def decide(client, proposal, **posted):
    address = reverse("admin:registry_proposal_change", args=[proposal.pk])
    answer = client.post(address, posted)
    proposal.refresh_from_db()
    return answer


def test_a_proposal_changes_nothing_yet(proposal):
    assert Program.objects.get().name == "新动力贷"
    assert Term.objects.get().value == 20_000_000
    assert (proposal.state, proposal.proposed_by) == ("open", "li")


def test_it_is_shown_as_a_difference(reviewer, proposal):
    address = reverse("admin:registry_proposal_change", args=[proposal.pk])
    page = reviewer.get(address).content.decode()
    assert "<del>新动力贷</del>" in page
    assert "<ins>新名贷</ins>" in page
    assert "<ins>2500万元</ins>" in page


def test_approving_carries_it_out(reviewer, proposal):
    decide(reviewer, proposal, approve="1")
    assert Program.objects.get().name == "新名贷"
    assert Term.objects.get().value == 25_000_000
    assert (proposal.state, proposal.decided_by) == ("approved", "wang")


def test_the_journal_names_proposer_reviewer_and_proposal(reviewer, proposal):
    decide(reviewer, proposal, approve="1", remark="无误")
    change = Change.objects.latest("id")
    assert change.actor == "li"
    assert change.reason == "见新文件\n✓ wang 无误"
    assert change.path == f"proposal/{proposal.pk}"


def test_rejecting_says_why(reviewer, proposal):
    decide(reviewer, proposal, reject="1")
    assert proposal.state == "open"
    decide(reviewer, proposal, reject="1", remark="来源不符")
    assert (proposal.state, proposal.remark) == ("rejected", "来源不符")
    assert Program.objects.get().name == "新动力贷"


def test_its_own_author_can_not_approve(analyst, proposal):
    decide(analyst, proposal, approve="1")
    assert proposal.state == "open"


def test_a_reviewer_can_not_approve_an_own_proposal(reviewer, form, term, settings):
    settings.FOUR_EYES = True
    address, data = form(term.program, reviewer)
    reviewer.post(address, data | {"name": "新名贷"})
    proposal = Proposal.objects.get()
    decide(reviewer, proposal, approve="1")
    assert (proposal.state, Program.objects.get().name) == ("open", "新动力贷")


def test_another_analyst_can_not_approve(as_group, proposal):
    decide(as_group("analyst", "zhao"), proposal, approve="1")
    assert proposal.state == "open"


def test_its_author_takes_it_back(analyst, proposal):
    decide(analyst, proposal, retract="1")
    assert proposal.state == "retracted"


def test_only_its_author_takes_it_back(reviewer, proposal):
    decide(reviewer, proposal, retract="1")
    assert proposal.state == "open"


def test_it_is_decided_once(reviewer, proposal):
    decide(reviewer, proposal, reject="1", remark="来源不符")
    decide(reviewer, proposal, approve="1")
    assert (proposal.state, Program.objects.get().name) == ("rejected", "新动力贷")


def test_a_record_changed_since_shows_three_columns(reviewer, proposal):
    Program.objects.update(name="第三")
    answer = decide(reviewer, proposal, approve="1")
    assert answer.status_code == 409
    (cell,) = answer.context["comparison"].record.cells
    assert (cell.before, cell.theirs, cell.yours) == ("新动力贷", "第三", "新名贷")
    assert (proposal.state, Program.objects.get().name) == ("open", "第三")


def test_what_the_reviewer_merges_is_carried_out(reviewer, proposal):
    Program.objects.update(name="第三")
    answer = decide(reviewer, proposal, approve="1")
    merged = {"choice:name": "yours", "revision_seen": answer.context["seen"]}
    decide(reviewer, proposal, _merge="1", **merged)
    assert (proposal.state, Program.objects.get().name) == ("approved", "新名贷")
    assert Term.objects.get().value == 25_000_000


def test_publishing_may_be_proposed(analyst, reviewer, term):
    draft = builders.program(term.program.region, "310000-d", publication="draft")
    draft.citations.create(passage=term.passage)
    address = reverse("admin:programs_program_step", args=[draft.pk, "publish"])
    version = {f"version:program:{draft.pk}": draft.version}
    analyst.post(address, {"confirm": "1", "reason": "齐备"} | version)
    proposal = Proposal.objects.get()
    assert (proposal.step, proposal.key) == ("publish", draft.pk)
    decide(reviewer, proposal, approve="1")
    draft.refresh_from_db()
    assert draft.publication == "published"


def test_a_step_that_something_stands_in_the_way_of_stays_open(analyst, reviewer, term):
    draft = builders.program(term.program.region, "310000-d", publication="draft")
    citation = draft.citations.create(passage=term.passage)
    address = reverse("admin:programs_program_step", args=[draft.pk, "publish"])
    version = {f"version:program:{draft.pk}": draft.version}
    analyst.post(address, {"confirm": "1", "reason": "齐备"} | version)
    proposal = Proposal.objects.get()
    citation.delete()
    decide(reviewer, proposal, approve="1")
    draft.refresh_from_db()
    assert (proposal.state, draft.publication) == ("open", "draft")


def test_the_form_tells_of_what_waits(reviewer, proposal, term):
    address = reverse("admin:programs_program_change", args=[term.program_id])
    link = reverse("admin:registry_proposal_change", args=[proposal.pk])
    assert link in reviewer.get(address).content.decode()


def test_the_form_of_who_must_propose_says_so(analyst, term):
    address = reverse("admin:programs_program_change", args=[term.program_id])
    page = analyst.get(address).content.decode()
    assert 'value="提交审核"' in page
    assert 'value="保存"' not in page


def test_a_form_with_errors_is_not_kept(analyst, form, term):
    address, data = form(term.program, analyst)
    answer = analyst.post(address, data | {"name": "", "reason": "x"})
    assert answer.status_code == 200
    assert not Proposal.objects.exists()
