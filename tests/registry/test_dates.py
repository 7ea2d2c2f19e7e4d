from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.dates import (
    DateError,
    add_months,
    first_day,
    last_day,
    lower_bound,
    parse,
    spell,
    upper_bound,
)
from registry.relative_dates import resolve

# Dense around the ends of months and years, where a bound could be off by one.
days = st.dates(date(2023, 1, 1), date(2026, 12, 31)) | st.sampled_from(
    [
        date(year, month, day)
        for year in (2023, 2024)
        for month in range(1, 13)
        for day in (1, 2, monthrange(year, month)[1] - 1, monthrange(year, month)[1])
    ]
)
partial_dates = st.builds(
    lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10])
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2024", "2024"),
        ("2024-04", "2024-04"),
        ("2024-04-01", "2024-04-01"),
        ("2024年", "2024"),
        ("2024年4月", "2024-04"),
        ("2024年4月1日", "2024-04-01"),
        ("2024 年 12 月 31 日", "2024-12-31"),
        (" 2024-04 ", "2024-04"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_date_is_stored_in_one_form(text, stored):
    assert parse(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "0000",
        "2024-4",
        "2024-13",
        "2024-00",
        "2023-02-29",
        "2024-04-31",
        "2024年13月",
        "2024-04年",
        "2024年4",
        "April 2024",
        "２０２４",
        "2024\n-04",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(DateError, match="2024年4月1日"):
        parse(text)


@given(partial_dates, st.sampled_from(["zh-hans", "zh", "en"]))
def test_spelled_date_says_the_same(text, language):
    shown = spell(text, language)
    assert (parse(shown) if language != "en" else resolve_english(shown)) == text


def resolve_english(shown):
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    *day, month, year = ["", *shown.split()] if " " in shown else ["", shown]
    parts = [year, f"{months.index(month) + 1:02}"] if month else [year]
    return "-".join(parts + [f"{int(d):02}" for d in day if d])


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("2024", "2024年", "2024"),
        ("2024-04", "2024年4月", "Apr 2024"),
        ("2024-04-01", "2024年4月1日", "1 Apr 2024"),
    ],
)
def test_date_is_spelled_alike_everywhere(text, chinese, english):
    assert (spell(text, "zh-hans"), spell(text, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-04-15", date(2024, 4, 15), date(2024, 4, 15)),
    ],
)
def test_partial_date_covers_its_days(text, first, last):
    assert (first_day(text), last_day(text)) == (first, last)


@given(partial_dates, partial_dates)
def test_lower_bound_compares_as_first_days_do(row, x):
    assert (first_day(row) >= first_day(x)) == (row >= lower_bound(x))


@given(partial_dates, partial_dates)
def test_upper_bound_compares_as_last_days_do(row, x):
    assert (last_day(row) <= last_day(x)) == (row + "-99" <= upper_bound(x))


@pytest.mark.parametrize(
    ("text", "bound"),
    [("2024-04-02", "2024-04-02"), ("2024-04-01", "2024-04"), ("2024-01-01", "2024")],
)
def test_lower_bound_is_as_short_as_its_day_allows(text, bound):
    assert lower_bound(text) == bound


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("2024-04-29", "2024-04-29-99"),
        ("2024-04-30", "2024-04-99"),
        ("2024-12-31", "2024-99"),
        ("2024-12", "2024-99"),
    ],
)
def test_upper_bound_is_as_short_as_its_day_allows(text, bound):
    assert upper_bound(text) == bound


@pytest.mark.parametrize(
    ("text", "months", "end"),
    [
        ("2025-06-03", 36, "2028-06-03"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-06", 36, "2028-06"),
        ("2025-12", 1, "2026-01"),
        ("2025", 36, "2028"),
        ("2025-03", -3, "2024-12"),
    ],
)
def test_validity_ends_on_the_corresponding_day(text, months, end):
    assert add_months(text, months) == end


@pytest.mark.parametrize(("text", "months"), [("2025", 6), ("9999-12", 1)])
def test_an_end_that_no_date_can_say_is_refused(text, months):
    with pytest.raises(DateError):
        add_months(text, months)


TODAY = "2025-07-10"
RELATIVE = "今去前明年月日末底初至到截近个上下半季度0123一五 -"


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("去年4月", "2024-04", "2024-04"),
        ("今年一季度", "2025-01", "2025-03"),
        ("第四季度", "2025-10", "2025-12"),
        ("今年一季度末", "", "2025-03-31"),
        ("上半年", "2025-01", "2025-06"),
        ("2024年下半年", "2024-07", "2024-12"),
        ("近1个月", "2025-06", "2025-07"),
        ("近三年", "2022", "2025"),
        ("截至2025年3月末", "", "2025-03-31"),
        ("截至6月30日", "", "2025-06-30"),
        ("截至2024年2月末", "", "2024-02-29"),
        ("2024年底", "", "2024-12-31"),
        ("2025年年底", "", "2025-12-31"),
        ("去年末", "", "2024-12-31"),
        ("年底", "", "2025-12-31"),
        ("到2027年", "", "2027"),
        ("2025年初", "2025", "2025"),
        ("年初", "2025", "2025"),
        ("年内", "2025", "2025"),
        ("5月末", "", "2025-05-31"),
        ("7月3日", "2025-07-03", "2025-07-03"),
        ("2024年", "2024", "2024"),
        ("2024年期间", "2024", "2024"),
        ("5月7日至6月30日", "2025-05-07", "2025-06-30"),
        ("2024年5月至6月", "2024-05", "2024-06"),
        ("2025-2027年", "2025", "2027"),
        ("去年4月上线至今", "2024-04", "2025-07"),
        ("今年以来", "2025", "2025-07"),
        ("未来五年", "", "2030"),
        ("通过3年左右的时间", "", "2028"),
        ("Over the next five years", "", "2030"),
        ("As of March 2025", "", "2025-03"),
        ("by the end of 2027", "", "2027-12-31"),
        ("in 2024", "2024", "2024"),
        ("前年", "2023", "2023"),
        ("明年5月", "2026-05", "2026-05"),
        ("2024-04", "2024-04", "2024-04"),
    ],
)
def test_words_mean_a_time_seen_from_the_document(words, start, end):
    assert resolve(words, TODAY) == (start, end)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "连续4年",
        "近年来",
        "近期",
        "截至目前",
        "2月30日",
        "6月至5月",
        "第五季度",
        "13月末",
    ],
)
def test_words_that_name_no_time_are_refused(words):
    with pytest.raises(DateError):
        resolve(words, TODAY)


def test_a_span_may_name_what_began():
    words = "从5月推出债券市场“科技板”到6月30日"
    assert resolve(words, "2025-07-14") == ("2025-05", "2025-06-30")


def test_the_last_month_crosses_the_new_year():
    assert resolve("近1个月", "2025-01-05") == ("2024-12", "2025-01")


@pytest.mark.parametrize("words", ["近1个月", "去年4月上线至今"])
def test_words_that_need_the_month_refuse_a_document_of_a_year(words):
    with pytest.raises(DateError, match="2025"):
        resolve(words, "2025")


def test_a_year_is_enough_for_words_that_need_no_more():
    assert resolve("去年4月", "2025") == ("2024-04", "2024-04")


@given(st.text(alphabet=RELATIVE, max_size=14))
def test_any_words_are_resolved_or_refused(words):
    try:
        start, end = resolve(words, TODAY)
    except DateError:
        return
    assert parse(end) == end
    assert not start or first_day(start) <= last_day(end)
