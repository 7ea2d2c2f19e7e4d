"""XLSX: sheets, and cells of every kind as spreadsheets keep them."""

import io

import openpyxl
import pytest
from django.utils.translation import override

from registry.transfer.sheet_names import CHOICES, CODES_OF, EXPLANATION
from tests.registry.transfer.samples import ROLES, TERMS, read, refused, rows
from tests.registry.transfer.workbook import headings, workbook


def one(column, cell, **kwargs):
    """How a cell is read in that column, and what is said of it in Chinese."""
    first = "name" if column == "code" else "code"
    content = headings(first, column) + (
        f'<row r="2"><c t="str"><v>310000-a</v></c>{cell}</row>'
    )
    (row,) = rows(workbook(content, **kwargs), name="x.xlsx")
    with override("zh-hans"):
        return row.cells[column], [str(problem.sentence) for problem in row.problems]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.1", "0.1"),
        ("0.10000000000000001", "0.1"),
        ("3.3000000000000003", "3.3"),
        ("1E+12", "1000000000000"),
        ("1.74E+12", "1740000000000"),
        ("1740000000000", "1740000000000"),
        ("-2.5", "-2.5"),
        ("1E-3", "0.001"),
        ("5.0", "5"),
        ("0", "0"),
    ],
)
def test_a_number_is_the_text_that_one_typed(number, text):
    assert one("value", f"<c><v>{number}</v></c>") == (text, [])


@pytest.mark.parametrize(
    ("format_", "number", "text"),
    [
        ("0%", "0.2", "20%"),
        ("0.00%", "0.0435", "4.35%"),
        (10, "0.5", "50.00%"),
        ("0.00", "1.5", "1.50"),
        ("#,##0.00_ ", "1000", "1000.00"),
        ("[$¥-804]#,##0", "1000", "1000"),
        ("0.00E+00", "1.74E+12", "1740000000000"),
        ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '.replace('"', "&quot;"), "7", "7"),
        ("[Red][>1]0;0", "7", "7"),
    ],
)
def test_a_format_that_shows_the_number_leaves_it(format_, number, text):
    cell = f'<c s="1"><v>{number}</v></c>'
    assert one("value", cell, formats=[format_]) == (text, [])


@pytest.mark.parametrize(
    "format_", ["0&quot;万元&quot;", "0,", "#,##0,,", "\\x0", "[$USD] 0", "0!万"]
)
def test_a_format_that_tells_another_number_is_refused(format_):
    _text, (sentence,) = one("value", '<c s="1"><v>10</v></c>', formats=[format_])
    assert "10" in sentence


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        (14, "2024-04-01"),
        (17, "2024-04"),
        (57, "2024-04"),
        (31, "2024-04-01"),
        ("yyyy&quot;年&quot;m&quot;月&quot;;@", "2024-04"),
        ("yyyy\\-mm", "2024-04"),
        ("yyyy", "2024"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024-04-01"),
        ("yyyy-mm-dd hh:mm", "2024-04-01"),
    ],
)
def test_a_date_is_known_as_far_as_its_cell_shows_it(format_, text):
    cell = '<c s="1"><v>45383</v></c>'
    assert one("ended", cell, formats=[format_]) == (text, [])


def test_a_date_of_a_workbook_that_counts_from_1904():
    settings = '<workbookPr date1904="1"/>'
    cell = '<c s="1"><v>43921</v></c>'
    assert one("ended", cell, formats=[14], settings=settings)[0] == "2024-04-01"


@pytest.mark.parametrize(
    ("column", "format_", "number", "said"),
    [
        ("ended", 58, "45383", "没有显示年份"),
        ("ended", 16, "45383", "没有显示年份"),
        ("ended", 22, "45383.4", "时刻"),
        ("ended", 20, "0.4", "时刻"),
        ("ended", 14, "-3", "不是日期"),
        ("ended", 0, "45383", "2024-04-01"),
        ("name", 14, "45383", "2024-04-01"),
        ("value", 14, "45383", "2024-04-01"),
        ("code", 14, "45383", "2024-04-01"),
    ],
)
def test_a_date_that_is_none_or_out_of_place_is_refused(column, format_, number, said):
    cell = f'<c s="1"><v>{number}</v></c>'
    _text, (sentence,) = one(column, cell, formats=[format_])
    assert said in sentence


def test_a_year_is_a_number():
    assert one("ended", "<c><v>2024</v></c>") == ("2024", [])


def test_a_date_in_iso_form_is_read():
    assert one("ended", '<c t="d"><v>2024-04-01T00:00:00</v></c>')[0] == "2024-04-01"


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("once", '<c t="b"><v>1</v></c>', "true"),
        ("once", '<c t="b"><v>0</v></c>', "false"),
        ("name", '<c t="b"><v>1</v></c>', "TRUE"),
        ("region", "<c><v>0</v></c>", "000000"),
        ("places", "<c><v>310000</v></c>", "310000"),
        ("name", "<c><v>12</v></c>", "12"),
        ("name", '<c t="s"><v>0</v></c>', "新动力贷"),
        ("name", '<c t="s"><v>1</v></c>', "a\rb_x000D_c\U00020bb7"),
        (
            "name",
            '<c t="inlineStr"><is><r><t>新</t></r><r><t>贷</t></r></is></c>',
            "新贷",
        ),
        ("name", '<c t="inlineStr"><is><t> =1+1</t></is></c>', " =1+1"),
        ("name", '<c t="str"><v>一\r\n二</v></c>', "一\n二"),
        ("name", '<c s="1"/>', ""),
        ("value", '<c t="str"><v>1000万元</v></c>', "1000万元"),
    ],
)
def test_a_cell_is_read_as_it_stands(column, cell, text):
    strings = (
        '<si><r><t>新动</t></r><r><t xml:space="preserve">力贷</t></r>'
        "<rPh><t>xin</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x000D_c_xD842__xDFB7_</t></si>"
    )
    assert one(column, cell, strings=strings) == (text, [])


