"""Partial dates: text that sorts, bounds that agree with first and last days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import dates

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
partial = st.builds(
    lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10])
)


@given(partial, partial)
def test_the_lower_bound_compares_first_days_as_text(row, asked):
    by_day = dates.first_day(row) >= dates.first_day(asked)
    assert by_day == (row >= dates.lower_bound(asked))


@given(partial, partial)
def test_the_upper_bound_compares_last_days_as_text(row, asked):
    by_day = dates.last_day(row) <= dates.last_day(asked)
    assert by_day == (f"{row}-99" <= dates.upper_bound(asked))


@given(partial)
def test_what_is_printed_in_chinese_reads_the_same(text):
    assert dates.parse(dates.spell(text)) == text


@given(partial)
def test_a_partial_date_is_its_own_form(text):
    assert dates.parse(text) == text


@pytest.mark.parametrize("text", ["", "2024-13", "2025-02-29", "去年", "24-1-1", "x"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="2024"):
        dates.parse(text)


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("去年4月", ("", "2024-04")),
        ("今年一季度", ("2025-01", "2025-03")),
        ("近1个月", ("2025-06", "2025-07")),
        ("截至2025年3月末", ("", "2025-03-31")),
        ("2024年底", ("", "2024-12-31")),
        ("年初", ("", "2025")),
        ("截至5月末", ("", "2025-05-31")),
        ("2024年期间", ("2024", "2024")),
        ("5月7日至6月30日", ("2025-05-07", "2025-06-30")),
        ("去年4月上线至今", ("2024-04", "2025-07")),
        ("Over the next five years", ("", "2030")),
        ("As of March 2025", ("", "2025-03")),
    ],
)
def test_words_resolve_from_the_documents_date(words, period):
    assert dates.resolve(words, "2025-07-02") == period


def test_words_that_tell_no_time_are_refused():
    with pytest.raises(ValueError, match="连续"):
        dates.resolve("连续", "2025-07-02")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-06-03", 36, "2028-06-03"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
    ],
)
def test_a_validity_lapses_on_the_corresponding_day(start, months, end):
    assert dates.add_months(start, months) == end


def test_english_dates_do_not_follow_the_browser():
    assert dates.spell("2024-04-01", "en") == "1 Apr 2024"
