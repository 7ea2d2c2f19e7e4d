"""Conditional answers and the cache: named by what was read, never older than it."""

import gzip
import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from programs.models import Agency, Program
from registry import revisions
from registry.release import release
from tests import builders
from tests.together import several

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/programs/?kind=loan&include=roles"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def program():
    return builders.program(builders.region("310000", name="上海市"))


def tag(client, address=LIST, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    # A stream reads within a transaction that ends with it.
    answer.getvalue()
    return answer.headers["ETag"]


def statements(client, address, **headers):
    """The SELECTs that a request sends."""
    with CaptureQueriesContext(connection) as sent:
        client.get(address, headers=headers)
    return [one["sql"] for one in sent if one["sql"].startswith("SELECT")]


def test_whoever_has_the_answer_gets_304_without_a_body(client, program):
    answer = client.get(LIST, headers={"if-none-match": tag(client)})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == tag(client)


@pytest.mark.parametrize("address", [LIST, "/api/v1/programs/310000-xindonglidai/"])
def test_304_takes_one_query(client, program, address):
    known = tag(client, address)
    assert len(statements(client, address, if_none_match=known)) == 1


def test_a_strong_tag_of_the_same_name_counts_too(client, program):
    strong = tag(client).removeprefix("W/")
    given = f'"other", {strong}'
    assert client.get(LIST, headers={"if-none-match": given}).status_code == 304


def test_a_star_stands_for_whatever_there_is(client, program):
    assert client.get(LIST, headers={"if-none-match": "*"}).status_code == 304
    absent = "/api/v1/programs/310000-none/"
    assert client.get(absent, headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize("given", ['W/"0000"', "nonsense", '"', "W/", ""])
def test_another_tag_gets_the_answer(client, program, given):
    answer = client.get(LIST, headers={"if-none-match": given})
    assert answer.json()["count"] == 1


def test_the_answer_comes_again_from_the_cache(client, program):
    first = client.get(LIST)
    with CaptureQueriesContext(connection) as sent:
        again = client.get(LIST)
    assert len(sent) == 1
    assert again.content == first.content
    changing = {"X-Request-ID": again.headers["X-Request-ID"]}
    assert dict(again.headers) == dict(first.headers) | changing


def test_the_order_of_parameters_makes_no_other_answer(client, program):
    assert tag(client, "/api/v1/programs/?kind=loan&page_size=1") == tag(
        client, "/api/v1/programs/?page_size=1&kind=loan"
    )


@pytest.mark.parametrize(
    "other",
    [
        "/api/v1/programs/?kind=fund&include=roles",
        "/api/v1/programs/?kind=loan",
        "/api/v1/funds/",
        "/api/v1/programs/310000-xindonglidai/",
    ],
)
def test_another_question_has_another_name(client, program, other):
    assert tag(client, other) != tag(client)


def test_each_language_has_its_own(client, program):
    assert tag(client, accept_language="en") != tag(client)


def test_each_host_has_its_own_since_links_name_it(client, program, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    assert tag(client, host="one.example") != tag(client, host="two.example")


def test_another_release_has_other_names(client, program, monkeypatch):
    known = tag(client)
    monkeypatch.setattr("registry.api.conditional.release", lambda: "another")
    assert tag(client) != known


def test_the_release_is_named_by_its_code(tmp_path, settings, monkeypatch):
    code = tmp_path / "views.py"
    for path in (code, tmp_path / "requirements.txt"):
        path.write_text("1")
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr("registry.release._files", lambda: [code])
    before, again = release.__wrapped__(), release.__wrapped__()
    code.write_text("2")
    assert before == again != release.__wrapped__()
    assert len(before) == 16


def test_a_draft_changes_no_answer(client, program):
    known = tag(client)
    draft = builders.program(program.region, "310000-new", publication="draft")
    agency = Agency.objects.create(
        code="310000-x", name="某局", kind="department", region=program.region
    )
    draft.roles.create(agency=agency, role="lead", order=1)
    draft.places.add(program.region)
    draft.delete()
    assert tag(client) == known


def test_publishing_changes_the_answer(client, program):
    draft = builders.program(program.region, "310000-new", publication="draft")
    known = tag(client)
    draft.publication = "published"
    draft.save()
    assert tag(client) != known


def test_what_is_made_a_draft_again_changes_the_answer(client, program):
    known = tag(client)
    Program.objects.update(publication="draft")
    assert client.get(LIST).json()["count"] == 0
    assert client.get(LIST, headers={"if-none-match": known}).status_code == 200


def test_what_the_answer_does_not_read_leaves_it(client, program):
    known = tag(client, "/api/v1/programs/?fields=code,name")
    builders.document(program.region)
    assert tag(client, "/api/v1/programs/?fields=code,name") == known


def test_a_filter_is_read_too(client, program):
    agency = Agency.objects.create(
        code="310000-x", name="某局", kind="department", region=program.region,
        publication="published",
    )  # fmt: skip
    program.roles.create(agency=agency, role="lead", order=1)
    address = "/api/v1/programs/?agency=310000-x&fields=code"
    known = tag(client, address)
    Agency.objects.update(publication="withdrawn")
    answer = client.get(address, headers={"if-none-match": known})
    assert answer.status_code == 400


def test_what_depends_on_the_day_has_another_name_tomorrow(
    client, program, monkeypatch
):
    builders.document(program.region, issued_on="2024")
    known = tag(client, "/api/v1/documents/")
    plain = tag(client, LIST)
    monkeypatch.setattr("registry.api.conditional.localdate", lambda: "tomorrow")
    assert tag(client, "/api/v1/documents/") != known
    assert tag(client, LIST) == plain


def test_saving_without_a_change_is_told_as_what_it_shows(client, program):
    address = "/api/v1/programs/?fields=updated_at"
    before = client.get(address)
    Program.objects.update(name=program.name)
    after = client.get(address)
    same_row = before.json()["results"] == after.json()["results"]
    assert same_row == (before.headers["ETag"] == after.headers["ETag"])


def test_taking_a_version_alone_shows_nothing(client, program):
    before = client.get("/api/v1/programs/")
    program.claim()
    after = client.get("/api/v1/programs/")
    assert before.content == after.content


def test_the_state_is_told(client, program):
    meta = client.get(LIST).json()["meta"]
    assert meta["revision"] == revisions.latest().revision
    assert meta["at"].endswith("+08:00")


def test_head_has_the_headers_alone(client, program):
    whole, bare = client.get(LIST), client.head(LIST)
    assert bare.content == b""
    assert bare.headers["ETag"] == whole.headers["ETag"]
    assert bare.headers["Content-Length"] == str(len(whole.content))


def test_head_begins_no_stream(client, program):
    answer = client.head("/api/v1/programs/?format=csv")
    assert answer.status_code == 200
    assert answer.getvalue() == b""


def test_compressed_it_keeps_its_name(client, program):
    builders.program(program.region, "310000-other", summary="科技" * 500)
    plain = client.get(LIST)
    small = client.get(LIST, headers={"accept-encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert small.headers["ETag"] == plain.headers["ETag"]
    assert json.loads(gzip.decompress(small.content)) == plain.json()


def test_pages_with_secrets_are_not_compressed(client):
    answer = client.get("/admin/login/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_a_stream_has_a_name_too(client, program):
    address = "/api/v1/programs/?format=csv"
    known = tag(client, address)
    assert client.get(address, headers={"if-none-match": known}).status_code == 304
    Program.objects.update(name="新名")
    assert tag(client, address) != known


def test_an_error_is_not_kept(client, program):
    refused = client.get("/api/v1/programs/?region=990000")
    assert refused.status_code == 400
    assert "ETag" not in refused.headers
    builders.region("990000", name="某省")
    assert client.get("/api/v1/programs/?region=990000").status_code == 200


def test_no_answer_is_older_than_the_last_commit(program):
    """A writer and four readers: none sees less than was committed before it asked."""
    committed, rounds = [0], 60

    def write():
        with translation.override("en"):
            for number in range(1, rounds + 1):
                Program.objects.update(summary=str(number))
                committed[0] = number

    def read():
        client, seen = Client(), 0
        while committed[0] < rounds:
            least = committed[0]
            (row,) = client.get(LIST).json()["results"]
            shown = int(row["summary"] or 0)
            assert shown >= max(least, seen)
            seen = shown

    with several(5) as run:
        run([write, read, read, read, read])
