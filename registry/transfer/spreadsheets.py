"""XLSX workbooks written in constant memory: what is text stays text everywhere.

No cell becomes a formula, a link or a date; numbers are numbers where the file format,
which keeps floats, holds them exactly.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.transfer import sheet_lines
from registry.transfer.sentences import Refused

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
WIDTH = 18
_DIGITS = 15
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")


class Spreadsheet:
    """A workbook that goes to the file when it is closed (``with``)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True})
        self.text = self._book.add_format({"num_format": "@"})
        self.wrapped = self._book.add_format(
            {"num_format": "@", "text_wrap": True, "valign": "top"}
        )
        self.bold = self._book.add_format({"num_format": "@", "bold": True})
        self._heading = self._book.add_format(
            {"num_format": "@", "bold": True, "bottom": 1, "bg_color": "#e8eef2"}
        )
        self._numbers: dict[int, Format] = {}

    def __enter__(self) -> "Spreadsheet":
        return self

    def __exit__(self, failed: Any, *_error: Any) -> None:
        # One that failed is closed too: its temporary files go.
        self._book.close()

    def sheet(
        self,
        name: str,
        headings: Sequence[str],
        *,
        widths: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> Worksheet:
        """A new sheet whose columns are text, with its headings in a frozen row."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            width = widths[place] if widths else WIDTH
            # Two wide characters for each Chinese one, and the filter's button.
            said = sum(2 if ord(character) > 0x2E80 else 1 for character in heading)
            sheet.set_column(place, place, max(width, said + 4), self.text)
            sheet.write_string(0, place, heading, self._heading)
            if notes:
                sheet.write_comment(0, place, notes[place], {"x_scale": 2})
        return sheet

    def fill(self, sheet: Worksheet, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows below the headings, with a filter over them.

        Values are texts and numbers (Decimal, int, float); None is an empty cell.
        Raises `Refused` for what no sheet can hold.
        """
        below = Rows(self, sheet)
        for row in rows:
            below.add(row)
        below.close()

    def cell(self, row: int, place: int, value: Any) -> str:
        """The markup of one cell; raises `Refused` for a text that none can hold."""
        # Most are texts: they are not asked what else they could be.
        if not isinstance(value, str):
            if isinstance(value, float):
                value = Decimal(repr(value))
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                number = _double(f"{value:f}")
                if number is not None:
                    style = self._number(number[1])._get_xf_index()
                    return sheet_lines.value(row, place, number[0], style)
            value = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if len(value) > LONGEST_CELL // 2 and _length(value) > LONGEST_CELL:
            raise Refused(
                _(
                    "A cell of a sheet holds %(most)d characters; one in row %(row)d "
                    "has more. Take CSV."
                ),
                most=LONGEST_CELL,
                row=row + 1,
            )
        return sheet_lines.text(row, place, value, self.text._get_xf_index())

    def _number(self, decimals: int) -> Format:
        """All its digits, without an exponent however many they are."""
        if decimals not in self._numbers:
            shape = "0." + "0" * decimals if decimals else "0"
            self._numbers[decimals] = self._book.add_format({"num_format": shape})
        return self._numbers[decimals]


class Rows:
    """Rows below a sheet's headings, one after the other, while others are filled."""

    def __init__(self, book: Spreadsheet, sheet: Worksheet) -> None:
        self._book, self._sheet = book, sheet
        self._lines = sheet_lines.Lines(sheet)
        self.number, self._width = 0, 0

    def add(self, row: Sequence[Any]) -> None:
        """Write the next row; raises `Refused` for what no sheet can hold."""
        self.number += 1
        if self.number >= MOST_ROWS:
            raise Refused(
                _("A sheet holds %(most)d rows; there are more. Take CSV."),
                most=MOST_ROWS - 1,
            )
        self._width = max(self._width, len(row))
        number, cell = self.number, self._book.cell
        self._lines.add(
            number,
            [
                cell(number, place, value)
                for place, value in enumerate(row)
                if value is not None and value != ""
            ],
        )

    def close(self) -> None:
        """Put a filter over them all."""
        if self._width:
            self._lines.close(self.number, self._width - 1)
            self._sheet.autofilter(0, 0, self.number, self._width - 1)


def _length(text: str) -> int:
    """Its characters as Excel counts them: those beyond 65,535 twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def number_of(text: str) -> Decimal | str:
    """The number that a text is, where a sheet keeps it exactly; else the text."""
    return Decimal(text) if _double(text) is not None else text


def _double(text: str) -> tuple[float, int] | None:
    """The number and its decimals; None for more digits than a float keeps."""
    match = _NUMBER.fullmatch(text)
    if match is None or sum(map(str.isdigit, text)) > _DIGITS:
        return None
    return float(text), len(match[1] or "")


def both(text: Any) -> str:
    """The text in Chinese and English; once where it is the same."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(str(text))
    return " / ".join(dict.fromkeys(filter(None, said)))
