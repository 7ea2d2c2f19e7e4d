"""The public history of a program: when and what, from its publication on."""

import pytest

from programs.models import Agency, Program, Term
from registry import journal, publication
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"by": "wang", "reason": "内部原因"}


@pytest.fixture
def program():
    """Written as a draft, renamed, published, renamed again, with a term."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place, "310000-x", name="密名", publication="draft")
    passage = builders.passage(place)
    program.citations.create(passage=passage)
    program.name = "旧名"
    program.save()
    publication.publish(program, **SAID)
    with journal.change(by="li", reason="内部原因", path="admin"):
        builders.term(place, passage=passage, program=program, kind="amount")
    program = Program.objects.get()
    with journal.change(by="li", reason="内部原因", path="admin"):
        program.name = "新名"
        program.save()
    with journal.change(by="li", reason="内部原因", path="admin"):
        Term.objects.update(value=30_000_000)
    return Program.objects.get()


@pytest.fixture
def told(client, program):
    return client.get("/api/v1/programs/310000-x/history/").json()["results"]


def test_it_begins_with_the_publication(told):
    first = told[-1]
    assert first["changes"][0]["action"] == "added"
    assert {"field": "name", "before": None, "after": "旧名"} in (
        first["changes"][0]["fields"]
    )


def test_what_was_before_the_publication_is_not_told(client, program):
    answer = client.get("/api/v1/programs/310000-x/history/")
    assert "密名" not in answer.content.decode()


def test_it_does_not_say_who_nor_why(client, program):
    answer = client.get("/api/v1/programs/310000-x/history/").content.decode()
    for word in ("内部原因", "wang", '"li"'):
        assert word not in answer


def test_it_says_what_changed_newest_first(told):
    (term,), (name,) = (version["changes"] for version in told[:2])
    assert term["fields"] == [
        {"field": "value", "before": "20000000.00", "after": "30000000.00"}
    ]
    assert name["fields"] == [{"field": "name", "before": "旧名", "after": "新名"}]


def test_two_versions_are_compared(client, told):
    first, last = told[-1]["revision"], told[0]["revision"]
    address = f"/api/v1/programs/310000-x/diff/?from={first}&to={last}"
    changes = {
        change["code"]: change for change in client.get(address).json()["changes"]
    }
    assert changes["310000-x"]["fields"] == [
        {"field": "name", "before": "旧名", "after": "新名"}
    ]
    assert changes[Term.objects.get().pk]["action"] == "added"


@pytest.mark.parametrize("query", ["", "from=1", "from=1&to=2", "from=x&to=y"])
def test_versions_that_are_none_of_its_are_refused(client, program, query):
    answer = client.get(f"/api/v1/programs/310000-x/diff/?{query}")
    assert answer.status_code == 400
    assert answer.json()["allowed"]


def test_a_draft_term_is_not_told(client, program):
    passage = Term.objects.get().passage
    builders.term(
        program.region, passage=passage, program=program, kind="quota",
        as_written="密", publication="draft",
    )  # fmt: skip
    assert "密" not in client.get("/api/v1/programs/310000-x/history/").content.decode()


def test_a_term_withdrawn_since_is_not_told(client, program):
    publication.withdraw(Term.objects.get(), **SAID)
    answer = client.get("/api/v1/programs/310000-x/history/").content.decode()
    assert "20000000" not in answer


def test_a_reference_to_a_draft_is_not_told(client, program):
    draft = Agency.objects.create(
        code="310000-geheim", name="甲", kind="bank", region=program.region
    )
    program.roles.create(role="lender", order=1, agency=draft, as_written="银行")
    answer = client.get("/api/v1/programs/310000-x/history/").json()
    fields = answer["results"][0]["changes"][0]["fields"]
    assert not [f for f in fields if f["field"] == "agency" and f["after"]]


def test_a_withdrawn_program_has_no_history_any_more(client, program):
    publication.withdraw(Term.objects.get(), **SAID)
    publication.withdraw(program, **SAID)
    assert client.get("/api/v1/programs/310000-x/history/").status_code == 410


def test_a_drafts_history_is_not_found(client, program):
    builders.program(program.region, "310000-d", publication="draft")
    assert client.get("/api/v1/programs/310000-d/history/").status_code == 404


def test_a_fund_has_one_too(client, program):
    fund = builders.program(program.region, "310000-f", kind="fund")
    assert client.get(f"/api/v1/funds/{fund.pk}/history/").json()["results"]


def test_it_takes_no_parameter(client, program):
    answer = client.get("/api/v1/programs/310000-x/history/?fields=name")
    assert answer.status_code == 400
