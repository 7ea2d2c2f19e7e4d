"""What a term proves of a firm's need, comparator by comparator."""

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.models import Program, Term
from tests import builders

pytestmark = pytest.mark.django_db

MET, NOT_MET, OPEN = "met", "not_met", "not_stated"


@pytest.fixture
def program(db):
    return builders.program(builders.region("310000"), lifecycle="active")


@pytest.fixture
def answer(client, program):
    """A function that asks for a criterion of the program."""

    def get(query, name="amount"):
        told = client.get(f"/api/v1/match/?not_met=show&{query}")
        assert told.status_code == 200, told.content
        (row,) = told.json()["results"]
        (one,) = [c for c in row["criteria"] if c["criterion"]["code"] == name]
        assert [row[said] for said in (MET, NOT_MET, OPEN)] == [
            sum(c["answer"]["code"] == said for c in row["criteria"])
            for said in (MET, NOT_MET, OPEN)
        ]
        return one["answer"]["code"]

    return get


def term(program, comparator="lte", value="100", value_to=None, **facts):
    if value_to:
        facts["value_to"] = Decimal(value_to)
    facts = {"kind": "amount", "as_written": "额度", **facts}
    return builders.term(
        program.region, program=program, comparator=comparator,
        value=Decimal(value), **facts,
    )  # fmt: skip


# What a program gives that says 额度 with this comparator and 100 (or 50 to 100).
LIMITS = {
    "lte": {"99": MET, "100": MET, "101": NOT_MET},
    "eq": {"99": MET, "100": MET, "101": NOT_MET},
    "lt": {"99": MET, "100": NOT_MET, "101": NOT_MET},
    "gte": {"99": OPEN, "100": MET, "101": OPEN},
    "gt": {"99": OPEN, "100": OPEN, "101": OPEN},
    "between": {"49": NOT_MET, "50": MET, "100": MET, "101": NOT_MET},
    "approx": {"90": MET, "91": OPEN, "110": OPEN, "111": NOT_MET},
    "approx_below": {"90": MET, "91": OPEN, "99": OPEN, "100": NOT_MET},
    "order": {"100": MET, "101": OPEN, "999": OPEN, "1000": NOT_MET},
}
# What a firm pays of which the program says 费率 with this comparator and 2 (1 to 2).
PRICES = {
    "lte": {"2": MET, "3": MET, "1": OPEN},
    "eq": {"2": MET, "1.9": NOT_MET},
    "lt": {"2": MET, "1": OPEN},
    "gte": {"1.9": NOT_MET, "2": OPEN, "3": OPEN},
    "gt": {"1.9": NOT_MET, "2": NOT_MET, "3": OPEN},
    "between": {"0.9": NOT_MET, "1": OPEN, "1.9": OPEN, "2": MET},
    "approx": {"1.7": NOT_MET, "1.8": OPEN, "2.1": OPEN, "2.2": MET},
    "approx_below": {"1.7": NOT_MET, "1.8": OPEN, "1.9": OPEN, "2": MET},
    "order": {"1.9": NOT_MET, "2": OPEN, "19": OPEN, "20": MET},
}


@pytest.mark.parametrize(
    ("kind", "unit", "ends", "asked_in", "table"),
    [
        ("amount", "CNY", ("50", "100"), "元", LIMITS),
        ("fee_rate", "percent", ("1", "2"), "%25", PRICES),
    ],
)
def test_every_comparator_proves_what_it_says(
    client, program, kind, unit, ends, asked_in, table
):
    for comparator in table:
        low, high = ends if comparator == "between" else (ends[1], None)
        of = builders.program(program.region, f"310000-{comparator.replace('_', '-')}")
        term(of, comparator, low, high, kind=kind, unit=unit)
    found = {comparator: {} for comparator in table}
    for asked in {asked for cases in table.values() for asked in cases}:
        query = f"{kind}={asked}{asked_in}&not_met=show&term={kind}"
        for row in client.get(f"/api/v1/match/?{query}").json()["results"]:
            slug = row["program"]["code"].removeprefix("310000-").replace("-", "_")
            if asked in table.get(slug, {}):
                found[slug][asked] = row["criteria"][0]["answer"]["code"]
    assert found == table


def test_without_a_limit_nothing_is_met(answer):
    assert answer("amount=1元") == OPEN


def test_a_limit_without_a_number_proves_nothing(program, answer):
    Term.objects.filter(pk=term(program).pk).update(value=None, unit="")
    assert answer("amount=1元") == OPEN


def test_another_currency_proves_nothing(program, answer):
    term(program, unit="USD")
    assert answer("amount=1元") == OPEN


def test_days_prove_nothing_of_months(program, answer):
    term(program, kind="tenor", unit="day", value="900")
    assert answer("tenor=1个月", "tenor") == OPEN


@pytest.mark.parametrize("per", ["institution", "fund"])
def test_the_limit_of_a_pot_is_none_of_a_firms(program, answer, per):
    term(program, per=per)
    assert answer("amount=1元") == OPEN


@pytest.mark.parametrize("per", ["enterprise", "loan", "project", "issue"])
def test_a_limit_per_case_is_a_firms(program, answer, per):
    term(program, per=per)
    assert answer("amount=1元") == MET


def test_one_term_that_reaches_is_enough(program, answer):
    term(program, value="50", applies_to="小微企业")
    term(program, value="100", applies_to="中小企业")
    assert answer("amount=80元") == MET


def test_one_term_that_leaves_it_open_keeps_it_open(program, answer):
    term(program, value="50", applies_to="小微企业")
    term(program, value="50", comparator="gt", applies_to="中小企业")
    assert answer("amount=80元") == OPEN


def test_a_limit_of_its_own_goes_before_what_is_guaranteed(program, answer):
    term(program, value="50")
    term(program, value="100", kind="guarantee_amount")
    assert answer("amount=80元") == NOT_MET


def test_what_is_guaranteed_counts_where_no_other_limit_is_stated(program, answer):
    term(program, kind="guarantee_amount")
    assert answer("amount=80元") == MET


def test_a_draft_of_a_term_states_nothing(program, answer):
    term(program, publication="draft")
    assert answer("amount=80元") == OPEN


def test_who_gives_no_firm_money_gives_none(program, answer):
    Program.objects.update(kind="event")
    assert answer("amount=1元") == NOT_MET


def test_the_term_says_what_it_proves(client, program):
    held = term(program, value="50", applies_to="小微企业")
    more = term(program, value="100", applies_to="中小企业")
    (row,) = client.get("/api/v1/match/?amount=80元").json()["results"]
    told = {one["code"]: one["answer"] for one in row["criteria"][0]["terms"]}
    assert told == {held.pk: NOT_MET, more.pk: MET}


@settings(max_examples=25)
@given(
    comparator=st.sampled_from(list(LIMITS)),
    value=st.integers(1, 300),
    more=st.integers(1, 300),
    asked=st.integers(1, 3000),
)
def test_what_is_met_is_found_by_the_filter(comparator, value, more, asked):
    """The filter takes any term that reaches the value; met asks for more than that."""
    if not Term.objects.exists():
        term(builders.program(builders.region("310000")))
    high = value + more if comparator == "between" else None
    Term.objects.update(comparator=comparator, value=value, value_to=high)
    client = Client()
    found = client.get(f"/api/v1/match/?amount={asked}&not_met=show").json()
    said = found["results"][0]["criteria"][0]["answer"]["code"]
    filtered = client.get(f"/api/v1/programs/?amount__gte={asked}").json()["count"]
    assert said != MET or filtered == 1
