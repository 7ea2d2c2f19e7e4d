from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.comparators import COMPARATORS
from registry.quantities import Quantity, QuantityError, parse, phrase, spell
from registry.units import UNITS

LANGUAGES = ["zh-hans", "en"]

EXAMPLES = [
    ("1.74万亿元", "eq", "1740000000000", "CNY"),
    ("92.84亿元", "eq", "9284000000", "CNY"),
    ("2180余笔", "gt", "2180", "count"),
    ("2000余万元", "gt", "20000000", "CNY"),
    ("0.2‰", "eq", "0.02", "percent"),
    ("超三成", "gt", "30", "percent"),
    ("五成", "eq", "50", "percent"),
    ("最长3年期", "lte", "36", "month"),
    ("不超过20万元", "lte", "200000", "CNY"),
    ("最高不超过20万元", "lte", "200000", "CNY"),
    ("最高可达2000万元", "lte", "20000000", "CNY"),
    ("1000万元以下", "lte", "10000000", "CNY"),
    ("20万元以内", "lte", "200000", "CNY"),
    ("3年内", "lte", "36", "month"),
    ("1.23 trillion yuan", "eq", "1230000000000", "CNY"),
    ("exceeding 900 billion yuan", "gt", "900000000000", "CNY"),
    ("up to 3 million yuan", "lte", "3000000", "CNY"),
    ("at least 20%", "gte", "20", "percent"),
    ("less than 5 days", "lt", "5", "day"),
    ("below 1%", "lt", "1", "percent"),
    ("about 1,400", "approx", "1400", ""),
    ("nearly 50%", "approx_below", "50", "percent"),
    ("1∶1", "eq", "1", "ratio"),
    ("1:1", "eq", "1", "ratio"),
    ("1:4", "eq", "0.25", "ratio"),
    ("近亿元", "approx_below", "100000000", "CNY"),
    ("千万元级", "order", "10000000", "CNY"),
    ("约1400户", "approx", "1400", "count"),
    ("1400户左右", "approx", "1400", "count"),
    ("3个以上", "gte", "3", "count"),
    ("10亿元以上", "gte", "1000000000", "CNY"),
    ("达到10亿元以上", "gte", "1000000000", "CNY"),
    ("不低于20%", "gte", "20", "percent"),
    ("低于20%", "lt", "20", "percent"),
    ("不满20%", "lt", "20", "percent"),
    ("突破万亿", "gt", "1000000000000", ""),
    ("1%以下", "lte", "1", "percent"),
    ("提高至5%", "eq", "5", "percent"),
    ("降至1%", "eq", "1", "percent"),
    ("一周", "eq", "7", "day"),
    ("半年", "eq", "6", "month"),
    ("季度", "eq", "3", "month"),
    ("全覆盖", "eq", "100", "percent"),
    ("899家次", "eq", "899", "instance"),
    ("1.9倍", "eq", "1.9", "multiple"),
    ("5000吨", "eq", "5000", "tonne_year"),
    ("500万美元", "eq", "5000000", "USD"),
    ("500万港元", "eq", "5000000", "HKD"),
    ("1000万", "eq", "10000000", ""),
    ("25000000", "eq", "25000000", ""),
    ("2,000,000", "eq", "2000000", ""),
    ("3年", "eq", "36", "month"),
    ("180个月", "eq", "180", "month"),
    ("30 days", "eq", "30", "day"),
    ("36-month", "eq", "36", "month"),
    ("50%", "eq", "50", "percent"),
    ("50％", "eq", "50", "percent"),
    ("50 percent", "eq", "50", "percent"),
    (" １０００万元 ", "eq", "10000000", "CNY"),
    ("-5%", "eq", "-5", "percent"),
]

REFUSED = [
    "",
    "万元起",
    "abc",
    "10万元的",
    "签约1.74万亿元",
    "余额50亿元",
    "近年",
    "近3年",
    "省级以上",
    "2024年",
    "5个工作日",
    "5个百分点",
    "1∶3",
    "1:0",
    "约50家以上",
    "30万元、20万元",
    "50万元至30万元",
    "不低于当年新增投资额的20%",
    "从1000提高至3000万元",
    "从约1%提高至3%",
    "从1%提高至3年",
    "1e5",
    "NaN",
    "1" * 300,
    "\x00",
]


@pytest.mark.parametrize(("text", "comparator", "value", "unit"), EXAMPLES)
def test_text_is_read(text, comparator, value, unit):
    assert parse(text) == Quantity(comparator, Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "previous", "unit"),
    [
        ("从1000万元提高至3000万元", "30000000", "10000000", "CNY"),
        ("从1000万提高至3000万元", "30000000", "10000000", "CNY"),
        ("由10家提高到20家", "20", "10", "count"),
        ("由1%降至0.5%", "0.5", "1", "percent"),
        ("from 1% to 3%", "3", "1", "percent"),
    ],
)
def test_change_keeps_the_former_value(text, value, previous, unit):
    expected = Quantity("eq", Decimal(value), unit, previous=Decimal(previous))
    assert parse(text) == expected


def test_change_keeps_the_comparator_of_its_end():
    assert parse("从30%提高至50%以上").comparator == "gte"


@pytest.mark.parametrize(
    "text", ["30万元至50万元", "30—50万元", "30-50万元", "30万~50万元"]
)
def test_range_has_two_values(text):
    expected = Quantity("between", Decimal(300000), "CNY", value_to=Decimal(500000))
    assert parse(text) == expected


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused(text):
    with pytest.raises(QuantityError):
        parse(text)


def test_refusal_names_the_text():
    with pytest.raises(QuantityError, match="10万元的"):
        parse("10万元的")


def test_refusal_names_what_is_accepted():
    with pytest.raises(QuantityError, match="30万元至50万元"):
        parse("10万元的")


