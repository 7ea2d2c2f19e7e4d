"""Which index serves a page, by the models and by the database's plans."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Program
from tests import builders
from tests.programs.api.test_walks import VIEWS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", VIEWS)
def test_every_ordering_has_its_index(resource):
    model = VIEWS[resource].queryset.model._meta.concrete_model
    indexed = [index.fields for index in model._meta.indexes]
    orderings = VIEWS[resource].orderings
    assert not [n for n in orderings if n != "code" and [n, "code"] not in indexed]


@pytest.fixture
def thousands():
    """3,000 programs, of which every third says when it was launched."""
    shanghai, beijing = builders.region("310000"), builders.region("110000")
    Program.objects.bulk_create(
        Program(
            code=f"{place.code}-p{number}", name=f"贷{number}", region=place,
            kind="loan", publication="published",
            launched="2024-05" * (number % 3 == 0),
        )
        for number in range(1500)
        for place in (shanghai, beijing)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plans_of_keys(client, query):
    """How the database finds the keys of the page, query by query."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/api/v1/programs/?{query}&count=none").status_code == 200
    asked = [
        one["sql"]
        for one in queries
        if one["sql"].startswith('SELECT "programs_program"."code" AS "code"')
    ]
    explain = "EXPLAIN" + " QUERY PLAN" * (connection.vendor == "sqlite")
    found = []
    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(f"{explain} {sql}")
            found.append("\n".join(str(line) for line in cursor.fetchall()))
    return found


def sorts(plan):
    return "Sort" in plan or "TEMP B-TREE FOR ORDER BY" in plan


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_list_of_a_region_and_kind_is_read_newest_first_by_its_index(
    client, thousands, sign
):
    query = f"region=310000&kind=loan&ordering={sign}updated_at"
    own, _placed = plans_of_keys(client, query)
    assert "program_list" in own
    assert not sorts(own)


@pytest.mark.parametrize("ordering", ["launched", "-launched", "verified_on", "name"])
def test_a_page_is_read_in_order_whether_or_not_the_value_is_stated(
    client, thousands, ordering
):
    plans = plans_of_keys(client, f"ordering={ordering}")
    assert plans
    assert not any(sorts(plan) for plan in plans)


def codes(client, query):
    answer = client.get(f"/api/v1/programs/?{query}").json()
    return answer, [row["code"] for row in answer["results"]]


@pytest.mark.parametrize("ordering", ["name", "-name", "launched", "-launched"])
def test_pages_of_a_region_merge_its_own_programs_with_those_placed_there(
    client, ordering
):
    shanghai, beijing = builders.region("310000"), builders.region("110000")
    for number in range(9):
        place = (shanghai, beijing)[number % 2]
        code = f"{place.code}-p{number}"
        launched = "2024" * (number % 4 < 2)
        program = builders.program(place, code, name=f"贷{number}", launched=launched)
        # In both: its own and a place of it.
        program.places.add(shanghai)
    query = f"region=310000&ordering={ordering}"
    whole, expected = codes(client, query)
    assert len(expected) == whole["count"] == 9
    walked, page = [], f"{query}&page_size=2"
    while page:
        answer, found = codes(client, page)
        assert answer["count"] == 9
        walked += found
        page = answer["next"] and answer["next"].partition("?")[2]
    assert walked == expected
    back, page = [], answer["previous"].partition("?")[2]
    while page:
        answer, found = codes(client, page)
        back = found + back
        page = answer["previous"] and answer["previous"].partition("?")[2]
    assert back == expected[: len(back)]
    assert len(back) == 8
