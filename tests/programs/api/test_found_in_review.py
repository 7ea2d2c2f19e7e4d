"""What a hostile reader of the answers found: each fails until it is mended."""

import json

import pytest
from django.core.cache import cache

from programs.models import Category, Document, Passage
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


@pytest.mark.parametrize("address", [COMPARE, "/api/v1/match/?stage=seed&not_met=show"])
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


def test_a_price_that_is_a_share_of_another_proves_nothing(client, two):
    """不超过同期LPR的80%, LPR加0.5个百分点: no interest that a firm pays."""
    for program, value, said in ((two[0], 80, "LPR的80%"), (two[1], "0.5", "LPR+50bp")):
        builders.term(
            two[0].region, program=program, kind="rate", value=value, unit="percent",
            comparator="eq", base="同期LPR", as_written=said,
        )  # fmt: skip
    answer = told(client, "/api/v1/match/?rate=4%25&not_met=show")
    said = {
        row["program"]["code"]: criterion["answer"]["code"]
        for row in answer["results"]
        for criterion in row["criteria"]
        if criterion["criterion"]["code"] == "rate"
    }
    assert set(said.values()) == {"not_stated"}, said


def test_what_one_program_raised_and_another_did_not_differs(client, two):
    """A cell shows 从500万元提高至1000万元 and 1000万元; ``differs`` says no."""
    for program, before in ((two[0], 5_000_000), (two[1], None)):
        builders.term(
            two[0].region, program=program, kind="amount", value=10_000_000,
            previous=before, comparator="lte",
        )  # fmt: skip
    lines = told(client, COMPARE)["lines"]
    (line,) = [one for one in lines if one["aspect"]["code"] == "terms"]
    labels = [cell["values"][0]["label"] for cell in line["cells"]]
    assert line["differs"] == (labels[0] != labels[1]), labels


def test_roles_since_other_days_differ(client, two):
    from programs.models import Agency

    bank = Agency.objects.create(
        code="310000-bank", name="银行", kind="bank", region=two[0].region,
        publication="published",
    )  # fmt: skip
    for program, since in ((two[0], "2020"), (two[1], "2024")):
        program.roles.create(role="lender", order=1, agency=bank, since=since)
    lines = told(client, COMPARE)["lines"]
    (line,) = [one for one in lines if one["aspect"]["code"] == "roles"]
    labels = [cell["values"][0]["label"] for cell in line["cells"]]
    assert line["differs"] == (labels[0] != labels[1]), labels


@pytest.mark.parametrize("column", ["restates", "part_of"])
def test_the_code_of_a_hidden_figure_is_not_told(client, two, column):
    hidden = builders.figure(two[0].region, publication="draft")
    builders.figure(
        two[0].region, publication="published", code=hidden.pk + "-b",
        **{column: hidden},
    )  # fmt: skip
    body = client.get("/api/v1/observations/?fields=restates,part_of").content.decode()
    assert f'"{hidden.pk}"' not in body


def test_the_document_of_a_passage_is_told_only_when_published(client, two):
    term = builders.term(two[0].region, program=two[0])
    Document.objects.update(publication="draft")
    body = client.get("/api/v1/terms/").content.decode()
    assert '310000-wenjian"' not in body, term


def test_in_force_is_of_the_day_that_is_asked_for(client, two):
    builders.document(
        two[0].region, issued_on="2020-01-01", expires_on="2026-06-30",
        expiry_basis="printed", status="issued",
    )  # fmt: skip
    happened_on("2026-03-01")
    builders.program(two[0].region, "310000-later")
    (row,) = told(client, "/api/v1/documents/?as_of=2026-03-01")["results"]
    valid = told(client, "/api/v1/documents/?as_of=2026-03-01&valid_on=2026-03-01")
    assert (row["in_force"]["code"] == "yes") == (valid["count"] == 1)


def test_a_group_by_agency_keeps_to_the_part_that_is_asked_for(client, two):
    """``agency_role=provider`` beside ``agency``: the bucket counts other parts too."""
    from programs.models import Agency, Case

    firm, bank = (
        Agency.objects.create(
            code=f"310000-{code}", name=code, kind="bank", region=two[0].region,
            publication="published",
        )
        for code in ("firm", "bank")
    )  # fmt: skip
    Case.objects.create(
        code="310000-case", title="案例", agency=firm, provider=bank,
        passage=builders.passage(two[0].region), publication="published",
    )  # fmt: skip
    query = "agency=310000-bank&agency_role=provider"
    groups = told(client, f"/api/v1/cases/?{query}&group_by=agency")["results"]
    for group in groups:
        code = group["agency"]["code"]
        found = told(client, f"/api/v1/cases/?agency={code}&agency_role=provider")
        assert found["count"] == group["count"], code