def test_fifteen_significant_digits_are_kept():
    assert parse("123456789012345元").value == 123456789012345


@pytest.mark.parametrize(
    "text", ["1234567890123456元", "1.0000000000000000000000000000000000001元"]
)
def test_sixteen_significant_digits_are_refused(text):
    with pytest.raises(QuantityError, match="15"):
        parse(text)


def test_unit_is_taken_for_a_number_that_names_none():
    assert parse("1000万", unit="CNY").unit == "CNY"


def test_a_written_unit_stands_against_the_one_expected():
    assert parse("50%", unit="CNY").unit == "percent"


@pytest.mark.parametrize(
    "given_",
    [
        ("most", Decimal(1), "CNY"),
        ("eq", Decimal(1), "EUR"),
        ("eq", Decimal("NaN"), "CNY"),
        ("between", Decimal(1), "CNY"),
        ("eq", Decimal(1), "CNY", Decimal(2)),
        ("between", Decimal(2), "CNY", Decimal(2)),
    ],
)
def test_quantity_that_no_column_could_hold_is_refused(given_):
    with pytest.raises(QuantityError):
        Quantity(*given_)


def test_unlisted_comparator_is_answered_with_the_list():
    with pytest.raises(QuantityError, match="approx_below"):
        Quantity("most", Decimal(1), "CNY")


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        ("10000000", "CNY", "1000万元", "10 million yuan"),
        ("1740000000000", "CNY", "1.74万亿元", "1.74 trillion yuan"),
        ("123456789", "CNY", "12345.6789万元", "123,456,789 yuan"),
        ("123456789.1", "CNY", "123456789.1元", "123,456,789.1 yuan"),
        ("200000", "CNY", "20万元", "200,000 yuan"),
        ("5000000", "USD", "500万美元", "5 million US dollars"),
        ("5000000", "HKD", "500万港元", "5 million Hong Kong dollars"),
        ("0.02", "percent", "0.02%", "0.02%"),
        ("36", "month", "3年", "3 years"),
        ("12", "month", "1年", "1 year"),
        ("18", "month", "18个月", "18 months"),
        ("0", "month", "0个月", "0 months"),
        ("24288", "month", "24288个月", "24,288 months"),
        ("7", "day", "7天", "7 days"),
        ("1", "ratio", "1∶1", "1∶1"),
        ("2180", "count", "2180", "2,180"),
        ("15000", "count", "1.5万", "15,000"),
        ("12345", "count", "12345", "12,345"),
        ("899", "instance", "899次", "899 instances"),
        ("1.9", "multiple", "1.9倍", "1.9 times"),
        ("5000", "tonne_year", "5000吨/年", "5,000 tonnes a year"),
        ("1E+10", "CNY", "100亿元", "10 billion yuan"),
        ("30.000000", "percent", "30%", "30%"),
    ],
)
def test_value_is_spelled_in_natural_units(value, unit, chinese, english):
    assert spell(Decimal(value), unit, "zh-hans") == chinese
    assert spell(Decimal(value), unit, "en") == english


@pytest.mark.parametrize(
    ("quantity", "chinese", "english"),
    [
        (("lte", 10**7, "CNY"), "不超过1000万元", "up to 10 million yuan"),
        (("gte", 20, "percent"), "不低于20%", "at least 20%"),
        (("gt", 2180, "count"), "超过2180", "more than 2,180"),
        (("approx_below", 36, "month"), "接近3年", "nearly 3 years"),
        (("order", 10**7, "CNY"), "1000万元级", "in the order of 10 million yuan"),
        (("between", 3, "percent", 5), "3%至5%", "3% to 5%"),
        (("eq", 3, "percent", None, 1), "从1%提高至3%", "from 1% to 3%"),
        (("eq", 1, "percent", None, 3), "从3%降至1%", "from 3% to 1%"),
    ],
)
def test_quantity_is_phrased_with_its_comparator(quantity, chinese, english):
    comparator, *numbers = quantity
    value, unit, value_to, previous = (*numbers, None, None)[:4]
    whole = Quantity(
        comparator,
        Decimal(value),
        unit,
        value_to=None if value_to is None else Decimal(value_to),
        previous=None if previous is None else Decimal(previous),
    )
    assert phrase(whole, "zh-hans") == chinese
    assert phrase(whole, "en") == english


values = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    st.integers(min_value=-6, max_value=6),
)
positive = values.map(abs)


@given(values, st.sampled_from(UNITS), st.sampled_from(LANGUAGES))
def test_spelled_value_is_read_back(value, unit, language):
    assume(unit != "ratio" or value >= 0)
    read = parse(spell(value, unit, language), unit=unit)
    assert (read.comparator, read.value, read.unit) == ("eq", value, unit)


NAMED = sorted(set(UNITS) - {"count"})


@given(values, st.sampled_from(NAMED), st.sampled_from(LANGUAGES))
def test_spelled_value_names_its_unit(value, unit, language):
    assume(unit != "ratio" or value >= 0)
    assert parse(spell(value, unit, language)).unit == unit


@st.composite
def quantities(draw):
    unit = draw(st.sampled_from(UNITS))
    numbers = positive if unit == "ratio" else values
    comparator = draw(st.sampled_from(COMPARATORS))
    value = draw(numbers)
    value_to = None
    if comparator == "between":
        value_to = draw(numbers)
        assume(value_to > value)
    previous = draw(st.none() | numbers)
    return Quantity(comparator, value, unit, value_to, previous)


@given(quantities(), st.sampled_from(LANGUAGES))
def test_phrase_is_read_back(quantity, language):
    assert parse(phrase(quantity, language), unit=quantity.unit) == quantity


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(QuantityError):
        assert parse(text).unit in ("", *UNITS)
