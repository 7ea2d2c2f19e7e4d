"""/vocabularies/: closed lists, what they mean, and where they are asked for."""

import csv
import io

import pytest

from programs.models import Program
from tests import builders
from tests.contracts import assert_answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary(client):
    def get(name, **headers):
        answer = client.get(f"/api/v1/vocabularies/{name}/", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


def test_every_list_has_its_own_address(client, vocabulary):
    answer = client.get("/api/v1/vocabularies/").json()
    assert answer["count"] == len(answer["results"]) > 25
    assert [vocabulary(one["code"]) for one in answer["results"][:3]] == (
        answer["results"][:3]
    )


def test_published_rows_are_counted_by_value(vocabulary):
    place = builders.region("310000")
    builders.program(place, "310000-a")
    builders.program(place, "310000-b", lifecycle="active")
    builders.program(place, "310000-c", lifecycle="active", publication="draft")
    told = vocabulary("program.lifecycle")
    counts = {value["code"]: value["count"] for value in told["values"]}
    assert (counts["active"], counts["closed"], told["not_stated"]) == (1, 0, 1)


@pytest.mark.parametrize(("language", "label"), [("zh-hans", "贷"), ("en", "loan")])
def test_labels_come_in_the_language_asked_for_and_in_both(vocabulary, language, label):
    told = vocabulary("program.kind", **{"accept-language": language})
    (loan,) = [value for value in told["values"] if value["code"] == "loan"]
    assert label in loan["label"]
    assert (loan["label_zh"], loan["label_en"]) == ("信贷产品", "loan product")


def test_it_says_where_its_values_are_parameters(vocabulary):
    told = vocabulary("term.kind")["parameters"]
    assert {"resource": "programs", "parameter": "has_term"} in told
    assert {"resource": "terms", "parameter": "kind"} in told
    assert {"resource": "match", "parameter": "term"} in told


@pytest.mark.parametrize("name", ["program.lifecycle", "document.status", "term.kind"])
def test_every_place_named_takes_every_value(client, vocabulary, name):
    told = vocabulary(name)
    every = ",".join(value["code"] for value in told["values"])
    answers = {
        client.get(f"/api/v1/{place['resource']}/?{place['parameter']}={every}")
        for place in told["parameters"]
    }
    assert {answer.status_code for answer in answers} == {200}


def test_publication_is_no_list_to_ask_for(client):
    assert client.get("/api/v1/vocabularies/program.publication/").status_code == 404


@pytest.mark.parametrize("query", ["format=xml", "format=", "kind=loan"])
def test_what_can_not_be_meant_is_refused(client, query):
    address = "/api/v1/vocabularies/program.kind/"
    assert client.get(f"{address}?{query}").status_code == 400


def test_as_csv_there_is_a_row_for_each_value(client):
    answer = client.get("/api/v1/vocabularies/region.level/?format=csv")
    *rows, end = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert end["vocabulary"] == f"#rows={len(rows)}"
    assert [row["code"] for row in rows] == (
        "country province city district zone area".split()
    )
    assert {row["parameters"] for row in rows} == {"regions.level"}


def test_all_lists_as_csv(client):
    answer = client.get("/api/v1/vocabularies/?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    kinds = [row["code"] for row in rows if row["vocabulary"] == "program.kind"]
    assert kinds == list(Program.Kind)


def test_a_whole_list_is_as_agreed(shipped, vocabulary):
    assert_answer("vocabulary", vocabulary("program.lifecycle"))
