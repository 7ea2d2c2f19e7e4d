"""Faults of the writing side that were found late, each kept from coming back."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.urls import reverse

from programs.models import (
    Agency,
    AgencyAlias,
    Category,
    Fund,
    Program,
    ProgramRole,
    Term,
)
from registry import (
    history,
    journal,
    merging,
    past,
    publication,
    reverting,
    verification,
)
from registry.models import Change, Conflict, Entry, Proposal, User
from tests import builders
from tests.earlier import happened_on
from tests.together import run_together

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"by": "wang", "reason": "核对"}


@pytest.fixture
def analyst(as_group):
    return as_group("analyst", "li")


@pytest.fixture
def reviewer(as_group):
    return as_group("reviewer", "wang")


def agency(code, **facts):
    facts = {"name": code, "kind": "bank", "publication": "published", **facts}
    return Agency.objects.create(code=code, region_id="310000", **facts)


def second_passage(term):
    return builders.passage(term.program.region, "¶2", document=term.passage.document)


def new_role(number, text):
    given = {"role": "lender", "order": number + 1, "as_written": text, "code": ""}
    return {f"roles-{number}-{name}": value for name, value in given.items()}


def decide(client, proposal, **posted):
    address = reverse("admin:registry_proposal_change", args=[proposal.pk])
    answer = client.post(address, posted)
    proposal.refresh_from_db()
    return answer


def test_two_new_rows_are_added_at_once(admin_client, form, term):
    address, data = form(term.program)
    rows = {"roles-TOTAL_FORMS": 2} | new_role(0, "甲行") | new_role(1, "乙行")
    assert admin_client.post(address, data | rows).status_code == 302
    assert ProgramRole.objects.count() == 2


def test_two_new_rows_of_the_same_words_get_codes_of_their_own(
    admin_client, form, term
):
    address, data = form(term.program)
    rows = {"roles-TOTAL_FORMS": 2} | new_role(0, "甲行") | new_role(1, "甲行")
    admin_client.post(address, data | rows)
    assert ProgramRole.objects.count() == 2


def test_an_empty_line_end_of_a_browser_changes_nothing(admin_client, form, term):
    Program.objects.update(summary="一\n二")
    address, data = form(Program.objects.get())
    before = Change.objects.count()
    admin_client.post(address, data | {"summary": "一\r\n二"})
    assert Change.objects.count() == before


def test_a_change_of_the_evidence_is_in_the_history(admin_client, form, term):
    before = len(list(history.versions(term)))
    address, data = form(term)
    admin_client.post(address, data | {"passage": second_passage(term).pk})
    assert len(list(history.versions(term))) == before + 1


def test_a_change_of_the_evidence_is_shown_to_the_reviewer(
    analyst, reviewer, form, term
):
    address, data = form(term, analyst)
    analyst.post(address, data | {"passage": second_passage(term).pk})
    address = reverse(
        "admin:registry_proposal_change", args=[Proposal.objects.get().pk]
    )
    assert reviewer.get(address).context["rows"]


def test_a_code_with_an_underscore_has_its_steps(admin_client, term):
    assert "_" in term.pk
    address = reverse("admin:programs_term_step", args=[quote(term.pk), "withdraw"])
    assert admin_client.get(address).status_code == 200


def test_who_has_no_group_reads_no_proposal(analyst, form, term):
    address, data = form(term.program, analyst)
    analyst.post(address, data | {"name": "新名贷"})
    client = Client()
    client.force_login(User.objects.create_user("new", password="x", is_staff=True))
    address = reverse(
        "admin:registry_proposal_change", args=[Proposal.objects.get().pk]
    )
    assert client.get(address).status_code == 403


def test_a_proposal_that_changes_nothing_any_more_is_not_said_to_be_done(
    analyst, reviewer, form, term
):
    address, data = form(term.program, analyst)
    analyst.post(address, data | {"name": "新名贷"})
    proposal = Proposal.objects.get()
    Program.objects.update(name="新名贷")
    answer = decide(reviewer, proposal, approve="1")
    decide(reviewer, proposal, _merge="1", revision_seen=answer.context["seen"])
    told = [str(m) for m in reviewer.get("/admin/").context["messages"]]
    assert proposal.state == "open"
    assert "已通过并生效。" not in told


def test_a_proposal_made_in_a_popup_can_be_approved(analyst, reviewer, form, term):
    address, data = form(term.program, analyst)
    analyst.post(f"{address}?_popup=1", data | {"name": "新名贷", "_popup": "1"})
    proposal = Proposal.objects.get()
    decide(reviewer, proposal, approve="1")
    assert proposal.state == "approved"


def test_a_proposal_for_what_was_deleted_says_so(analyst, reviewer, term):
    body = agency("310000-bank", publication="draft")
    address = reverse("admin:programs_agency_step", args=[body.pk, "publish"])
    version = {f"version:agency:{body.pk}": body.version}
    analyst.post(address, {"confirm": "1", "reason": "齐备"} | version)
    proposal = Proposal.objects.get()
    body.delete()
    assert decide(reviewer, proposal, approve="1").status_code == 302
    assert proposal.state == "open"


def test_what_can_not_be_done_is_not_proposed(analyst, term):
    address = reverse("admin:programs_program_step", args=[term.program_id, "publish"])
    version = {f"version:program:{term.program_id}": term.program.version}
    analyst.post(address, {"confirm": "1", "reason": "x"} | version)
    assert not Proposal.objects.exists()


def test_a_funds_proposal_waits_on_the_programs_page_too(analyst, reviewer, form, term):
    Program.objects.update(kind="fund")
    address, data = form(Fund.objects.get(), analyst)
    analyst.post(address, data | {"name": "新名"})
    address = reverse("admin:programs_program_change", args=[term.program_id])
    assert list(reviewer.get(address).context["waiting"]) == [Proposal.objects.get()]


def test_a_withdrawn_term_is_not_changed_in_its_programs_form(admin_client, form, term):
    publication.withdraw(term, **SAID)
    address, data = form(term.program)
    admin_client.post(address, data | {"terms-0-value": "2500万"})
    assert Term.objects.get().value == 20_000_000


def test_a_row_deleted_meanwhile_on_its_own_page_is_a_conflict(
    admin_client, form, term
):
    draft = builders.term(
        term.program.region, program=term.program, passage=term.passage,
        kind="tenor", value=12, unit="month", publication="draft",
    )  # fmt: skip
    address, data = form(term.program)
    draft.delete()
    assert admin_client.post(address, data | {"name": "新名"}).status_code == 409


def test_rows_changed_deleted_and_added_on_both_sides_come_together(
    admin_client, form, term
):
    program = term.program
    roles = [
        program.roles.create(role="lender", order=n, as_written=f"行{n}")
        for n in (1, 2, 3)
    ]
    address, data = form(program)
    place = {data[f"roles-{n}-code"]: n for n in range(3)}
    second = place[roles[1].pk]
    Program.objects.get().claim()
    roles[1].delete()
    ProgramRole.objects.filter(pk=roles[0].pk).update(order=3)
    ProgramRole.objects.filter(pk=roles[2].pk).update(order=1)
    program.roles.create(role="lender", order=9, as_written="新行")
    mine = {f"roles-{second}-as_written": "行2改"}
    mine |= {"roles-TOTAL_FORMS": 4} | new_role(3, "我的行") | {"roles-3-order": 7}
    answer = admin_client.post(address, data | mine)
    posted = {}
    for name, value in answer.context["posted"]:
        posted.setdefault(name, []).append(value)
    for row in answer.context["comparison"].rows:
        for cell in [*row.as_a_whole, *row.merged.cells]:
            posted[cell.name or "-"] = cell.taken or "yours"
    posted |= {"_merge": "1", "revision_seen": answer.context["seen"]}
    assert admin_client.post(address, posted).status_code == 302
    assert set(ProgramRole.objects.values_list("as_written", "order")) == {
        ("行1", 3), ("行3", 1), ("新行", 9), ("行2改", 2), ("我的行", 7),
    }  # fmt: skip


@pytest.mark.parametrize("total", ["²", "99999999999", "-1", "x"])
def test_an_odd_number_of_rows_is_no_error_of_the_server(
    admin_client, form, term, total
):
    address, data = form(term.program)
    odd = {"version_read": "77", "roles-TOTAL_FORMS": total}
    assert admin_client.post(address, data | odd).status_code == 409


def test_a_row_takes_no_code_of_another_record(admin_client, form, term):
    address, data = form(term.program)
    forged = new_role(0, "x") | {"roles-0-code": "999999-other.lender-x"}
    admin_client.post(address, data | {"roles-TOTAL_FORMS": 1} | forged)
    assert not ProgramRole.objects.exists()


def test_going_back_to_a_deleted_category_says_why(admin_client, term):
    category = Category.objects.create(code="ai", scheme="industry", name="人工智能")
    term.program.categories.add(category)
    then = past.latest_revision()
    term.program.categories.clear()
    category.delete()
    program = Program.objects.get()
    address = reverse("admin:programs_program_revert", args=[program.pk, then])
    posted = {"reason": "x", "version_read": program.version}
    assert "ai" in " ".join(admin_client.post(address, posted).context["sentences"])


def test_a_term_told_again_is_merged_into_what_tells_it(term):
    again = builders.term(
        term.program.region, passage=term.passage, program=term.program, restates=term
    )
    merging.merge(Term.objects.get(pk=term.pk), into=again, **SAID)
    again.refresh_from_db()
    assert again.restates_id is None


def test_a_body_is_merged_into_a_part_of_it(term):
    whole = agency("310000-a")
    part = agency("310000-b", parent=whole)
    merging.merge(whole, into=part, **SAID)
    part.refresh_from_db()
    assert part.parent_id is None


def test_a_citation_that_contradicts_the_others_stays(term):
    other = builders.program(term.program.region, "310000-b", name="乙")
    other.citations.create(passage=term.passage, as_written="乙名")
    merging.merge(Program.objects.get(pk=term.program_id), into=other, **SAID)
    kept = Program.objects.get(pk="310000-xindonglidai").citations.get()
    assert kept.as_written == "新动力贷"


def test_merging_each_into_the_other_at_once_ends(term):
    for number in range(20):
        pair = [agency(f"310000-{side}{number}") for side in "ab"]
        outcomes = []

        def merge(one, other):
            try:
                merging.merge(
                    Agency.objects.get(pk=one.pk),
                    into=Agency.objects.get(pk=other.pk), **SAID,
                )  # fmt: skip
                outcomes.append("merged")
            except (publication.Blocked, Conflict):
                outcomes.append("refused")

        run_together([lambda: merge(*pair), lambda: merge(*reversed(pair))])
        assert sorted(outcomes) == ["merged", "refused"]


def test_two_new_terms_of_a_kind_at_once_are_both_kept(term):
    for number in range(20):
        passage = builders.passage(
            term.program.region, f"¶{number + 20}", document=term.passage.document
        )
        add = lambda p=passage: builders.term(p.document.region, passage=p)  # noqa: E731
        run_together([add, add])
        assert passage.terms.count() == 2


def test_an_entry_given_a_later_number_is_found(term):
    Program.objects.update(name="新名")
    first = Entry.objects.filter(kind="program").order_by("id")[0]
    with journal.unlocked(), connection.cursor() as cursor:
        guards = [n for n in journal.statements(connection.vendor) if "__" in n]
        journal.drop(guards)
        cursor.execute(
            "UPDATE registry_entry SET id = 999999 WHERE id = %s", [first.pk]
        )
        cursor.execute("UPDATE programs_program SET name = '新动力贷'")
    assert "编号" in "\n".join(verification.findings())


def test_times_rise_with_revisions(term):
    def write(number):
        for turn in range(10):
            builders.program(term.program.region, f"310000-t{number}-{turn}")

    run_together([lambda n=n: write(n) for n in range(4)])
    times = Change.objects.order_by("revision").values_list("at", flat=True)
    assert list(times) == sorted(times)
    assert max(times) <= datetime.now(UTC)


def test_a_merged_body_leads_on_as_of_an_earlier_day_too(client, term):
    old, new = agency("310000-a"), agency("310000-b")
    happened_on("2026-01-05")
    merging.merge(old, into=new, **SAID)
    answer = client.get("/api/v1/agencies/310000-a/?as_of=2026-01-06")
    assert (answer.status_code, answer["Location"].endswith("?as_of=2026-01-06")) == (
        301,
        True,
    )


def test_an_edit_of_owned_rows_is_a_time_of_change_as_of_then(
    client, admin_client, form, term
):
    address, data = form(term.program)
    rows = {"roles-TOTAL_FORMS": 1} | new_role(0, "甲行")
    admin_client.post(address, data | rows)
    there = "/api/v1/programs/310000-xindonglidai/?fields=updated_at"
    then = client.get(there).json()
    happened_on("2026-01-05")
    Program.objects.update(name="后来")
    assert client.get(f"{there}&as_of=2026-01-05").json() == then


def test_a_passage_that_a_published_alias_names_is_not_deleted(analyst, term):
    passage = builders.passage(
        term.program.region, "¶9", document=term.passage.document, publication="draft"
    )
    body = agency("310000-a")
    alias = body.aliases.create(name="甲", region_id="310000", passage=passage)
    address = reverse("admin:programs_passage_delete", args=[passage.pk])
    posted = {"post": "yes", "version_read": passage.version}
    assert analyst.post(address, posted).status_code == 403
    alias.refresh_from_db()
    assert alias.passage == passage


def test_an_odd_locator_is_refused_in_the_form(admin_client, term):
    empty = {
        f"{prefix}-{name}_FORMS": 0
        for prefix in ("responsibilities", "terms", "figures")
        for name in ("TOTAL", "INITIAL")
    }
    posted = {"document": term.passage.document_id, "locator": "——", "order": 3}
    posted |= {"kind": "paragraph", "summary": "摘要", "code": ""} | empty
    answer = admin_client.post(reverse("admin:programs_passage_add"), posted)
    assert "locator" in answer.context["adminform"].form.errors


def test_the_public_history_says_nothing_of_a_draft_that_is_gone(client, term):
    draft = agency("310000-geheim", publication="draft")
    role = term.program.roles.create(
        role="lender", order=1, agency=draft, as_written="密语"
    )
    ProgramRole.objects.update(as_written="密语二")
    role.delete()
    draft.delete()
    address = "/api/v1/programs/310000-xindonglidai/history/"
    told = client.get(address).content.decode()
    assert "geheim" not in told
    assert "密语" not in told


@pytest.mark.parametrize(
    "text",
    ["一\n二", "q\"'<script>", "\u2028😀", "{}", "%s %%", "\\n\\", "null", "100"],
)
def test_odd_words_come_back_as_they_were(client, admin_client, term, text):
    with journal.change(by="t\nu", reason=text, path="p"):
        program = Program.objects.get()
        program.summary = text
        program.save()
    then = past.latest_revision()
    Program.objects.update(summary="z")
    with past.as_of(then):
        assert Program.objects.get().summary == text
    assert list(verification.findings()) == []
    address = reverse("admin:programs_program_history", args=[program.pk])
    assert "'<script>" not in admin_client.get(address).content.decode()


def test_going_back_over_two_names_that_were_exchanged(term):
    body = agency("310000-a")
    first = body.aliases.create(name="甲", region_id="310000")
    second = body.aliases.create(name="乙", region_id="310000")
    then = past.latest_revision()
    for alias, name in ((first, "暂"), (second, "甲"), (first, "乙")):
        AgencyAlias.objects.filter(pk=alias.pk).update(name=name)
    reverting.revert(Agency.objects.get(pk=body.pk), to=then, **SAID)
    names = dict(body.aliases.values_list("pk", "name"))
    assert names == {first.pk: "甲", second.pk: "乙"}


def test_going_back_behind_a_merge_is_refused_since_rows_would_go(term):
    old, new = agency("310000-a"), agency("310000-b")
    old.aliases.create(name="甲", region_id="310000")
    then = past.latest_revision()
    merging.merge(Agency.objects.get(pk=old.pk), into=new, **SAID)
    with pytest.raises(publication.Blocked, match="310000-a"):
        reverting.revert(Agency.objects.get(pk=new.pk), to=then, **SAID)
    assert AgencyAlias.objects.filter(name="甲", agency=new).exists()


def test_the_page_of_a_merge_tells_how_many_rows_stay(admin_client, term):
    other = builders.program(term.program.region, "310000-b", name="乙")
    other.citations.create(passage=term.passage, as_written="乙名")
    address = reverse("admin:programs_program_step", args=[term.program_id, "merge"])
    assert admin_client.get(address, {"into": other.pk}).context["stay"] == 1


def test_a_version_that_never_was_is_not_found(admin_client, term):
    address = reverse("admin:programs_program_revert", args=[term.program_id, 99999])
    assert admin_client.get(address).status_code == 404


def test_a_part_and_its_whole_are_published_together(term):
    whole = agency("310000-z", publication="draft")
    part = agency("310000-a", publication="draft", parent=whole)
    publication.publish(part, whole, **SAID)
    states = Agency.objects.values_list("publication", flat=True)
    assert set(states) == {"published"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite keeps text")
def test_a_time_in_another_spelling_is_found(term):
    with journal.unlocked(), connection.cursor() as cursor:
        journal.drop(["registry_change__keep_row"])
        cursor.execute("UPDATE registry_change SET at = replace(at, ' ', 'T')")
    assert "写法" in "\n".join(verification.findings())
