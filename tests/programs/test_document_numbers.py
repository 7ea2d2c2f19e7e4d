import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.document_numbers import DocumentNumberError, find, normalise


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("武政办〔2025〕67号", "武政办〔2025〕67号"),
        ("武政办〔202567", "武政办〔2025〕67号"),
        ("郑政文〔202566", "郑政文〔2025〕66号"),
        ("市科发【2024】1号", "市科发〔2024〕1号"),
        ("财企[2007]128号", "财企〔2007〕128号"),
        ("财企(2007)128号", "财企〔2007〕128号"),
        ("财企（2007）128号", "财企〔2007〕128号"),
        ("市政办发〔2023〕32 号", "市政办发〔2023〕32号"),
        ("许政202220号", "许政〔2022〕20号"),
        ("武政办〔２０２５〕６７号", "武政办〔2025〕67号"),
        ("国发﹝2015﹞8号", "国发〔2015〕8号"),
        ("金办发〔2025〕031号", "金办发〔2025〕31号"),
        (" 武政办〔2025〕67 ", "武政办〔2025〕67号"),
    ],
)
def test_number_gets_its_proper_form(printed, number):
    assert normalise(printed) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "67号",
        "〔2025〕67号",
        "武政办67号",
        "武政办〔1825〕67号",
        "许政202220",
        "行动方案(20252027年)",
        "行动方案〔20252027年〕",
        "武政办(2025)67",
        "武政办〔2025〕67号的通知",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(DocumentNumberError, match="武政办〔2025〕67号"):
        normalise(text)


issuers = st.text(alphabet="国市省武郑财科政金办发函文企", min_size=2, max_size=8)


@given(issuers, st.integers(1949, 2099), st.integers(1, 9999))
def test_proper_form_stays(issuer, year, serial):
    number = f"{issuer}〔{year}〕{serial}号"
    assert normalise(number) == number


@given(issuers, st.integers(1949, 2099), st.integers(1, 9999))
def test_lost_brackets_are_put_back(issuer, year, serial):
    assert normalise(f"{issuer}{year}{serial}号") == f"{issuer}〔{year}〕{serial}号"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("实施方案》(金办发〔2025〕31号),推动", ["金办发〔2025〕31号"]),
        ("武政办〔202567\n\n各区人民政府", ["武政办〔202567"]),
        ("武政办〔202567\n2025年6月7日", ["武政办〔202567"]),
        ("根据财企[2007]128号和许政202220号", ["财企[2007]128号", "许政202220号"]),
        ("行动方案(20252027年)", []),
        ("金融中心〔20252027年〕", []),
        ("(2025-2027年)第288期", []),
        ("粤ICP备10228864号", []),
    ],
)
def test_numbers_are_found_in_running_text(text, printed):
    assert [found.as_printed for found in find(text)] == printed


def test_a_found_number_stands_where_it_says():
    text = "见武政办〔２０２５〕６７号。"
    (found,) = find(text)
    assert text[found.start : found.end] == found.as_printed


def test_a_found_number_carries_its_proper_form():
    assert find("武政办〔202567")[0].number == "武政办〔2025〕67号"
