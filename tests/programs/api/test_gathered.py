"""What a document's and a region's page gather."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.models import Document, Figure, Indicator
from programs.models.documents import in_force
from registry.validity import Holds
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return builders.region("440300", name="深圳市", level="city")


@pytest.fixture
def page(client):
    def get(address):
        answer = client.get(f"/api/v1/{address}/")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


def figure(place, **facts):
    indicator, _ = Indicator.objects.get_or_create(
        code="loans", defaults={"name": "贷款余额", "unit": "CNY"}
    )
    facts = {
        "region": place, "nature": "observed", "indicator": indicator,
        "span": "stock", "transformation": "level", "comparator": "eq",
        "value": Decimal(10**12), "unit": "CNY", "as_written": "1万亿元",
        "period_end": "2025", "publication": "published", **facts,
    }  # fmt: skip
    passage = builders.Passage.objects.first() or builders.passage(place)
    return Figure.objects.create(passage=passage, **facts)


def test_a_document_comes_with_its_passages_in_order(page, city):
    source = builders.document(city, "440300-zc")
    builders.passage(city, "§2", document=source, order=2)
    builders.passage(city, "§1", document=source, order=1)
    builders.passage(city, "§3", document=source, order=3, publication="draft")
    told = page("documents/440300-zc")
    assert [passage["locator"] for passage in told["passages"]] == ["§1", "§2"]


def test_a_document_tells_what_took_its_place_and_who_reports_on_it(page, city):
    old = builders.document(city, "440300-jiu")
    builders.document(city, "440300-xin", supersedes=old)
    news = builders.document(city, "440300-bao")
    news.reports_on.add(old)
    told = page("documents/440300-jiu")
    assert [row["code"] for row in told["superseded_by"]] == ["440300-xin"]
    assert [row["code"] for row in told["reported_by"]] == ["440300-bao"]


def test_a_draft_that_would_supersede_is_not_told(page, city):
    old = builders.document(city, "440300-jiu")
    builders.document(city, "440300-xin", supersedes=old, publication="draft")
    assert page("documents/440300-jiu")["superseded_by"] == []


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"issued_on": "2020", "expires_on": "2999"}, "yes"),
        ({"issued_on": "2020", "expires_on": "2021"}, "no"),
        ({"issued_on": "2020"}, "unknown"),
    ],
)
def test_a_document_says_whether_it_is_in_force(page, city, facts, answer):
    basis = {"expiry_basis": "printed"} if "expires_on" in facts else {}
    builders.document(city, "440300-zc", status="issued", **facts, **basis)
    assert page("documents/440300-zc")["in_force"]["code"] == answer


partial = st.sampled_from(["", "2024", "2025", "2025-01", "2025-02-28", "2026-12"])


@given(
    status=st.sampled_from(["", "draft", "issued", "repealed"]),
    begin=partial,
    end=partial,
    day=st.dates(date(2023, 12, 30), date(2027, 1, 2)),
)
def test_the_list_and_the_page_agree_on_what_is_in_force(status, begin, end, day):
    if end and begin > f"{end}-99":
        begin = ""
    if not Document.objects.exists():
        builders.document(builders.region("440300"), "440300-zc", publication="draft")
    Document.objects.update(
        status=status, effective_on=begin, expires_on=end,
        expiry_basis="printed" if end else "",
    )  # fmt: skip
    found = [h for h in Holds if Document.objects.in_force(day, answer=h).exists()]
    assert found == [in_force(status, begin, end, day)]


def test_a_region_gathers_what_its_places_have(page, city):
    district = builders.region("440305", name="南山区", level="district", parent=city)
    builders.program(city, "440300-dai")
    builders.program(district, "440305-jijin", kind="fund")
    builders.program(builders.region("310000"), "310000-dai")
    told = page("regions/440300")
    assert [row["code"] for row in told["programs"]] == ["440300-dai"]
    assert [row["code"] for row in told["funds"]] == ["440305-jijin"]


def test_the_country_gathers_what_is_national(page, city):
    builders.program(city, "440300-dai")
    builders.program(builders.Region.objects.get(code="000000"), "000000-zaidaikuan")
    told = page("regions/000000")
    assert [row["code"] for row in told["programs"]] == ["000000-zaidaikuan"]


def test_a_target_leads_to_the_newest_observation_of_the_same(page, city):
    figure(city, period_end="2024", as_written="旧")
    newest = figure(city, period_end="2025-03-31")
    figure(city, period_end="2025-06", publication="draft", as_written="草稿")
    figure(city, period_end="2025-05", segment="南山", as_written="部分")
    figure(city, period_end="2025-05", restates=newest, as_written="转述")
    figure(city, nature="target", period_end="2027", as_written="目标")
    (target,) = page("regions/440300")["targets"]
    assert target["latest_observation"] == newest.code


def test_a_target_without_an_observation_says_none(page, city):
    figure(city, nature="target", period_end="2027", as_written="目标")
    (target,) = page("regions/440300")["targets"]
    assert target["latest_observation"] is None
