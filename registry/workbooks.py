"""XLSX files of a few sheets, with cells that no spreadsheet executes."""

import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Texts stay texts: neither formulas nor links nor numbers are made of them.
AS_WRITTEN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
WIDEST = 48


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, with a heading row that stays in sight."""

    name: str
    header: list[str]
    rows: list[list[Any]]
    # Columns on the left that stay in sight as well.
    fixed: int = 0


def xlsx_file(sheets: Iterable[Sheet], *, name: str) -> HttpResponse:
    """A download of those sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, AS_WRITTEN) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, heading)
    answer = HttpResponse(file.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{name}.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    )
    return answer


def _write(page: Any, sheet: Sheet, heading: Any) -> None:
    page.freeze_panes(1, sheet.fixed)
    widths = [_width(title) for title in sheet.header]
    for column, title in enumerate(sheet.header):
        page.write_string(0, column, title, heading)
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row):
            _cell(page, number, column, value)
            widths[column] = max(widths[column], _width(value))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, WIDEST) + 1)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)


def _cell(page: Any, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        page.write_number(row, column, value)
    else:
        # A negative answer says that the text is longer than a cell can hold.
        if page.write_string(row, column, str(value)):
            raise ValueError(f"{value[:40]}… does not fit a cell.")


def _width(value: Any) -> int:
    """Columns that the text takes; Chinese characters take two."""
    if isinstance(value, datetime.date | int | float | Decimal | None):
        return 12
    return sum(1 if character < "ÿ" else 2 for character in str(value))
