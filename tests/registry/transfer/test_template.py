"""The workbook to fill in: what it says, offers, and that it comes back."""

import io

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from registry.transfer.template import write_template
from tests.registry.transfer.samples import ROLES, TERMS, read, refused

CODES = {"region": [("310000", "上海市"), ("640000", "宁夏回族自治区")]}


@pytest.fixture(scope="module")
def template():
    buffer = io.BytesIO()
    write_template(buffer, [TERMS, ROLES], CODES)
    return buffer.getvalue()


@pytest.fixture
def book(template):
    return openpyxl.load_workbook(io.BytesIO(template))


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def guide(book, name):
    """What guides the cells of that column of the terms."""
    place = [column.name for column in TERMS.columns].index(name) + 1
    letter = get_column_letter(place)
    (found,) = [
        validation
        for validation in book["terms"].data_validations.dataValidation
        if str(validation.sqref).startswith(f"{letter}2:")
    ]
    return found


def test_the_explanation_comes_first_then_the_tables_then_the_lists(book):
    assert book.sheetnames == ["说明", "terms", "roles", "选项", "代码 region"]


def test_it_explains_every_column_in_both_languages(book):
    told = [[cell.value for cell in row] for row in book["说明"].iter_rows()]
    columns = {(row[0], row[1]): row for row in told if row[1]}
    for table in (TERMS, ROLES):
        for column in table.columns:
            assert columns[table.name, column.name][2] == column.label
    assert columns["terms", "code"][3] == "新行必填 / for new rows"
    assert columns["terms", "ended"][4].count("2024-04-01") == 2
    assert columns["terms", "name"][5] == "印出的名称"


def test_a_closed_list_is_offered_by_its_values(book):
    offered = guide(book, "kind")
    assert (offered.type, offered.formula1) == ("list", "'选项'!$C$2:$C$3")
    assert [book["选项"][f"C{row}"].value for row in (2, 3)] == ["loan", "fund"]
    assert [book["选项"][f"D{row}"].value for row in (2, 3)] == ["贷款", "基金"]


def test_codes_are_offered_and_others_are_let_through(book):
    offered = guide(book, "region")
    assert offered.formula1 == "'代码 region'!$A$2:$A$3"
    assert offered.errorStyle == "warning"
    assert book["代码 region"]["B3"].value == "宁夏回族自治区"


def test_dates_and_numbers_say_how_they_are_written(book):
    assert "2024-04" in guide(book, "ended").prompt
    assert "1000万元" in guide(book, "value").prompt


def test_every_column_is_text(book):
    columns = book["terms"].column_dimensions["A"]
    assert (columns.min, columns.max) == (1, len(TERMS.columns))
    assert columns.number_format == "@"


def test_filled_in_it_is_read(book):
    book["terms"].append(
        ["310000-a", "新贷", "310000", "", "loan", "1000万元", "2024-04"]
    )
    terms, _roles = read(saved(book), name="template.xlsx")
    (row,) = terms
    assert row.problems == []
    assert row.cells["value"] == "1000万元"
    assert row.cells["ended"] == "2024-04"


def test_not_filled_in_it_says_that_there_are_no_rows(template):
    assert "No row stands below" in refused(template, name="template.xlsx")[0]
