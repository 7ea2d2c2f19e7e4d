"""as_of: values, relations and labels of an earlier day, with every filter."""

import csv
import io

import pytest
from django.db import connection

from programs.models import Agency, Category, Program, Region, Term
from registry import past, publication
from tests import builders
from tests.earlier import happened_on

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = "2026-03-01", "2026-03-02"
SAID = {"by": "wang", "reason": ""}


@pytest.fixture
def edited():
    """A program of 2026-03-01, edited in all its parts the day after."""
    place = builders.region("310000", name="旧上海")
    bank = Agency.objects.create(
        code="310000-bank", name="旧银行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip
    other = Agency.objects.create(
        code="310000-other", name="他行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip
    for code in ("seed", "growth"):
        Category.objects.create(code=code, scheme="stage", name=code)
    program = builders.program(place, name="旧名贷")
    builders.term(place, program=program, kind="amount", value=10_000_000)
    program.categories.add("seed")
    program.roles.create(role="lender", order=1, agency=bank)
    happened_on(BEFORE)
    Region.objects.filter(pk="310000").update(name="新上海")
    bank.name = "新银行"
    bank.save()
    program.name = "新名贷"
    program.save()
    program.categories.set(["growth"])
    role = program.roles.get()
    role.agency = other
    role.save()
    Term.objects.update(value=20_000_000)
    happened_on(AFTER)
    return program


@pytest.fixture
def ask(client, edited):
    def get(query, path="programs/"):
        answer = client.get(f"/api/v1/{path}?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture
def names(ask):
    return lambda query: [row["name"] for row in ask(query)["results"]]


def test_the_day_before_has_the_old_value(names):
    assert names(f"as_of={BEFORE}") == ["旧名贷"]


def test_the_day_itself_has_the_new_value(names):
    assert names(f"as_of={AFTER}") == names("") == ["新名贷"]


def test_the_day_before_the_first_has_nothing(ask):
    answer = ask("as_of=2026-02-28")
    assert (answer["results"], answer["meta"]["revision"]) == ([], 0)


def test_old_labels_stand_in_a_detail(ask):
    old = ask(f"as_of={BEFORE}", "programs/310000-xindonglidai/")
    assert old["region"]["label"] == "旧上海"
    assert [role["agency"]["label"] for role in old["roles"]] == ["旧银行"]
    assert old["terms"][0]["value"] == "10000000.00"


def test_new_labels_stand_in_todays(ask):
    new = ask("", "programs/310000-xindonglidai/")
    assert new["region"]["label"] == "新上海"
    assert [role["agency"]["label"] for role in new["roles"]] == ["他行"]
    assert new["terms"][0]["value"] == "20000000.00"


@pytest.mark.parametrize(
    ("query", "then", "now"),
    [
        ("stage=seed", 1, 0),
        ("stage=growth", 0, 1),
        ("agency=310000-bank", 1, 0),
        ("agency=310000-other", 0, 1),
        ("amount__lte=1000万", 1, 0),
        ("amount__gte=2000万", 0, 1),
        ("region=310000&kind=loan", 1, 1),
        ("region__not=310000", 0, 0),
        ("updated_at__lt=2026-01-01", 0, 0),
    ],
)
def test_filters_read_the_relations_of_the_day(names, query, then, now):
    assert len(names(f"{query}&as_of={BEFORE}")) == then
    assert len(names(query)) == now


def test_nested_lists_are_of_the_day(ask):
    (row,) = ask(f"as_of={BEFORE}&include=terms,roles,categories")["results"]
    assert row["categories"][0]["category"]["code"] == "seed"
    assert row["terms"][0]["value"] == "10000000.00"


def test_csv_is_of_the_day(client, edited):
    answer = client.get(f"/api/v1/programs/?format=csv&as_of={BEFORE}")
    *rows, _count = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert [row["name"] for row in rows] == ["旧名贷"]
    assert [row["region_label"] for row in rows] == ["旧上海"]


def test_after_such_an_answer_the_live_tables_are_back(client, edited):
    client.get(f"/api/v1/programs/?as_of={BEFORE}")
    assert Program.objects.get().name == "新名贷"
    with connection.cursor() as cursor:
        cursor.execute('SELECT name FROM "programs_program"')
        assert cursor.fetchall() == [("新名贷",)]


def test_what_was_withdrawn_since_stays_withdrawn(client, ask, edited):
    term = Term.objects.get()
    publication.withdraw(term, **SAID)
    publication.withdraw(Program.objects.get(), **SAID)
    assert ask(f"as_of={BEFORE}")["results"] == []
    address = f"/api/v1/programs/310000-xindonglidai/?as_of={BEFORE}"
    assert client.get(address).status_code == 410


def test_a_draft_of_that_day_is_not_shown(client, ask, edited):
    draft = builders.program(Region.objects.get(pk="310000"), "310000-d",
                             publication="draft")  # fmt: skip
    happened_on("2026-03-03")
    draft.publication = "published"
    draft.save()
    assert ask("as_of=2026-03-03")["count"] == 1
    assert ask("")["count"] == 2
    answer = client.get("/api/v1/programs/310000-d/?as_of=2026-03-03")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["as_of=2999-01-01", "as_of=2026-02-30", "as_of=x", "as_of=2026-03",
     "as_of=2026-03-01&search=旧", "as_of="],
)  # fmt: skip
def test_what_is_no_day_of_the_past_is_refused(client, edited, query):
    answer = client.get(f"/api/v1/programs/?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "as_of"


def test_pages_of_a_day_go_on_in_it(client, edited):
    place = Region.objects.get(pk="310000")
    for number in range(5):
        builders.program(place, f"310000-p{number}", name="同名")
    happened_on("2026-03-04")
    Program.objects.update(name="后来")
    first = client.get(
        "/api/v1/programs/?as_of=2026-03-04&page_size=4&ordering=name"
    ).json()
    second = client.get(first["next"]).json()
    told = [row["name"] for row in first["results"] + second["results"]]
    assert sorted(told) == ["同名"] * 5 + ["新名贷"]


@pytest.mark.parametrize(
    "resource",
    ["programs", "funds", "platforms", "agencies", "branches", "regions", "documents",
     "passages", "measures", "terms", "observations", "targets", "indicators",
     "categories", "cases"],
)  # fmt: skip
def test_every_list_and_detail_has_it(client, shipped, resource):
    """Of the registry as it ships, the past is what stands now."""
    happened_on(BEFORE)
    address = f"/api/v1/{resource}/"
    now = client.get(f"{address}?page_size=200").json()["results"]
    Category.objects.create(code="houlai", scheme="audience", name="后来")
    then = client.get(f"{address}?page_size=200&as_of={BEFORE}").json()["results"]
    assert then == now
    for row in now[:1]:
        there = f"{address}{row['code']}/"
        assert client.get(f"{there}?as_of={BEFORE}").json() == client.get(there).json()


def test_what_nobody_changed_since_is_read_as_it_stands(ask, monkeypatch):
    made = []
    hide = past.Hidden._hide
    monkeypatch.setattr(
        past.Hidden,
        "_hide",
        lambda self, model: made.append(model) or hide(self, model),
    )
    assert ask(f"as_of={BEFORE}&include=terms,links,citations")["count"] == 1
    assert made == [Program, Region, Term]
