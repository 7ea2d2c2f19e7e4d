"""History pages: versions with owned rows, any two compared, the way back."""

import pytest
from django.urls import reverse

from programs.models import Category, Program, Term
from registry import history, journal
from registry.models import Change
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edited(term):
    """A program in three further versions, by two people."""
    program = term.program
    Category.objects.create(code="tech", scheme="audience", name="科技型企业")
    with journal.change(by="li", reason="改名", path="admin"):
        program.name = "新名贷"
        program.save()
    with journal.change(by="wang", reason="增加银行", path="admin"):
        program.claim()
        program.roles.create(role="lender", order=1, as_written="7家银行")
        program.categories.add("tech")
    with journal.change(by="li", reason="额度", path="admin"):
        term.value = 25_000_000
        term.save()
    return program


def page(client, record, **query):
    name = f"admin:programs_{record._meta.model_name}_history"
    answer = client.get(reverse(name, args=[record.pk]), query)
    assert answer.status_code == 200
    return answer


def revisions(record):
    return [v.change.revision for v in history.versions(record)]


def test_every_change_is_a_version_with_who_and_why(admin_client, edited):
    shown = page(admin_client, edited).content.decode()
    for words in ("改名", "增加银行", "额度", "wang"):
        assert words in shown


def test_a_change_is_told_in_natural_units(admin_client, edited):
    shown = page(admin_client, edited).content.decode()
    assert "<del>2000万元</del>" in shown
    assert "<ins>2500万元</ins>" in shown


def test_owned_rows_and_relations_are_told(admin_client, edited):
    shown = page(admin_client, edited).content.decode()
    assert "7家银行" in shown
    assert "科技型企业 (tech)" in shown


def test_choices_are_told_by_their_labels(admin_client, edited):
    edited.kind = "fund"
    edited.save()
    shown = page(admin_client, edited).content.decode()
    assert "<ins>基金</ins>" in shown


def test_any_two_versions_are_compared(admin_client, edited):
    first, *_rest, last = revisions(edited)
    shown = page(admin_client, edited, **{"from": first, "to": last})
    told = {row.key: row for row in shown.context["compared"]["rows"]}
    assert ("名称", "新动力贷", "新名贷") in {
        (f.label, f.before, f.after) for f in told[edited.pk].fields
    }
    assert told[Term.objects.get().pk].action in ("I", "U")


def test_a_term_moved_to_another_program_stays_in_the_first_ones_history(
    admin_client, edited, term
):
    other = builders.program(edited.region, "310000-y")
    Term.objects.update(program=other)
    assert term.pk in page(admin_client, edited).content.decode()
    rows = history.state_at(edited)
    assert ("term", term.pk) not in rows


def test_a_deleted_records_rows_can_be_read_in_the_log(admin_client, edited):
    address = reverse("admin:registry_entry_changelist")
    assert admin_client.get(address, {"q": edited.pk}).status_code == 200


def revert(client, record, revision, **posted):
    name = f"admin:programs_{record._meta.model_name}_revert"
    record.refresh_from_db()
    data = {"reason": "改错了", "version_read": record.version} | posted
    return client.post(reverse(name, args=[record.pk, revision]), data)


# The program is whole, with the passage it needs, from its third version on.
WHOLE, WITH_BANK = 2, 4


def test_going_back_restores_the_row_and_what_it_owns(admin_client, edited):
    versions = revisions(edited)
    edited.roles.all().delete()
    revert(admin_client, edited, versions[WITH_BANK])
    assert edited.roles.get().as_written == "7家银行"
    before = Program.objects.get().version
    revert(admin_client, edited, versions[WHOLE])
    program = Program.objects.get()
    assert (program.name, program.roles.count()) == ("新动力贷", 0)
    assert program.categories.count() == 0
    assert program.version > before


def test_going_back_leads_to_the_record(admin_client, edited):
    answer = revert(admin_client, edited, revisions(edited)[WHOLE])
    assert answer.url == reverse("admin:programs_program_change", args=[edited.pk])


def test_going_back_is_a_new_version_with_its_reason(admin_client, edited):
    before = Change.objects.count()
    revert(admin_client, edited, revisions(edited)[WHOLE])
    assert Change.objects.count() == before + 1
    change = Change.objects.latest("id")
    assert (change.actor, change.reason) == ("admin", "改错了")


def test_going_back_and_forth_leaves_no_difference(admin_client, edited):
    last = revisions(edited)[-1]
    then = history.state_at(edited, last)
    revert(admin_client, edited, revisions(edited)[WHOLE])
    revert(admin_client, edited, last)
    now = history.state_at(edited)
    assert history.differences(Program, then, now) == []


def test_going_back_leaves_publication_alone(admin_client, edited):
    draft = builders.program(edited.region, "310000-d", name="甲", publication="draft")
    draft.citations.create(passage=Term.objects.get().passage)
    first = revisions(draft)[-1]
    draft.publication, draft.name = "published", "乙"
    draft.save()
    revert(admin_client, draft, first)
    draft.refresh_from_db()
    assert (draft.name, draft.publication) == ("甲", "published")


def test_going_back_needs_a_reason(admin_client, edited):
    revert(admin_client, edited, revisions(edited)[WHOLE], reason="")
    assert Program.objects.get().name == "新名贷"


def test_going_back_over_somebody_elses_change_is_refused(admin_client, edited):
    read = edited.version
    Program.objects.update(summary="后来")
    revert(admin_client, edited, revisions(edited)[WHOLE], version_read=read)
    assert Program.objects.get().summary == "后来"


def test_going_back_to_what_contradicts_today_says_why(admin_client, edited):
    answer = revert(admin_client, edited, revisions(edited)[0])
    assert "段落" in " ".join(answer.context["sentences"])
    assert edited.citations.exists()


@pytest.mark.parametrize("group", ["reader", "analyst"])
def test_who_may_not_change_it_can_not_go_back(as_group, edited, group):
    answer = revert(as_group(group), edited, revisions(edited)[0])
    assert answer.status_code == 403
    assert Program.objects.get().name == "新名贷"
