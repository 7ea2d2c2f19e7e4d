"""``include=progress``: what is told of a target beside its newest observation."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.api.progress import ProgressField
from programs.models import Document, Figure
from tests import builders
from tests.contracts import assert_contract
from tests.earlier import happened_on

pytestmark = pytest.mark.django_db
LIST = "/api/v1/targets/?include=progress"


@pytest.fixture
def place():
    return builders.region("420100", name="武汉市", level="city")


@pytest.fixture
def pair(place):
    """More than 300 billion yuan by 2027; more than 240 billion in March 2026."""
    aim = {"nature": "target", "value": Decimal(3 * 10**11), "period_end": "2027"}
    target = builders.figure(place, comparator="gt", unit="CNY", **aim)
    builders.figure(
        place, comparator="gt", value=Decimal(24 * 10**10), unit="CNY", span="stock",
        period_end="2026-03", period_as_written="3月末", as_written="突破2400亿元",
    )  # fmt: skip
    return target


def ask(client, address=LIST):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def told(client):
    (target,) = ask(client)["results"]
    return target["progress"]


def test_a_whole_answer_is_as_agreed(client, pair):
    answer = client.get(f"/api/v1/targets/{pair.code}/")
    assert_contract("target-with-progress", answer)


def test_a_list_gives_progress_when_asked(client, pair):
    assert "progress" not in ask(client, "/api/v1/targets/")["results"][0]
    assert told(client)["share"] == {
        "comparator": "gt",
        "value": "80",
        "unit": "percent",
    }


def test_what_is_not_compared_says_why(client, place):
    builders.figure(place, nature="target", value=None, unit="", statement="提升")
    assert told(client) == {
        "gap": {"code": "words", "label": "仅有文字"},
        "met": None,
        "share": None,
        "distance": None,
        "latest": None,
    }


@pytest.mark.parametrize("hidden", ["observation", "its passage"])
def test_a_draft_observation_is_not_told(client, place, pair, hidden):
    seen = Figure.objects.get(nature="observed")
    if hidden == "observation":
        Figure.objects.filter(pk=seen.pk).update(publication="draft")
    else:
        draft = builders.passage(place, "¶9", order=9, publication="draft")
        Figure.objects.filter(pk=seen.pk).update(passage=draft)
    assert told(client)["latest"] is None


@pytest.mark.parametrize("kept_out", ["retold", "of a draft"])
def test_what_nobody_follows_has_no_progress(client, place, pair, kept_out):
    if kept_out == "retold":
        first = builders.figure(place, publication="draft")
        Figure.objects.filter(pk=pair.pk).update(restates=first)
    else:
        Document.objects.update(status="draft")
    assert told(client) is None


@pytest.mark.django_db(transaction=True)
def test_the_registry_of_another_day_has_its_own_progress(client, pair):
    happened_on("2026-03-01")
    Figure.objects.filter(nature="observed").update(value=Decimal(30 * 10**10))
    (then,) = ask(client, f"{LIST}&as_of=2026-03-01")["results"]
    shares = [told(client)["share"]["value"], then["progress"]["share"]["value"]]
    assert shares == ["100", "80"]


def test_csv_has_columns_of_its_own_for_it(client, pair):
    answer = client.get(f"{LIST}&format=csv")
    row, _count = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    told = {name: row[f"progress_{name}"] for name in (
        "gap", "met", "share", "distance_comparator", "distance", "distance_unit",
        "latest_period_end", "latest_passage_locator",
    )}  # fmt: skip
    assert told == {
        "gap": "",
        "met": "False",
        "share": "80",
        "distance_comparator": "lt",
        "distance": "60000000000.00",
        "distance_unit": "CNY",
        "latest_period_end": "2026-03",
        "latest_passage_locator": "¶1",
    }


def test_every_column_of_it_is_documented():
    told = (Path(__file__).parents[3] / "docs" / "tracking.md").read_text("utf-8")
    for suffix in ProgressField.suffixes:
        name = suffix.removeprefix("_latest_")
        assert f"`{name}`" in told or f"`progress{suffix}`" in told, suffix


def test_progress_costs_the_same_for_one_and_for_many(client, place, pair):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            ask(client)
        return len(queries)

    before = cost()
    for number in range(20):
        builders.figure(place, f"i{number}", nature="target")
        builders.figure(place, f"i{number}")
    assert (cost(), ask(client)["count"]) == (before, 21)


def test_an_include_that_there_is_not_is_refused(client, place):
    answer = client.get("/api/v1/targets/?include=progres")
    assert answer.status_code == 400
    assert answer.json()["did_you_mean"] == "progress"
