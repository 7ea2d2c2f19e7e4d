"""Who may do what in which state: the table of docs/editing.md, over HTTP."""

import pytest
from django.urls import reverse

from programs.models import Program, Region, Term
from registry.models import Proposal, User

pytestmark = pytest.mark.django_db(transaction=True)

READER, ANALYST, REVIEWER, ADMINISTRATOR = (
    "reader", "analyst", "reviewer", "administrator",
)  # fmt: skip
GROUPS = [READER, ANALYST, REVIEWER, ADMINISTRATOR]


@pytest.fixture(autouse=True)
def four_eyes(settings):
    settings.FOUR_EYES = False


@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        ("draft", ["refused", "saved", "saved", "saved"]),
        ("published", ["refused", "proposed", "saved", "saved"]),
        ("withdrawn", ["refused", "refused", "refused", "refused"]),
    ],
)
@pytest.mark.parametrize("place", range(4))
def test_changing_a_record(as_group, form, place, term, state, outcomes):
    program = term.program
    term.publication = "draft"
    term.save()
    address, data = form(program)
    Program.objects.filter(pk=program.pk).update(publication=state)
    version = Program.objects.get().version
    client = as_group(GROUPS[place])
    answer = client.post(address, data | {"name": "改名", "version_read": version})
    outcome = "saved" if Program.objects.get().name == "改名" else "refused"
    if Proposal.objects.exists():
        outcome = "proposed"
    assert outcome == outcomes[place], answer.content.decode()[:500]


@pytest.mark.parametrize("group", GROUPS)
def test_under_four_eyes_nobody_changes_what_is_published(
    as_group, form, term, group, settings
):
    settings.FOUR_EYES = True
    address, data = form(term.program)
    as_group(group).post(address, data | {"name": "改名"})
    assert Program.objects.get().name == "新动力贷"
    assert Proposal.objects.exists() is (group != READER)


STEPS = [
    ("publish", "draft", "published"),
    ("withdraw", "published", "withdrawn"),
]


@pytest.mark.parametrize(("step", "before", "after"), STEPS)
@pytest.mark.parametrize(
    ("group", "outcome"),
    [
        (READER, "refused"),
        (ANALYST, "proposed"),
        (REVIEWER, "taken"),
        (ADMINISTRATOR, "taken"),
    ],
)
def test_steps_of_publication(as_group, term, step, before, after, group, outcome):
    program = term.program
    term.program = None
    term.save()
    Program.objects.filter(pk=program.pk).update(publication=before)
    version = Program.objects.get().version
    address = reverse("admin:programs_program_step", args=[program.pk, step])
    posted = {
        "confirm": "1",
        "reason": "核对",
        f"version:program:{program.pk}": version,
    }
    answer = as_group(group).post(address, posted)
    state = Program.objects.get().publication
    assert (answer.status_code == 403) is (outcome == "refused")
    assert state == (after if outcome == "taken" else before)
    assert Proposal.objects.exists() is (outcome == "proposed")


@pytest.mark.parametrize("four_eyes", [False, True])
@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        ("draft", [False, True, True, True]),
        ("published", [False, True, True, True]),
        ("withdrawn", [False, False, False, False]),
    ],
)
def test_noting_that_a_record_was_verified(
    as_group, term, settings, state, outcomes, four_eyes
):
    """Also what is published, and under four eyes: it says nothing else of it."""
    settings.FOUR_EYES = four_eyes
    address = reverse("admin:freshness_verify")
    done = []
    for group in GROUPS:
        Term.objects.update(publication=state, verified_on=None)
        version = Term.objects.get().version
        as_group(group).post(address, {"record": f"term:{term.pk}:{version}"})
        done.append(Term.objects.get().verified_on is not None)
    assert done == outcomes
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("group", "state", "status"),
    [
        (READER, "draft", 403),
        (ANALYST, "draft", 302),
        (REVIEWER, "draft", 302),
        (ANALYST, "published", 403),
        (REVIEWER, "published", 403),
        (ADMINISTRATOR, "published", 403),
        (ADMINISTRATOR, "withdrawn", 403),
    ],
)
def test_deleting(as_group, term, group, state, status):
    term.publication = state
    term.save()
    address = reverse("admin:programs_term_delete", args=[term.pk])
    client = as_group(group)
    assert (
        client.post(address, {"post": "yes", "version_read": term.version}).status_code
        == status
    )


@pytest.mark.parametrize(
    ("group", "status"),
    [(READER, 403), (ANALYST, 403), (REVIEWER, 302), (ADMINISTRATOR, 302)],
)
def test_changing_a_region(as_group, form, term, group, status):
    address, data = form(Region.objects.get(pk="310000"))
    answer = as_group(group).post(address, data | {"name": "沪"})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("group", "status"),
    [(READER, 403), (ANALYST, 403), (REVIEWER, 403), (ADMINISTRATOR, 200)],
)
def test_seeing_people(as_group, group, status):
    address = reverse("admin:registry_user_changelist")
    assert as_group(group).get(address).status_code == status


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_deletes_people(as_group, group):
    client = as_group(group)
    user = User.objects.create_user("gone", password="x")
    address = reverse("admin:registry_user_delete", args=[user.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("model", ["change", "entry", "proposal"])
def test_everybody_reads_the_journal_and_the_queue(as_group, group, model):
    address = reverse(f"admin:registry_{model}_changelist")
    assert as_group(group).get(address).status_code == 200


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("model", ["change", "entry", "proposal"])
def test_nobody_adds_to_the_journal(as_group, group, model):
    address = reverse(f"admin:registry_{model}_add")
    assert as_group(group).post(address, {}).status_code == 403
