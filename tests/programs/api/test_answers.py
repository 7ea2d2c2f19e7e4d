"""What analysts ask of the shipped registry, and what they are answered."""

from decimal import Decimal

import pytest

from programs.models import Agency, Responsibility
from tests import builders
from tests.contracts import assert_contract

WUHAN, ZHENGZHOU = "420100-wuzhengban-2025-67", "410100-zhengzhengwen-2025-66"


@pytest.fixture
def names(client, shipped):
    def get(query, resource="programs"):
        address = f"/api/v1/{resource}/?page_size=200&{query}"
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        return [row["name"] for row in answer.json()["results"]]

    return get


def test_ningkedai_is_found_by_its_name(names):
    assert "宁科贷" in names("search=宁科贷")


def test_a_program_is_found_by_what_a_text_calls_it(names):
    assert "宁科贷" in names("search=科技型中小微企业风险补偿贷款")


def test_the_programs_of_shanghai(names):
    found = names("region=310000")
    assert {"新动力贷", "点心贷", "国投贷"} <= set(found)
    assert not {"宁科贷", "郑科贷"} & set(found)


def test_the_four_products_on_zhenghaorong(names):
    found = set(names("platform=410100-zhenghaorong&kind=loan"))
    assert {"郑科贷", "外贸贷", "创业担保贷", "知识产权贷"} <= found


def test_programs_by_agency_and_role(names):
    found = names("agency=310000-bocom&agency_role=operator")
    assert {"人才贷", "科创智慧知产贷"} <= set(found)
    assert "宁科贷" not in found


@pytest.mark.parametrize("amount", ["10000000", "1000万", "1000万元"])
def test_programs_of_at_least_an_amount(names, amount):
    assert "科技型企业知识价值信用贷款" in names(f"amount__gte={amount}")


def test_an_amount_above_leaves_it_out(names):
    assert names("amount__gte=10000001") == []


def test_programs_for_a_stage(names):
    found = names("stage=startup")
    assert "人才贷" in found
    assert "科创智慧知产贷" not in found


def test_funds_are_programs_of_that_kind(client, shipped):
    rows = client.get("/api/v1/funds/?page_size=200").json()["results"]
    assert {row["kind"]["code"] for row in rows} == {"fund"}


@pytest.mark.parametrize(("document", "count"), [(WUHAN, 20), (ZHENGZHOU, 20)])
def test_measures_stand_in_the_documents_order(client, shipped, document, count):
    address = f"/api/v1/measures/?document={document}&include=responsibilities"
    rows = client.get(address).json()["results"]
    assert [row["order"] for row in rows] == sorted(row["order"] for row in rows)
    if document == WUHAN:
        assert [row["locator"] for row in rows] == [f"§{n}" for n in range(1, 21)]
    for row in rows:
        listed = Responsibility.objects.filter(passage=row["code"]).order_by(
            "source", "order"
        )
        told = [duty["as_written"] for duty in row["responsibilities"]]
        assert told == list(listed.values_list("as_written", flat=True))


def test_the_units_of_wuhans_first_measure(client, shipped):
    answer = client.get(f"/api/v1/measures/{WUHAN}.1/").json()
    assert [duty["as_written"] for duty in answer["responsibilities"]] == [
        "市财政局",
        "市科技创新局",
        "市经信局",
        "武汉金控集团",
        "武汉投控集团",
    ]


@pytest.mark.parametrize(
    ("document", "agency"),
    [(WUHAN, "420100-weijinrongban"), (ZHENGZHOU, "410100-weijinrongban")],
)
def test_one_short_name_is_the_documents_own_office(shipped, document, agency):
    named = Responsibility.objects.filter(
        passage__document=document, as_written="市委金融办"
    )
    assert set(named.values_list("agency", flat=True)) == {agency}
    assert Agency.objects.named("市委金融办", document[:6]).code == agency


def test_a_figure_leads_to_its_passage(client, shipped):
    code = "310000-jinrongshibao-gudaizhaibaodan.p13.cap"
    term = client.get(f"/api/v1/terms/{code}/").json()
    assert (term["value"], term["unit"], term["comparator"]) == (
        "20000000.00",
        "CNY",
        "lte",
    )
    assert term["passage"]["locator"] == "¶13"
    passage = client.get(f"/api/v1/passages/{term['passage']['code']}/").json()
    assert code in [row["code"] for row in passage["terms"]]


@pytest.fixture
def secret(db):
    """A published program around which everything else is a draft."""
    place = builders.region("310000")
    program = builders.program(place, name="公开贷")
    body = Agency.objects.create(
        code="310000-jg", name="秘密机构", kind="bank", region=place
    )
    program.roles.create(role="lender", order=1, agency=body, as_written="秘密机构")
    other = builders.program(place, "310000-caogao", name="秘密贷", publication="draft")
    program.links.create(relation="part_of", target=other)
    builders.term(place, program=program, as_written="秘密额度", publication="draft")
    source = builders.passage(
        place, "¶9", summary="秘密摘要", publication="draft", order=9
    )
    program.citations.create(passage=source, as_written="秘密名称")
    return program


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/programs/",
        "/api/v1/programs/?include=terms,roles,links,citations",
        "/api/v1/programs/310000-xindonglidai/",
        "/api/v1/programs/?format=csv&include=terms,roles,links,citations",
        "/api/v1/agencies/",
        "/api/v1/terms/",
        "/api/v1/passages/?include=programs,terms",
    ],
)
def test_a_draft_shows_nowhere(client, secret, address):
    answer = client.get(address)
    text = answer.getvalue() if answer.streaming else answer.content
    assert answer.status_code == 200
    assert "秘密" not in text.decode()


def test_a_draft_has_no_page(client, secret):
    assert client.get("/api/v1/programs/310000-caogao/").status_code == 404


def test_a_draft_is_not_found_by_searching(client, secret):
    assert client.get("/api/v1/programs/?search=秘密").json()["results"] == []


def test_a_figure_is_found_by_its_indicator(client, shipped):
    answer = client.get("/api/v1/targets/?search=贷款余额").json()
    assert answer["count"] > 0


def test_a_whole_answer_is_as_agreed(client, db):
    place = builders.region("310000", name="上海市", name_en="Shanghai")
    program = builders.program(place, name_en="New Momentum Loan", launched="2024-04")
    term = builders.term(place, program=program, value=Decimal(20_000_000))
    program.citations.create(passage=term.passage, as_written="推出“新动力贷”")
    assert_contract("program", client.get(f"/api/v1/programs/{program.code}/"))
