"""/programs/compare/: the same thing of each program on one line."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Agency, Category, Program
from registry import publication
from registry.fields import RECORD_CODE
from tests import builders
from tests.contracts import assert_answer
from tests.earlier import happened_on

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/programs/compare/"
A, B = "310000-a", "310000-b"


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


@pytest.fixture
def pair(place):
    """Two programs that say nothing but what they are."""
    return [builders.program(place, code, name="贷") for code in (A, B)]


@pytest.fixture
def compare(client):
    def get(query=f"codes={A},{B}", **headers):
        answer = client.get(f"{ADDRESS}?{query}", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture
def line(compare):
    """A function that gives the line of that aspect, or of that code in it."""

    def get(aspect, code=None):
        (found,) = [
            one
            for one in compare()["lines"]
            if one["aspect"]["code"] == aspect and one["line"]["code"] in (code, aspect)
        ]
        return found

    return get


def limits(line):
    return [[value["label"] for value in cell["values"]] for cell in line["cells"]]


def amount(program, value=10_000_000, **facts):
    facts = {"kind": "amount", "as_written": "额度", **facts}
    return builders.term(program.region, program=program, value=Decimal(value), **facts)


def test_programs_stand_in_the_order_asked_for(pair, compare):
    told = compare(f"codes={B},{A}")
    assert [program["code"] for program in told["programs"]] == [B, A]


def test_what_both_state_alike_does_not_differ(pair, line):
    assert line("region")["differs"] is False


def test_what_they_state_otherwise_differs(pair, line):
    Program.objects.filter(pk=B).update(lifecycle="active")
    assert line("lifecycle")["differs"] is True


def test_what_none_states_has_no_line(pair, compare):
    names = {one["aspect"]["code"] for one in compare()["lines"]}
    assert names == {"name", "kind", "instrument", "region"}


def test_terms_of_the_same_thing_stand_side_by_side(pair, line):
    amount(pair[0])
    amount(pair[1], 20_000_000)
    told = line("terms", "amount.CNY...")
    assert limits(told) == [["不超过1000万元"], ["不超过2000万元"]]
    assert told["differs"] is True


@pytest.mark.parametrize(
    "other",
    [{"kind": "size"}, {"unit": "USD"}, {"per": "loan"}, {"base": "订单金额"},
     {"frequency": "yearly"}],
)  # fmt: skip
def test_terms_of_another_thing_stand_on_another_line(pair, compare, other):
    amount(pair[0])
    amount(pair[1], **other)
    lines = [one for one in compare()["lines"] if one["aspect"]["code"] == "terms"]
    assert [[bool(c["values"]) for c in one["cells"]] for one in lines] in (
        [[True, False], [False, True]],
        [[False, True], [True, False]],
    )


def test_the_same_limit_told_in_other_words_does_not_differ(pair, line):
    amount(pair[0], as_written="最高1000万元")
    amount(pair[1], as_written="不超过1000万元")
    assert line("terms", "amount.CNY...")["differs"] is False


@pytest.mark.parametrize(
    "other",
    [{"comparator": "lt"}, {"applies_to": "小微企业"}, {"condition": "有担保"}],
)
def test_limits_for_others_or_beyond_the_number_differ(pair, line, other):
    amount(pair[0])
    amount(pair[1], **other)
    assert line("terms", "amount.CNY...")["differs"] is True


def test_a_term_leads_to_its_passage(pair, line):
    told = amount(pair[0])
    cells = line("terms", "amount.CNY...")["cells"]
    assert [p["code"] for p in cells[0]["passages"]] == [told.passage_id]
    assert cells[1] == {"values": [], "terms": [], "passages": []}


def test_roles_stand_by_what_is_done(place, pair, line):
    bank = Agency.objects.create(
        code="310000-bank", name="银行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip
    pair[0].roles.create(role="lender", order=1, agency=bank)
    pair[1].roles.create(role="lender", order=1, as_written="七家银行", since="2025")
    assert limits(line("roles", "lender")) == [["银行"], ["七家银行 (2025)"]]


def test_categories_stand_by_scheme(pair, line):
    for code, scheme in (("seed", "stage"), ("tech_firm", "audience")):
        Category.objects.create(code=code, scheme=scheme, name=code)
    pair[0].categories.set(["seed", "tech_firm"])
    assert limits(line("stage")) == [["seed"], []]
    assert limits(line("audience")) == [["tech_firm"], []]


def test_sources_stand_by_document(place, pair, line):
    passages = [builders.passage(place, f"¶{n}") for n in (1, 2)]
    for program, passage in zip(pair, passages, strict=True):
        program.citations.create(passage=passage)
    assert limits(line("sources", "310000-wenjian")) == [["¶1"], ["¶2"]]


def test_only_what_differs_when_asked_for(pair, compare):
    Program.objects.filter(pk=B).update(lifecycle="active")
    lines = compare(f"codes={A},{B}&only=differing")["lines"]
    assert [one["aspect"]["code"] for one in lines] == ["lifecycle"]


def test_as_csv_it_has_a_column_for_each_program(pair, client):
    amount(pair[0])
    answer = client.get(f"{ADDRESS}?codes={A},{B}&format=csv")
    *rows, end = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert end["aspect"] == f"#rows={len(rows)}"
    (row,) = [row for row in rows if row["aspect"] == "terms"]
    assert (row[A], row[B], row["differs"]) == ("不超过1000万元", "", "true")


@pytest.fixture
def refusal(client):
    def get(query):
        answer = client.get(f"{ADDRESS}?{query}", headers={"accept-language": "en"})
        assert answer.status_code == 400, answer.content
        return answer.json()

    return get


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "codes"),
        (f"codes={A}", "codes"),
        (f"codes={A},", "codes"),
        (f"codes={A},{A}", "codes"),
        ("codes=" + ",".join(f"310000-{n}" for n in range(11)), "codes"),
        (f"codes={A},{B}&only=all", "only"),
        (f"codes={A},{B}&format=xml", "format"),
        (f"codes={A},{B}&region=310000", "region"),
        (f"codes={A},{B}&search=x", "search"),
    ],
)
def test_what_can_not_be_meant_is_refused(pair, refusal, query, parameter):
    assert refusal(query)["parameter"] == parameter


def test_an_unknown_code_is_named_with_what_was_meant(pair, refusal):
    told = refusal(f"codes={A},310000-bb")
    assert told["detail"] == "“310000-bb” is no published program."
    assert told["did_you_mean"] == B


def test_a_draft_is_as_good_as_unknown(place, pair, refusal):
    builders.program(place, "310000-d", publication="draft")
    told = refusal(f"codes={A},310000-d")
    assert told["detail"] == "“310000-d” is no published program."
    assert "310000-d" not in told["allowed"]


def test_a_withdrawn_program_is_told_to_be(pair, refusal):
    publication.withdraw(pair[1], by="wang", reason="")
    assert refusal(f"codes={A},{B}")["detail"] == f"“{B}” was withdrawn."


def test_a_merged_program_names_its_successor(place, pair, refusal):
    successor = builders.program(place, "310000-c")
    Program.objects.filter(pk=B).update(publication="withdrawn", merged_into=successor)
    told = refusal(f"codes={A},{B}")
    assert told["allowed"] == ["310000-c"]
    assert told["detail"] == f"“{B}” was merged into “310000-c”: ask for that."


def test_no_program_can_have_the_routes_name():
    assert not re.fullmatch(RECORD_CODE, "compare")


def test_it_costs_the_same_for_two_programs_and_for_ten(place, client):
    codes = []

    def cost():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{ADDRESS}?codes={','.join(codes)}")
            assert answer.status_code == 200
        return len(queries)

    def add(number):
        program = builders.program(place, f"310000-p{number}")
        passage = builders.passage(place, f"¶{number}")
        program.citations.create(passage=passage)
        amount(program, passage=passage)
        program.roles.create(role="lender", order=1, as_written="银行")
        codes.append(program.pk)

    add(1), add(2)
    before = cost()
    for number in range(3, 11):
        add(number)
    assert cost() == before <= 16


@pytest.mark.django_db(transaction=True)
def test_the_past_is_compared_as_it_was(pair, compare):
    happened_on("2026-03-01")
    Program.objects.filter(pk=B).update(lifecycle="active")
    then = compare(f"codes={A},{B}&as_of=2026-03-01")
    assert "lifecycle" not in {one["aspect"]["code"] for one in then["lines"]}
    now = compare()
    assert "lifecycle" in {one["aspect"]["code"] for one in now["lines"]}


def test_a_whole_answer_is_as_agreed(shipped, compare):
    codes = "310000-xindonglidai,420100-zhishi-jiazhi-xinyongdai"
    answer = compare(f"codes={codes}&only=differing")
    assert_answer("compare", answer)
