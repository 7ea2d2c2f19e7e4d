from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.numerals import numerals

DIGITS = "零一二三四五六七八九"
SIZES = [("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)]
CHARACTERS = "〇零一二三四五六七八九十百千万亿两"


def in_chinese(number):
    """The formal Chinese numeral of a whole number below 10000万亿."""
    if number < 10:
        return DIGITS[number]
    for name, size in SIZES:
        if number >= size:
            head, rest = divmod(number, size)
            gap = "零" if rest and rest < size // 10 else ""
            return in_chinese(head) + name + (gap + in_chinese(rest) if rest else "")
    raise AssertionError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2180", "2180"),
        ("2,000,000", "2000000"),
        ("7.23", "7.23"),
        ("2000余万", "20000000"),
        ("20多万", "200000"),
        ("1.74万亿", "1740000000000"),
        ("50亿", "5000000000"),
        ("12345万", "123450000"),
        ("3亿5000万", "350000000"),
        ("1亿五千万", "150000000"),
        ("5千万", "50000000"),
        ("1万3000", "13000"),
        ("0.5万", "5000"),
        ("零万", "0"),
        ("五", "5"),
        ("两", "2"),
        ("十五", "15"),
        ("二十", "20"),
        ("一百二十三", "123"),
        ("一百零五", "105"),
        ("一百十五", "115"),
        ("一百二", "120"),
        ("一万五", "15000"),
        ("五千两百万", "52000000"),
        ("二〇二五", "2025"),
        ("千万", "10000000"),
        ("一万万", "100000000"),
        ("万亿", "1000000000000"),
        ("1.23 trillion", "1230000000000"),
        ("900 billion", "900000000000"),
        ("3 Million", "3000000"),
        ("Five", "5"),
        ("twelve", "12"),
        ("fifty-seven", "57"),
        ("three hundred thousand", "300000"),
        ("１２.５", "12.5"),
        ("１２．５", "12.5"),
    ],
)
def test_numeral_has_its_exact_value(text, value):
    assert [(n.text, n.value) for n in numerals(text)] == [(text, Decimal(value))]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2025-2027", ["2025", "2027"]),
        ("2180余笔", ["2180"]),
        ("余额50余元", ["50"]),
        ("二十届三中全会", ["二十", "三"]),
        ("Ten-Hundred-Thousand", ["Ten", "Hundred", "Thousand"]),
        ("7大千亿级", ["7", "千亿"]),
        ("1,2345", ["1", "2345"]),
        ("3D", ["3"]),
        ("often, someone, hundreds", []),
        ("2025一季度", ["2025", "一"]),
    ],
)
def test_text_is_split_into_maximal_runs(text, parts):
    assert [n.text for n in numerals(text)] == parts


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_chinese_numerals_are_read_as_they_are_written(number):
    assert [n.value for n in numerals(in_chinese(number))] == [number]


@given(st.integers(min_value=0, max_value=10**60), st.integers(0, 30))
def test_long_decimals_are_not_rounded(digits, places):
    number = Decimal((0, tuple(map(int, str(digits))), -places))
    expected = Decimal((0, tuple(map(int, str(digits))), 8 - places))
    assert [n.value for n in numerals(f"{number:f}亿")] == [expected]


def test_forty_digits_keep_them_all():
    (found,) = numerals("1234567890123456789012345678901234567890.5万")
    assert found.value == Decimal("12345678901234567890123456789012345678905000")


@given(st.text(alphabet=CHARACTERS + "0１余多.,-／年元 million", max_size=40))
def test_no_digit_is_left_out(text):
    covered = {place for n in numerals(text) for place in range(n.start, n.end)}
    assert all(
        place in covered
        for place, character in enumerate(text)
        if character in CHARACTERS + "0１"
    )


@given(st.text(max_size=200))
def test_numerals_stand_where_they_say(text):
    found = numerals(text)
    assert [text[n.start : n.end] for n in found] == [n.text for n in found]


@pytest.mark.parametrize(
    ("text", "scale"), [("1000万", 10**4), ("2 billion", 10**9), ("30", 1)]
)
def test_scale_is_the_multiplier_at_the_end(text, scale):
    assert numerals(text)[0].scale == scale
