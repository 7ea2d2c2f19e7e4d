"""Quantities: what texts write is read exactly, and printed to read the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.numerals import numerals
from registry.printing import phrase, spell
from registry.quantities import (
    Quantity,
    QuantityError,
    comparator_of,
    parse,
    stated,
)

READ = {
    "1.74万亿元": ("eq", "1740000000000", "CNY"),
    "92.84亿元": ("eq", "9284000000", "CNY"),
    "2180余笔": ("gt", "2180", "count"),
    "2000余万元": ("gt", "20000000", "CNY"),
    "0.2‰": ("eq", "0.02", "percent"),
    "超三成": ("gt", "30", "percent"),
    "五成": ("eq", "50", "percent"),
    "最长3年期": ("lte", "36", "month"),
    "不超过20万元": ("lte", "200000", "CNY"),
    "1000万元以下": ("lte", "10000000", "CNY"),
    "10亿元以上": ("gte", "1000000000", "CNY"),
    "最高可达2000万元": ("lte", "20000000", "CNY"),
    "近亿元": ("approx_below", "100000000", "CNY"),
    "千万元级": ("order", "10000000", "CNY"),
    "约1400户": ("approx", "1400", "count"),
    "不低于20%": ("gte", "20", "percent"),
    "50％": ("eq", "50", "percent"),
    "1∶1": ("eq", "1", "ratio"),
    "一周": ("eq", "7", "day"),
    "半年": ("eq", "6", "month"),
    "全覆盖": ("eq", "100", "percent"),
    "899家次": ("eq", "899", "instance"),
    "1.9倍": ("eq", "1.9", "multiple"),
    "1000万": ("eq", "10000000", ""),
    "2,000,000": ("eq", "2000000", ""),
    "1.23 trillion yuan": ("eq", "1230000000000", "CNY"),
    "exceeding 900 billion yuan": ("gt", "900000000000", "CNY"),
    "up to 10 million yuan": ("lte", "10000000", "CNY"),
    "five years": ("eq", "60", "month"),
}


@pytest.mark.parametrize("text", READ)
def test_it_reads(text):
    comparator, value, unit = READ[text]
    assert parse(text) == Quantity(comparator, Decimal(value), unit)


def test_a_change_has_its_value_before():
    read = parse("从1000万元提高至3000万元")
    assert (read.previous, read.value) == (10_000_000, 30_000_000)


@pytest.mark.parametrize("text", ["30万元至50万元", "30—50万元"])
def test_a_range_has_both_ends(text):
    read = parse(text)
    assert (read.comparator, read.value, read.value_to) == ("between", 300000, 500000)


@pytest.mark.parametrize(
    "text",
    ["", "很多", "省级以上", "签约", "近年", "1000万x", "3年元", "约3个以上", "2024年"],
)
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(QuantityError):
        parse(text)


@pytest.mark.parametrize("text", ["1234567890123456", f"1.{'0' * 37}1"])
def test_more_digits_than_both_databases_keep_are_refused(text):
    with pytest.raises(QuantityError, match="15"):
        parse(text)


amounts = st.decimals(
    min_value=1, max_value=10**13, places=2, allow_nan=False, allow_infinity=False
).filter(lambda value: len(value.normalize().as_tuple().digits) <= 15)
units = st.sampled_from(["CNY", "USD", "HKD", "percent", "month", "day", "multiple"])
languages = st.sampled_from(["zh-hans", "en"])


@given(amounts, units, languages)
def test_what_is_printed_reads_as_the_same_value(value, unit, language):
    read = parse(spell(value, unit, language))
    assert (read.value, read.unit) == (value, unit)


@given(
    amounts,
    units,
    st.sampled_from(["eq", "gt", "gte", "lt", "lte", "approx", "approx_below"]),
    languages,
)
def test_a_phrase_reads_as_the_same_quantity(value, unit, comparator, language):
    quantity = Quantity(comparator, value, unit)
    assert parse(phrase(quantity, language)) == quantity


@given(amounts, amounts.filter(bool), languages)
def test_a_printed_change_reads_as_the_same(before, value, language):
    quantity = Quantity("eq", value, "CNY", previous=before)
    assert parse(phrase(quantity, language)) == quantity


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        ("10000000", "CNY", "1000万元", "10 million yuan"),
        ("1740000000000", "CNY", "1.74万亿元", "1.74 trillion yuan"),
        ("36", "month", "3年", "3 years"),
        ("18", "month", "18个月", "18 months"),
        ("12", "month", "1年", "1 year"),
        ("0.02", "percent", "0.02%", "0.02%"),
        ("1", "ratio", "1∶1", "1∶1"),
        ("2180", "count", "2180", "2,180"),
    ],
)
def test_it_prints_in_natural_units(value, unit, chinese, english):
    assert spell(Decimal(value), unit) == chinese
    assert spell(Decimal(value), unit, "en") == english


def test_values_are_stated_in_their_order():
    assert stated("30万元、20万元、10万元", "CNY") == [300000, 200000, 100000]


def test_a_value_of_another_unit_is_not_stated():
    assert stated("最长3年期", "CNY") == []


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("不低于当年新增投资额的20%", "gte"),
        ("签约1.74万亿元", "eq"),
        ("贷款余额6140亿元", "eq"),
        ("投资2000余万元", "gt"),
        ("新增达到10亿元以上", "gte"),
    ],
)
def test_the_comparator_is_the_word_that_touches_the_number(text, comparator):
    assert comparator_of(text, numerals(text)[0]) == comparator


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2025-2027年", [2025, 2027]),
        ("一体化", [1]),
        ("二十八", [28]),
        ("一百二十三", [123]),
        ("二〇二五", [2025]),
        ("三万亿", [3 * 10**12]),
        ("一亿二千万", [120_000_000]),
        ("two billion", [2 * 10**9]),
        ("没有", []),
    ],
)
def test_every_numeral_of_a_text_is_found(text, values):
    assert [numeral.value for numeral in numerals(text)] == values


@given(st.integers(min_value=0, max_value=10**12))
def test_arabic_digits_are_found_wherever_they_stand(number):
    (found,) = numerals(f"共{number}户")
    assert found.value == number
