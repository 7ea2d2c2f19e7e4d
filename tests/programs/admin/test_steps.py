"""Publishing, withdrawing and merging in the admin, one by one and from the list."""

import pytest
from django.urls import reverse

from programs.models import Program, Term
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(term):
    """A draft program with a citation and a draft term."""
    program = builders.program(
        term.program.region, "310000-d", name="草稿贷", publication="draft"
    )
    program.citations.create(passage=term.passage)
    builders.term(
        program.region, passage=term.passage, program=program, kind="tenor", value=12,
        unit="month", publication="draft",
    )  # fmt: skip
    return program


def step(record, name):
    kind = record._meta.model_name
    return reverse(f"admin:programs_{kind}_step", args=[record.pk, name])


def versions(*records):
    return {f"version:{r._meta.model_name}:{r.pk}": r.version for r in records}


def test_the_page_says_what_stands_in_the_way(admin_client, draft):
    draft.citations.all().delete()
    answer = admin_client.get(step(draft, "publish"))
    assert "段落" in " ".join(answer.context["sentences"])
    draft.refresh_from_db()
    assert draft.publication == "draft"


def test_a_program_is_published_with_its_terms(admin_client, draft):
    term = draft.terms.get()
    posted = {"confirm": "1", "reason": "齐备", "with": f"term:{term.pk}"}
    admin_client.post(step(draft, "publish"), posted | versions(draft, term))
    term.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.publication, term.publication) == ("published", "published")


def test_a_term_that_was_not_chosen_stays_a_draft(admin_client, draft):
    posted = {"confirm": "1", "reason": "齐备"}
    admin_client.post(step(draft, "publish"), posted | versions(draft))
    assert draft.terms.get().publication == "draft"


def test_a_program_is_withdrawn_with_its_terms(admin_client, term):
    posted = {"confirm": "1", "reason": "停办", "with": f"term:{term.pk}"}
    admin_client.post(
        step(term.program, "withdraw"), posted | versions(term.program, term)
    )
    assert Program.objects.get().publication == "withdrawn"
    assert Term.objects.get().publication == "withdrawn"


def test_a_step_needs_a_reason(admin_client, draft):
    admin_client.post(step(draft, "publish"), {"confirm": "1"} | versions(draft))
    draft.refresh_from_db()
    assert draft.publication == "draft"


def test_a_record_changed_since_the_page_was_opened_stays(admin_client, draft):
    posted = {"confirm": "1", "reason": "齐备"} | versions(draft)
    draft.name = "改名"
    draft.save()
    admin_client.post(step(draft, "publish"), posted)
    draft.refresh_from_db()
    assert draft.publication == "draft"


def test_looking_at_the_page_changes_nothing(admin_client, draft):
    admin_client.get(step(draft, "publish"))
    assert Program.objects.get(pk=draft.pk).version == draft.version


def test_several_are_published_from_the_list(admin_client, draft):
    other = builders.program(draft.region, "310000-e", publication="draft")
    other.citations.create(passage=Term.objects.first().passage)
    address = reverse("admin:programs_program_changelist")
    chosen = {
        "action": "publish_selected",
        "_selected_action": [draft.pk, other.pk],
    }
    page = admin_client.post(address, chosen)
    assert "草稿贷" in page.content.decode()
    posted = chosen | {"confirm": "1", "reason": "齐备"} | versions(draft, other)
    admin_client.post(address, posted)
    states = Program.objects.filter(pk__in=[draft.pk, other.pk])
    assert set(states.values_list("publication", flat=True)) == {"published"}


def test_from_the_list_it_is_all_or_nothing(admin_client, draft):
    lone = builders.program(draft.region, "310000-e", publication="draft")
    address = reverse("admin:programs_program_changelist")
    posted = {
        "action": "publish_selected",
        "_selected_action": [draft.pk, lone.pk],
        "confirm": "1",
        "reason": "齐备",
    }
    admin_client.post(address, posted | versions(draft, lone))
    draft.refresh_from_db()
    assert draft.publication == "draft"


def test_a_record_is_merged_into_the_one_chosen(admin_client, draft, term):
    Program.objects.filter(pk=draft.pk).update(publication="published")
    draft.refresh_from_db()
    page = admin_client.get(step(term.program, "merge"), {"into": draft.pk})
    assert "310000-d" in page.content.decode()
    posted = {"confirm": "1", "reason": "重复", "into": draft.pk}
    term.program.refresh_from_db()
    admin_client.post(
        step(term.program, "merge"), posted | versions(term.program, draft)
    )
    term.program.refresh_from_db()
    assert term.program.merged_into_id == draft.pk
    term.refresh_from_db()
    assert term.program_id == draft.pk


def test_a_draft_offers_publishing_only(admin_client, draft):
    address = reverse("admin:programs_program_change", args=[draft.pk])
    page = admin_client.get(address).content.decode()
    assert step(draft, "publish") in page
    assert step(draft, "withdraw") not in page
