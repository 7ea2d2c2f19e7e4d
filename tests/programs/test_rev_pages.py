"""What a hostile reader found of tracker, matrix and handbook; each fails today."""

from decimal import Decimal

import pytest

from programs.models import Agency, Case, Responsibility, Target
from programs.progress import compared
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return builders.region("420100", name="武汉市", level="city")


def target(place, **facts):
    facts = {"value": Decimal(100), "comparator": "gte", "period_end": "2027", **facts}
    return builders.figure(place, nature="target", **facts)


def told():
    (row,) = compared(Target.objects.followed())
    return row


def test_the_whole_year_is_newer_than_a_month_of_it(place):
    target(place)
    builders.figure(place, value=Decimal(90), period_end="2024", span="stock")
    builders.figure(place, value=Decimal(50), period_end="2024-06", span="stock")
    assert told().latest.value == 90


def test_a_range_around_the_target_neither_meets_nor_misses_it(place):
    target(place, value=Decimal(90))
    builders.figure(
        place, comparator="between", value=Decimal(80), value_to=Decimal(100)
    )
    assert told().met is None


def test_a_range_around_a_ceiling_neither_keeps_nor_breaks_it(place):
    target(place, comparator="lte", value=Decimal(5))
    builders.figure(place, comparator="between", value=Decimal(3), value_to=Decimal(6))
    assert told().met is None


def test_less_than_the_ceiling_is_less_than_the_ceiling(place):
    target(place, comparator="lt", value=Decimal(5))
    builders.figure(place, comparator="lt", value=Decimal(5))
    assert told().met is True


def test_multiples_of_other_years_are_not_compared(place):
    facts = {"transformation": "multiple", "unit": "multiple"}
    target(place, value=Decimal(2), base_period="2020", **facts)
    builders.figure(place, value=Decimal(3), base_period="2024", **facts)
    assert told().share is None


def test_totals_since_other_years_are_not_compared(place):
    facts = {"span": "cumulative"}
    target(place, period_start="2025", **facts)
    builders.figure(
        place, value=Decimal(300), period_start="2010", period_end="2024", **facts
    )
    assert told().met is None


def agency(place, code, **facts):
    facts = {"name": code, "kind": "bank", "publication": "published", **facts}
    return Agency.objects.create(code=code, region=place, **facts)


def test_what_one_bank_lent_is_not_what_another_aims_at(place):
    here = builders.passage(place)
    target(None, passage=here, agency=agency(place, "420100-a"))
    theirs = agency(place, "420100-b")
    builders.figure(None, passage=here, value=Decimal(300), agency=theirs)
    assert told().latest is None


def test_what_a_bank_lent_in_a_city_is_not_what_the_city_lent(place):
    target(place)
    builders.figure(place, value=Decimal(300), agency=agency(place, "420100-b"))
    assert told().latest is None


def test_a_case_is_not_compared_with_another_case(place):
    builders.passage(place)
    where = builders.passage(place, "¶2")
    one, other = (
        Case.objects.create(
            code=f"420100-{name}",
            title=name,
            beneficiary=name,
            passage=where,
            publication="published",
        )
        for name in ("a", "b")
    )
    target(None, passage=where, case=one)
    builders.figure(None, passage=where, value=Decimal(300), case=other)
    assert told().latest is None


def test_words_of_two_documents_are_not_one_body(place, admin_client):
    for code in ("420100-a", "420100-b"):
        where = builders.passage(
            place,
            "§1",
            kind="measure",
            document=builders.document(place, code, title=code),
        )
        Responsibility.objects.create(
            passage=where,
            role="responsible",
            source="listed",
            order=1,
            as_written="等部门",
        )
    answer = admin_client.get("/admin/matrix/?region=420100")
    bodies = [row for _t, rows in answer.context["matrix"].groups for row in rows]
    assert len(bodies) == 2


def test_locators_are_inert_in_the_heading_of_the_csv(place, admin_client):
    where = builders.passage(place, "=1+1", kind="measure")
    Responsibility.objects.create(
        passage=where,
        role="responsible",
        source="listed",
        order=1,
        as_written="市科技局",
    )
    answer = admin_client.get(f"/admin/matrix/?document={where.document_id}&format=csv")
    header = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert header.split(",")[-1] == "'=1+1"


def test_states_are_counted_among_what_the_reason_leaves(place, admin_client):
    target(place)
    builders.figure(place, value=Decimal(120))
    answer = admin_client.get("/admin/tracker/?gap=words")
    counts = {row["state"].value: row["number"] for row in answer.context["states"]}
    assert counts["met"] == 0


def test_a_page_of_a_file_is_refused(place, admin_client):
    target(place)
    assert admin_client.get("/admin/tracker/?format=csv&page=7").status_code == 400


def test_a_file_of_no_matrix_is_refused(place, admin_client):
    assert admin_client.get("/admin/matrix/?format=csv").status_code == 400


def test_a_range_keeps_its_upper_end_in_the_file(place, admin_client):
    target(place, comparator="between", value=Decimal(100), value_to=Decimal(200))
    answer = admin_client.get("/admin/tracker/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert ",200," in text


def test_the_share_is_not_rounded_up_to_all(place):
    target(place, value=Decimal(100000))
    builders.figure(place, value=Decimal(99999))
    row = told()
    assert row.met is False and row.share.value < 100
