"""Rows written in one piece are what xlsxwriter writes of them cell by cell."""

import io
import zipfile

import pytest
import xlsxwriter

from registry.transfer.spreadsheets import Spreadsheet


def markup(file):
    with zipfile.ZipFile(file) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


def by_us(row):
    with Spreadsheet(file := io.BytesIO()) as book:
        sheet = book.sheet("one", ["heading"])
        book.fill(sheet, [row])
    return markup(file)


def by_xlsxwriter(row):
    book = xlsxwriter.Workbook(file := io.BytesIO(), {"constant_memory": True})
    text = book.add_format({"num_format": "@"})
    heading = book.add_format({"num_format": "@", "bold": True})
    sheet = book.add_worksheet("one")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 18, text)
    sheet.write_string(0, 0, "heading", heading)
    for place, cell in enumerate(row):
        sheet.write_string(1, place, cell, text)
    sheet.autofilter(0, 0, 1, len(row) - 1)
    book.close()
    return markup(file)


def rows(found):
    """The second row, without the style's number, which is another book's own."""
    line = found.partition('<row r="2"')[2].partition("</row>")[0]
    return line.replace('s="1"', "").replace('s="3"', "").replace('s="4"', "")


@pytest.mark.parametrize(
    "cell",
    [
        "贷款",
        " a",
        "b\t",
        "a&b<c>\"'",
        "\x07\x1f",
        "_x0007_ _x00zz_",
        "n\nl",
        "𠮷\ufffe",
    ],
)
def test_a_text_is_written_as_xlsxwriter_writes_it(cell):
    line = rows(by_us([cell, "z"]))
    assert "inlineStr" in line
    assert line == rows(by_xlsxwriter([cell, "z"]))


def test_a_text_that_looks_like_rich_markup_is_a_text():
    assert "&lt;r&gt;贷&lt;/r&gt;" in by_us(["<r>贷</r>"])


def test_the_last_column_of_a_wide_row_is_named_as_sheets_name_it():
    row = ["x"] * 704
    assert 'r="AAB2"' in by_us(row)
    assert rows(by_us(row)) == rows(by_xlsxwriter(row))
