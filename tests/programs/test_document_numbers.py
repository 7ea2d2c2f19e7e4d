"""Document numbers: recognised, repaired, in one proper form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.document_numbers import find, normalise

REPAIRED = {
    "武政办〔2025〕67号": "武政办〔2025〕67号",
    "武政办〔202567": "武政办〔2025〕67号",
    "郑政文〔202566": "郑政文〔2025〕66号",
    "市科发【2024】1号": "市科发〔2024〕1号",
    "财企[2007]128号": "财企〔2007〕128号",
    "市政办发〔2023〕32 号": "市政办发〔2023〕32号",
    "许政202220号": "许政〔2022〕20号",
}


@pytest.mark.parametrize("printed", REPAIRED)
def test_it_is_put_in_its_proper_form(printed):
    assert normalise(printed) == REPAIRED[printed]


@given(st.integers(1990, 2039), st.integers(1, 9999))
def test_a_proper_number_stays(year, number):
    assert normalise(f"武政办〔{year}〕{number}号") == f"武政办〔{year}〕{number}号"


@pytest.mark.parametrize("text", ["", "武政办", "2025年6月7日", "〔2025〕67号", "abc"])
def test_what_is_none_is_refused(text):
    with pytest.raises(ValueError, match="武政办〔2025〕67号"):
        normalise(text)


def test_it_is_found_in_running_text():
    assert find("根据武政办〔2025〕67号,现通知") == ["武政办〔2025〕67号"]
