"""Files that are written: what comes back from them, and what is in their cells."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from registry.transfer.sentences import Refused
from registry.transfer.spreadsheets import Spreadsheet
from registry.transfer.writing import csv_lines, write_workbook, zip_of_csvs
from tests.registry.transfer.samples import ROLES, TERMS, read, rows

# What no database keeps (NUL) or no encoding has (surrogates).
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(
    lambda number: f"{number:f}"
)
VALUES = st.fixed_dictionaries(
    {
        "code": st.from_regex(r"[0-9]{6}(-[a-z0-9]{1,9})+", fullmatch=True),
        "name": TEXTS,
        "region": st.sampled_from(["000000", "310000", "420100-donghu"]),
        "places": st.sampled_from(["", "000000", "000000 310000"]),
        "kind": st.sampled_from(["", "loan"]),
        "value": NUMBERS | st.sampled_from(["", "1000万元", "999999999999999999"]),
        "ended": st.sampled_from(["", "2024", "2024-04", "2024-04-01"]),
        "once": st.sampled_from(["", "true", "false"]),
    }
)
ROWS = st.lists(VALUES, min_size=1, max_size=4)


def with_name(name):
    """Rows with that text and nothing else but a code."""
    empty = dict.fromkeys(TERMS.names, "")
    return [empty | {"code": "310000-a", "name": name}]


def as_csv(given_rows, bom=False):
    return "".join(csv_lines(TERMS, given_rows, bom=bom))


def as_xlsx(given_rows):
    buffer = io.BytesIO()
    write_workbook(buffer, [(TERMS, given_rows)])
    return buffer.getvalue()


def kept(given_rows):
    """The rows as every file keeps them: line ends are one character."""
    return [
        {name: text.replace("\r\n", "\n") for name, text in row.items()}
        for row in given_rows
    ]


ODD = "= ＝ ' '' '=1 -5 +86 @ 50% 1/2 5-3 a_x000D_b _x005F_ \ufffd \ufeff".split(" ")


@given(ROWS)
@example(with_name("\r"))
@example(with_name("a\r\nb\n"))
@example(with_name("'=1+1"))
@example(with_name('"'))
def test_every_text_comes_back_from_csv(given_rows):
    found = rows(as_csv(given_rows))
    assert [row.cells for row in found] == kept(given_rows)
    assert [row.problems for row in found] == [[]] * len(found)


@given(ROWS)
@example(with_name("a_x000D_b_x005F_"))
@example(with_name("\ufffe\x01\x1f"))
@example(with_name("\U00020bb7" * 100))
def test_every_text_comes_back_from_xlsx(given_rows):
    found = rows(as_xlsx(given_rows), name="x.xlsx")
    assert [row.cells for row in found] == kept(given_rows)
    assert [row.problems for row in found] == [[]] * len(found)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_come_back_from_a_zip(text):
    data = b"".join(zip_of_csvs([(TERMS, with_name(text)), (ROLES, [])], bom=True))
    sheets = read(data, name="export.zip")
    assert [row.cells["name"] for row in sheets[0]] == [text]
    assert list(sheets[1]) == []


@pytest.mark.parametrize(
    ("column", "text", "cell"),
    [
        ("name", "50%", "'50%"),
        ("name", "1/2", "'1/2"),
        ("name", "3:1", "'3:1"),
        ("name", "5-3", "'5-3"),
        ("name", "March 2025", "'March 2025"),
        ("name", "2025年3月", "'2025年3月"),
        ("name", "TRUE", "'TRUE"),
        ("name", "007", "'007"),
        ("name", "=1+1", "'=1+1"),
        ("name", "'", "''"),
        ("name", "1000万元", "1000万元"),
        ("name", "宁科贷", "宁科贷"),
        ("value", "-5", "-5"),
        ("value", "0.10", "0.10"),
        ("ended", "2024-04", "'2024-04"),
        ("ended", "2024-04-01", "2024-04-01"),
        ("region", "000000", "000000"),
        ("code", "5-3", "'5-3"),
        ("code", "2024", "2024"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_change_has_an_apostrophe(column, text, cell):
    _headings, line = csv.reader(
        io.StringIO(as_csv([{column: text}]).replace("\r\n", "\n"))
    )
    assert line[[c.name for c in TERMS.columns].index(column)] == cell


def test_the_mark_of_utf8_is_there_when_it_is_asked_for():
    assert as_csv([], bom=True) == "\ufeff" + as_csv([])
    assert as_csv([]).endswith("\r\n")


def test_the_same_rows_are_the_same_zip():
    first, second = (
        b"".join(zip_of_csvs([(TERMS, with_name("x"))], bom=False)) for _ in range(2)
    )
    assert first == second


def test_a_zip_is_sent_while_its_rows_are_read():
    def endless():
        while True:
            yield with_name("新动力贷" * 100)[0]

    pieces = zip_of_csvs([(TERMS, endless())], bom=False)
    assert any(next(pieces) for _ in range(20))


def cells_of(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data))["terms"]
    names = [cell.value for cell in sheet[1]]
    return sheet, dict(zip(names, sheet[2], strict=True))


def test_numbers_are_numbers_and_everything_else_is_text():
    row = with_name("=1+1")[0] | {"value": "10000000.00", "ended": "2024"}
    _sheet, cells = cells_of(as_xlsx([row]))
    assert (cells["value"].value, cells["value"].number_format) == (10**7, "0.00")
    for name in ("name", "ended", "code"):
        assert (cells[name].data_type, cells[name].number_format) == ("s", "@")


def test_a_number_that_floats_do_not_keep_is_text():
    _sheet, cells = cells_of(as_xlsx([{"code": "a", "value": "1234567890.1234567"}]))
    assert cells["value"].value == "1234567890.1234567"


def test_nothing_is_a_link():
    sheet, cells = cells_of(as_xlsx(with_name("https://example.com/")))
    assert cells["name"].hyperlink is None
    assert not sheet._hyperlinks


def test_headings_stay_in_sight_with_a_filter_and_the_labels():
    sheet, _cells = cells_of(as_xlsx(with_name("x")))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:H2"
    assert "名称" in sheet["B1"].comment.text
    assert sheet["B1"].font.bold


def test_a_text_that_no_cell_holds_is_refused_by_its_row():
    with pytest.raises(Refused) as refused:
        as_xlsx([*with_name("x"), *with_name("x" * 32_768)])
    with override("en"):
        assert "row 3" in str(refused.value.sentence)


def test_the_longest_text_of_a_cell_is_kept():
    assert rows(as_xlsx(with_name("长" * 32_767)), name="x.xlsx")[0].cells["name"]


def test_amounts_are_exact():
    for text in ("0.1", "92.84", "1740000000000", "999999999999999", "0.000001"):
        (row,) = rows(as_xlsx([{"code": "a", "value": text}]), name="x.xlsx")
        assert Decimal(row.cells["value"]) == Decimal(text)


def test_values_of_a_list_are_numbers_where_they_are():
    buffer = io.BytesIO()
    with Spreadsheet(buffer) as book:
        values = [1, 0.1, Decimal("92.840"), True, None, "1", Decimal("1E+20")]
        book.fill(book.sheet("list", ["x"] * len(values)), [values])
    sheet = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))["list"]
    assert [cell.value for cell in sheet[2]] == [
        *(1, 0.1, 92.84, "True", None, "1"),
        "100000000000000000000",
    ]
