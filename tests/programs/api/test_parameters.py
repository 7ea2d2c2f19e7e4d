"""Nothing that is asked is passed over: what a route does not know, it refuses."""

import pytest

from tests import builders


@pytest.fixture
def refusal(client, db):
    def get(address, **headers):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 400, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.json()

    return get


def test_a_mistyped_parameter_is_refused_with_what_was_meant(refusal):
    told = refusal("/api/v1/programs/?regoin=310000")
    assert (told["parameter"], told["did_you_mean"]) == ("regoin", "region")
    assert "kind" in told["allowed"]


RESOURCES = (
    "programs funds platforms agencies branches regions documents passages measures"
    " terms observations targets indicators categories cases vocabularies"
).split()


@pytest.mark.parametrize("resource", [*RESOURCES, ""])
def test_every_list_refuses_what_it_does_not_know(refusal, resource):
    address = f"/api/v1/{resource}/" if resource else "/api/v1/"
    assert refusal(f"{address}?nonsense=1")["parameter"] == "nonsense"


def test_a_detail_refuses_a_filter(client, db):
    builders.program(builders.region("310000"))
    answer = client.get("/api/v1/programs/310000-xindonglidai/?kind=loan")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=", "kind"),
        ("kind=lone", "kind"),
        ("kind=loan&kind=fund", "kind"),
        ("kind=loan,", "kind"),
        ("region=999999", "region"),
        ("stage=tech_firm", "stage"),
        ("platform=310000-x", "platform"),
        ("agency_role=lead", "agency_role"),
        ("region_scope=exact", "region_scope"),
        ("amount__gte=viel", "amount__gte"),
        ("launched__gte=2025-13", "launched__gte"),
        ("updated_at__gt=gestern", "updated_at__gt"),
        ("ordering=size", "ordering"),
        ("fields=code,size", "fields"),
        ("include=histories", "include"),
        ("has_website=yes", "has_website"),
        ("verified_on__gt=2026-03-31&verified_on__lt=2026-04-01", "verified_on__gt"),
        ("launched__gt=2024&launched__lt=2025", "launched__gt"),
        ("relation=part_of", "relation"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=ten", "page_size"),
        ("cursor=abc", "cursor"),
        ("count=all", "count"),
        ("format=xml", "format"),
        ("format=csv&cursor=abc", "cursor"),
        ("format=csv&page_size=5", "page_size"),
        ("search=%00", "search"),
        ("search=" + "x" * 5000, "search"),
    ],
)
def test_a_value_that_can_not_be_meant_is_refused(refusal, query, parameter):
    assert refusal(f"/api/v1/programs/?{query}")["parameter"] == parameter


def test_a_mistyped_code_is_refused_with_what_was_meant(refusal):
    assert refusal("/api/v1/programs/?kind=lone")["did_you_mean"] == "loan"


def test_a_hint_never_names_a_draft(refusal):
    place = builders.region("310000")
    builders.document(place, "310000-geheim", publication="draft")
    told = refusal("/api/v1/programs/?document=310000-geheimx")
    assert "310000-geheim" not in told.get("allowed", [])


def test_a_draft_is_no_value_of_a_filter(refusal):
    builders.document(builders.region("310000"), "310000-d", publication="draft")
    assert refusal("/api/v1/programs/?document=310000-d")["parameter"] == "document"


def test_a_refusal_is_told_in_english_too(refusal):
    told = refusal("/api/v1/programs/?regoin=1", **{"accept-language": "en"})
    assert told["detail"] == "There is no parameter “regoin” on this route."


def test_an_unknown_route_is_a_problem(client, db):
    answer = client.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_writing_is_refused(client, db):
    answer = client.post("/api/v1/programs/", {})
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_more_words_than_it_searches_for_are_refused(refusal):
    words = "+".join(f"w{n}" for n in range(11))
    assert refusal(f"/api/v1/programs/?search={words}")["parameter"] == "search"


def test_a_nul_in_a_code_is_refused(refusal):
    refusal("/api/v1/programs/310000-%00xindonglidai/")


def test_writing_to_no_route_is_a_problem(client, db):
    answer = client.post("/api/v1/nothing/", {})
    assert answer.headers["Content-Type"] == "application/problem+json"
