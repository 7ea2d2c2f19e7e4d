"""/changes/: what a mirror reads, and the mirror of the documentation."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from programs.models import Agency, Category, Program, Region, Term
from registry import journal, merging, publication, published
from tests import builders
from tests.together import run_together

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"by": "wang", "reason": "核对"}


@pytest.fixture
def program():
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    term = builders.term(place, program=program)
    program.citations.create(passage=term.passage, as_written="新动力贷")
    return program


@pytest.fixture
def feed(client):
    """Reads the feed from a cursor to its end: (items, where to go on)."""

    def read(address="/api/v1/changes/?page_size=2"):
        items = []
        while True:
            answer = client.get(address)
            assert answer.status_code == 200, answer.content
            page = answer.json()
            items += page["results"]
            address = page["next"]
            if not page["more"]:
                return items, address

    return read


def last(items, code):
    return [item for item in items if item["code"] == code][-1]


def test_it_begins_with_everything_published(feed, program):
    items, _next = feed()
    assert {(item["kind"], item["code"]) for item in items} == {
        ("region", "000000"),
        ("region", "310000"),
        ("document", "310000-wenjian"),
        ("passage", "310000-wenjian.p1"),
        ("program", program.pk),
        ("term", Term.objects.get().pk),
    }


def test_a_record_comes_with_what_it_owns(feed, program):
    item = last(feed()[0], program.pk)
    assert item["row"]["name"] == "新动力贷"
    assert item["row"]["region"] == "310000"
    (citation,) = item["parts"]["citation"]
    assert citation["passage"] == "310000-wenjian.p1"


def test_an_exact_value_comes_as_text(feed, program):
    assert last(feed()[0], Term.objects.get().pk)["row"]["value"] == "20000000"


def test_nothing_new_is_an_empty_page_with_the_same_cursor(feed, program):
    _items, following = feed()
    assert feed(following) == ([], following)


def test_only_what_changed_since_comes(feed, program):
    _items, following = feed()
    Program.objects.update(name="新名")
    items, _next = feed(following)
    assert [(item["code"], item["row"]["name"]) for item in items] == [
        (program.pk, "新名")
    ]


def test_a_change_of_an_owned_row_is_one_of_its_record(feed, program):
    _items, following = feed()
    program.roles.create(role="lender", order=1, as_written="银行")
    (item,) = feed(following)[0]
    assert item["parts"]["programrole"][0]["as_written"] == "银行"


def test_a_change_of_a_relation_is_one_of_its_record(feed, program):
    Category.objects.create(code="tech", scheme="audience", name="科技型企业")
    _items, following = feed()
    program.categories.add("tech")
    (item,) = feed(following)[0]
    assert item["parts"]["program_categories"] == ["tech"]


def test_one_large_change_goes_over_several_pages(client, program):
    place = Region.objects.get(pk="310000")
    with journal.change(by="x", reason="", path="test"):
        for number in range(7):
            builders.program(place, f"310000-p{number}")
    address = "/api/v1/changes/?page_size=3"
    seen, pages = [], 0
    while True:
        page = client.get(address).json()
        pages += 1
        assert len(page["results"]) <= 3
        seen += [item["code"] for item in page["results"]]
        address = page["next"]
        if not page["more"]:
            break
    assert {f"310000-p{n}" for n in range(7)} <= set(seen)
    assert pages >= 4


def test_a_withdrawal_is_a_tombstone(feed, program):
    _items, following = feed()
    publication.withdraw(Term.objects.get(), **SAID)
    (item,) = feed(following)[0]
    assert item["state"] == "withdrawn"
    assert "row" not in item


def test_a_merge_names_its_successor(feed, program):
    other = builders.program(program.region, "310000-xin")
    other.citations.create(passage=Term.objects.get().passage)
    _items, following = feed()
    merging.merge(Program.objects.get(pk=program.pk), into=other, **SAID)
    items, _next = feed(following)
    gone = last(items, program.pk)
    assert (gone["state"], gone["successor"]) == ("merged", "310000-xin")
    assert last(items, Term.objects.get().pk)["row"]["program"] == "310000-xin"


def test_a_deleted_category_is_a_tombstone(feed, program):
    Category.objects.create(code="tech", scheme="audience", name="科技型企业")
    _items, following = feed()
    Category.objects.all().delete()
    (item,) = feed(following)[0]
    assert (item["kind"], item["state"]) == ("category", "deleted")


def test_a_draft_leaves_no_trace(feed, program):
    _items, following = feed()
    draft = builders.program(program.region, "310000-d", publication="draft")
    draft.name = "改"
    draft.save()
    draft.delete()
    assert feed(following)[0] == []


def test_publishing_a_draft_brings_it(feed, program):
    draft = builders.program(program.region, "310000-d", publication="draft")
    draft.citations.create(passage=Term.objects.get().passage)
    _items, following = feed()
    publication.publish(draft, **SAID)
    (item,) = feed(following)[0]
    assert len(item["parts"]["citation"]) == 1


@pytest.mark.parametrize(
    "query",
    ["since=x", "since=1", "since=-1-2", "since=999999-0-00000000", "since=",
     "since=1-1-00000000", "since=99-9-", "page_size=0", "cursor=1",
     "as_of=2026-01-01"],
)  # fmt: skip
def test_what_it_does_not_understand_is_refused(client, program, query):
    answer = client.get(f"/api/v1/changes/?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.partition("=")[0]


def standing():
    """What is published, as the mirror keeps it."""
    found = {}
    for model in published.served():
        rows = {
            code: {"row": state["row"], "parts": state["parts"]}
            for code, state in published.states(model)
        }
        if rows:
            found[journal.kind_of(model)] = rows
    return json.loads(json.dumps(found))


def mirror(server, path):
    script = settings.BASE_DIR / "docs" / "mirror.py"
    subprocess.run(
        [sys.executable, script, f"{server.url}/api/v1/", path], check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    records = json.loads(path.read_text())["records"]
    return {kind: rows for kind, rows in records.items() if rows}


def test_the_mirror_of_the_shipped_registry_is_equal(live_server, shipped, tmp_path):
    assert mirror(live_server, tmp_path / "mirror.json") == standing()


def write(place, passage, number):
    """One writer's day: drafts, edits, roles, publications, withdrawals, a merge."""
    made = []
    for turn in range(6):
        with journal.change(by=f"w{number}", reason="", path="test"):
            program = builders.program(
                place, f"310000-w{number}-{turn}", publication="draft"
            )
            program.citations.create(passage=passage)
        publication.publish(program, **SAID)
        made.append(program.pk)
        program = Program.objects.get(pk=program.pk)
        program.name = f"改{turn}"
        program.save()
        with journal.change(by=f"w{number}", reason="", path="test"):
            program.claim()
            program.roles.create(role="lender", order=turn, as_written=f"银行{turn}")
    publication.withdraw(Program.objects.get(pk=made[0]), **SAID)
    merging.merge(
        Program.objects.get(pk=made[1]), into=Program.objects.get(pk=made[2]), **SAID
    )
    Agency.objects.create(
        code=f"310000-a{number}", name=f"机构{number}", kind="bank", region=place,
        publication="published",
    )  # fmt: skip


def test_a_mirror_started_empty_while_eight_write_ends_equal(
    live_server, program, tmp_path
):
    place = Region.objects.get(pk="310000")
    passage = Term.objects.get().passage
    path = tmp_path / "mirror.json"
    writers = [lambda n=n: write(place, passage, n) for n in range(8)]

    def follow():
        for _turn in range(4):
            mirror(live_server, path)

    run_together([*writers, follow])
    assert mirror(live_server, path) == standing()