@pytest.mark.parametrize(
    ("cell", "said", "chinese"),
    [
        ('<c t="e"><v>#N/A</v></c>', "an error of the spreadsheet: #N/A", "#N/A"),
        ("<c><f>A1+1</f><v>2</v></c>", "is a formula", "公式"),
        ('<c><f t="shared" si="0"/></c>', "is a formula", "公式"),
        ('<c t="str"><v>a_x0000_b</v></c>', "NUL", "NUL"),
    ],
)
def test_what_no_cell_may_hold_is_told_by_row_and_column(cell, said, chinese):
    content = headings("code", "name") + (
        f'<row r="7"><c r="A7" t="str"><v>310000-a</v></c>{cell}</row>'
    )
    (row,) = rows(workbook(content), name="x.xlsx")
    (problem,) = row.problems
    assert (problem.table, problem.row, problem.column) == ("terms", 7, "name")
    with override("en"):
        assert said in str(problem.sentence)
    with override("zh-hans"):
        assert chinese in str(problem.sentence)


def test_merged_cells_inside_the_table_are_refused():
    content = headings("code", "name") + '<row r="2"><c t="str"><v>a</v></c></row>'
    inside = '<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'
    (sentence,) = refused(workbook(content, behind=inside), name="x.xlsx")
    assert "merged: A2:B2" in sentence
    beside = '<mergeCells><mergeCell ref="D2:E9"/></mergeCells>'
    assert len(rows(workbook(content, behind=beside), name="x.xlsx")) == 1


def test_a_hidden_row_is_read():
    content = headings("code") + '<row r="2" hidden="1"><c><v>1</v></c></row>'
    assert len(rows(workbook(content), name="x.xlsx")) == 1


def test_rows_and_cells_that_are_left_out_count():
    content = headings("code", "name", "kind") + (
        '<row r="5"><c r="A5"><v>1</v></c><c r="C5"><v>2</v></c></row>'
    )
    (row,) = rows(workbook(content), name="x.xlsx")
    assert row.number == 5
    assert row.cells == {"code": "1", "name": "", "kind": "2"}


def test_a_column_without_heading_is_told_once_with_its_first_row():
    content = headings("code") + "".join(
        f'<row r="{n}"><c><v>1</v></c><c/><c><v>2</v></c></row>' for n in range(3, 9)
    )
    assert refused(workbook(content), name="x.xlsx") == [
        "Column C has no heading but cells, the first in row 3."
    ]


def test_a_heading_that_is_a_formula_is_refused():
    content = '<row r="1"><c><f>"code"</f><v>code</v></c></row>'
    assert "heading in column A" in refused(workbook(content), name="x.xlsx")[0]


def test_each_sheet_is_the_table_of_its_name_and_what_explains_is_passed_over():
    names = [EXPLANATION, "roles", CHOICES, f"{CODES_OF}agency", "Terms"]
    data = workbook(headings("code") + '<row r="2"><c><v>1</v></c></row>', sheets=names)
    found = read(data, name="x.xlsx")
    assert [sheet.table for sheet in found] == [ROLES, TERMS]


def test_a_sheet_of_another_name_is_refused():
    data = workbook(headings("code"), sheets=["terms", "Sheet1"])
    assert "“Sheet1” names no table" in refused(data, name="x.xlsx")[0]


def test_a_single_sheet_of_whatever_name_is_the_only_table():
    data = workbook(
        headings("code") + '<row r="2"><c><v>1</v></c></row>', sheets=["S1"]
    )
    (sheet,) = read(data, name="x.xlsx", only="terms")
    assert sheet.table is TERMS


def test_a_workbook_that_openpyxl_writes_is_read():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "terms"
    sheet.append(["code", "name", "value", "once"])
    sheet.append(["310000-a", "贷", 0.1, True])
    buffer = io.BytesIO()
    book.save(buffer)
    (row,) = rows(buffer.getvalue(), name="x.xlsx")
    assert row.cells == {
        "code": "310000-a",
        "name": "贷",
        "value": "0.1",
        "once": "true",
    }


def test_names_of_the_strict_variant_and_with_a_prefix_are_known():
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main">'
        '<x:sheetData><x:row r="1"><x:c t="str"><x:v>code</x:v></x:c></x:row>'
        '<x:row r="2"><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    data = workbook(parts={"xl/worksheets/sheet1.xml": sheet})
    (row,) = rows(data, name="x.xlsx")
    assert row.cells == {"code": "1"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"before": '<!DOCTYPE x [<!ENTITY a "b">]>'}, "declares entities"),
        ({"before": '<!DOCTYPE x SYSTEM "file:///etc/passwd">'}, "declares entities"),
        ({"behind": "<a>" * 50 + "</a>" * 50}, "too deeply"),
        ({"behind": "<a>"}, "damaged"),
        ({"rows": headings("code") + '<row><c t="s"><v>7</v></c></row>'}, "lacks"),
        ({"rows": headings("code") * 2}, "stands behind"),
        ({"rows": headings("code") + '<row><c r="IW2"/></row>'}, "column 256"),
        (
            {"rows": f'<row><c t="str"><v>{"x" * 200_000}</v></c></row>'},
            "more text",
        ),
        ({"sheets": []}, "no workbook"),
    ],
)
def test_what_is_no_sound_workbook_is_refused(change, said):
    content = {"rows": headings("code") + '<row r="2"><c><v>1</v></c></row>'}
    assert said in refused(workbook(**content | change), name="x.xlsx")[0]
