"""Queries of lists are kept by their parameters, not what they found."""

import pytest
from django.db import models

from programs.models import Program
from registry import prepared
from tests import builders

LIST = "/api/v1/programs/?region=310000&kind=loan&ordering=-updated_at"


@pytest.fixture
def place(db):
    return builders.region("310000")


@pytest.fixture
def compiled(monkeypatch):
    """Models of the queries that are compiled from now on."""
    found = []
    made = prepared.Prepared.__init__

    def noted(self, queryset: models.QuerySet):
        found.append(queryset.model)
        made(self, queryset)

    monkeypatch.setattr(prepared.Prepared, "__init__", noted)
    return found


def codes(answer):
    return [row["code"] for row in answer.json()["results"]]


@pytest.mark.parametrize("order", ["", "&page_size=1", "&count=exact"])
def test_a_list_that_is_asked_for_again_has_what_came_since(client, place, order):
    builders.program(place, "310000-first")
    assert codes(client.get(LIST + order)) == ["310000-first"]
    second = builders.program(place, "310000-second")
    found = client.get(LIST + order).json()
    assert found["results"][0]["code"] == second.pk
    assert found["count"] == 2


def test_pages_from_different_rows_on_share_a_query(client, place, compiled):
    for number in range(3):
        builders.program(place, f"310000-p{number}")
    found, address = [], f"{LIST}&page_size=1"
    while address:
        if len(found) == 2:
            compiled.clear()
        answer = client.get(address)
        found += codes(answer)
        address = answer.json()["next"]
    assert sorted(found) == ["310000-p0", "310000-p1", "310000-p2"]
    assert Program not in compiled


def test_programs_of_other_places_come_in_their_order(client, place):
    """They are read only up to the last row of the region's own."""
    elsewhere = builders.region("420000", name="湖北省")
    for number in range(6):
        home = elsewhere if number % 2 else place
        program = builders.program(home, f"{home.pk}-p{number}")
        if number % 2:
            program.places.add(place)
    wanted = Program.objects.order_by("-updated_at", "-code")
    assert codes(client.get(f"{LIST}&page_size=2")) == list(
        wanted.values_list("code", flat=True)[:2]
    )


def test_queries_of_very_many_parameters_are_not_kept(client, place):
    prepared.KEPT.clear()
    unlike = ",".join(f"310{number:03}" for number in range(1, 91))
    for code in unlike.split(","):
        builders.region(code, name=code)
    assert client.get(f"{LIST}&region__not={unlike}").status_code == 200
    assert not any("310090" in str(name) for name in prepared.KEPT)


def test_a_query_is_compiled_once(client, place, compiled):
    client.get(LIST)
    compiled.clear()
    builders.program(place, "310000-first")
    assert codes(client.get(LIST)) == ["310000-first"]
    assert Program not in compiled
