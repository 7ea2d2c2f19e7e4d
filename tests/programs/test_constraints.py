"""What the database itself refuses, whoever writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from programs.models import Agency, AgencyAlias, Category, Figure, Indicator, Program
from tests import builders


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市")


@pytest.fixture
def loans(db):
    return Indicator.objects.create(code="loan_balance", name="贷款余额", unit="CNY")


def refused(make):
    def written():
        make()
        connection.check_constraints()

    with pytest.raises(DatabaseError), transaction.atomic():
        written()
    return True


def figure(place, **facts):
    facts = {
        "comparator": "eq", "value": Decimal(1), "unit": "CNY", "as_written": "1元",
        **facts,
    }  # fmt: skip
    return Figure.objects.create(passage=builders.passage(place), **facts)


def agency(place, **facts):
    facts = {"code": "310000-a", "name": "甲", "kind": "bank", **facts}
    return Agency.objects.create(region=place, **facts)


def in_calendar(text):
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@pytest.mark.parametrize("year", ["0000", "1900", "2000", "2023", "2024"])
def test_a_day_is_one_of_the_calendar(place, year):
    program = builders.program(place)
    wrong = []
    for month in range(1, 13):
        for day in range(28, 32):
            text = f"{year}-{month:02}-{day}"
            try:
                with transaction.atomic():
                    Program.objects.filter(pk=program.pk).update(launched=text)
                taken = True
            except IntegrityError:
                taken = False
            if taken != in_calendar(text):
                wrong.append(text)
    assert wrong == []


def test_a_term_without_its_passage(place):
    term = builders.term(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(term).objects.filter(pk=term.pk).update(passage=None)


@pytest.mark.parametrize(
    "facts",
    [
        {"value": None},
        {"unit": ""},
        {"comparator": ""},
        {"comparator": "between"},
        {"comparator": "between", "value_to": Decimal(1)},
        {"value_to": Decimal(30_000_000)},
        {"as_written": ""},
        {"kind": "unheard_of"},
        {"unit": "EUR"},
        {"kind": "risk_share", "unit": "percent", "value": Decimal("100.01")},
        {"value": None, "unit": "", "comparator": "lte", "previous": Decimal(1)},
    ],
)
def test_a_term_that_contradicts_itself(place, facts):
    assert refused(lambda: builders.term(place, **facts))


def test_a_share_of_the_whole_is_taken(place):
    term = builders.term(place, kind="risk_share", unit="percent", value=Decimal(100))
    assert term.pk


def test_a_rate_above_the_whole_is_taken(place):
    assert builders.term(place, kind="leverage", unit="percent", value=Decimal(500)).pk


def test_a_limit_in_words_needs_no_value(place):
    term = builders.term(place, comparator="lte", value=None, unit="")
    assert term.pk


@pytest.mark.parametrize(
    "facts",
    [
        {"indicator": None},
        {"value": None, "unit": "", "comparator": ""},
        {"period_start": "2025-04", "period_end": "2025-03-31"},
        {"span": "stock", "period_start": "2024", "period_end": "2025"},
        {"transformation": "multiple", "unit": "multiple"},
        {"transformation": "share", "unit": "percent", "value": Decimal(101)},
        {"period_end": "2025-13"},
        {"period_end": "去年"},
        {"nature": "hoped"},
    ],
)
def test_a_figure_that_contradicts_itself(place, loans, facts):
    facts = {"indicator": loans, **facts}
    assert refused(lambda: figure(place, **facts))


def test_a_figure_with_both_a_value_and_a_comparison(place, loans):
    assert refused(lambda: figure(place, indicator=loans, versus=loans))


def test_a_comparison_that_does_not_compare(place, loans):
    facts = {"indicator": loans, "versus": loans, "value": None, "unit": ""}
    assert refused(lambda: figure(place, comparator="eq", **facts))


def test_a_period_within_its_end_is_taken(place, loans):
    period = {"period_start": "2025-05", "period_end": "2025"}
    assert figure(place, indicator=loans, **period).pk


@pytest.mark.parametrize("uscc", ["11440700MB2C90725T", "91110108551385082Q"])
def test_a_valid_uscc_is_taken(place, uscc):
    assert agency(place, uscc=uscc).pk


@pytest.mark.parametrize(
    "uscc",
    ["91350100M000100Y4A", "11440700MB2C90725", "11440700MB2C9072IT", "x" * 18],
)
def test_an_invalid_uscc(place, uscc):
    assert refused(lambda: agency(place, uscc=uscc))


def test_a_division_of_nothing(place):
    assert refused(lambda: agency(place, kind="division"))


def test_one_name_for_two_agencies_of_a_region(place):
    first, second = agency(place), agency(place, code="310000-b")
    AgencyAlias.objects.create(agency=first, name="市委金融办", region=place)
    assert refused(
        lambda: AgencyAlias.objects.create(
            agency=second, name="市委金融办", region=place
        )
    )


def test_a_strategy_of_what_is_no_fund(place):
    assert refused(lambda: builders.program(place, fund_strategy="seed"))


def test_an_end_before_the_launch(place):
    assert refused(lambda: builders.program(place, launched="2025-02", ended="2025-01"))


def test_two_documents_of_one_number(place):
    builders.document(place, number="武政办〔2025〕67号")
    assert refused(
        lambda: builders.document(place, "310000-b", number="武政办〔2025〕67号")
    )


def test_a_fifth_stage(db):
    assert refused(
        lambda: Category.objects.create(code="decline", scheme="stage", name="衰退期")
    )


@pytest.mark.parametrize("code", ["310000-新动力贷", "310000-X", ""])
def test_a_code_in_other_characters(place, code):
    assert refused(lambda: builders.program(place, code))


def test_a_value_that_sqlite_would_round(place):
    with pytest.raises(ValidationError, match="15"):
        builders.term(place, value=Decimal("1234567890123.456"))


@pytest.mark.parametrize("value", [Decimal("2.1234567"), "2.1234567"])
def test_a_value_that_postgresql_would_round(place, value):
    with pytest.raises(ValidationError, match="6"):
        builders.term(place, value=value)


def test_a_value_of_six_places_and_noughts_is_kept(place):
    term = builders.term(place, value=Decimal("2.123456000"))
    term.refresh_from_db()
    assert term.value == Decimal("2.123456")


def test_saving_a_second_record_of_a_code_does_not_overwrite_the_first(place):
    builders.program(place)
    assert refused(lambda: builders.program(place, name="别的"))
    assert Program.objects.get().name == "新动力贷"
