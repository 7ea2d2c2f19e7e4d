"""What a hostile reader of the answers found: each fails until it is mended."""

import io
import json
import zipfile

import pytest
from django.core.cache import cache

from programs.models import Category, Document, Passage, Program, Region, Term
from registry.api import reads
from tests import builders
from tests.earlier import happened_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()
    reads.READ.clear()


@pytest.fixture
def two():
    """Two programs in Shanghai; Beijing and a stage besides."""
    place = builders.region("310000", name="上海市")
    builders.region("110000", name="北京市")
    Category.objects.create(code="seed", scheme="stage", name="种子期")
    return builders.program(place), builders.program(place, "310000-other", name="乙")


def told(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


GROUPS = [f"/api/v1/programs/?group_by={name}" for name in ("region", "province")]
COMPARE = "/api/v1/programs/compare/?codes=310000-xindonglidai,310000-other"


@pytest.mark.parametrize(
    "address", [*GROUPS, COMPARE, "/api/v1/match/?region=110000&not_met=show"]
)
def test_another_place_is_told_at_once(client, two, address):
    known = client.get(address)
    two[0].places.add("110000")
    assert client.get(address).json() != known.json()
    held = {"if-none-match": known.headers["ETag"]}
    assert client.get(address, headers=held).status_code == 200


@pytest.mark.parametrize(
    "address", [COMPARE, "/api/v1/match/?stage=seed&not_met=show"]
)
def test_another_category_is_told_at_once(client, two, address):
    known = client.get(address)
    two[0].categories.add("seed")
    assert client.get(address).json() != known.json()


def test_a_group_of_documents_follows_the_passage(client, two):
    source = builders.passage(two[0].region)
    other = builders.document(two[0].region, "310000-other-wenjian", title="另一文件")
    two[0].citations.create(passage=source)
    address = "/api/v1/programs/?group_by=document"
    known = client.get(address).json()
    Passage.objects.filter(pk=source.pk).update(document=other)
    assert client.get(address).json() != known


def test_as_of_knows_what_was_there_that_day(client, two):
    """Also when it is the first request of its kind: the check reads the same day."""
    two[0].categories.add("seed")
    happened_on("2026-03-01")
    two[0].categories.clear()
    Category.objects.filter(pk="seed").delete()
    address = "/api/v1/programs/?stage=seed&as_of=2026-03-01"
    answer = client.get(address)
    assert answer.status_code == 200, answer.json()["detail"]


def test_a_star_stands_for_an_answer_that_is_kept_too(client, two):
    client.get("/api/v1/programs/")
    answer = client.get("/api/v1/programs/", headers={"if-none-match": "*"})
    assert answer.status_code == 304


def test_two_snapshots_of_one_name_are_the_same_bytes(client, two):
    def snapshot():
        answer = client.get("/api/v1/snapshot/")
        return answer.headers["ETag"], b"".join(answer.streaming_content)

    before = snapshot()
    builders.program(two[0].region, "310000-draft", publication="draft")
    after = snapshot()
    assert (before[0] == after[0]) == (before[1] == after[1])
