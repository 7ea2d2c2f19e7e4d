"""The rows of a worksheet as a stream, with limits.

So many empty rows and columns as a sheet can have are refused: they would be read for
nothing. A table is as wide as its headings and ends where its rows do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from registry.transfer import archives
from registry.transfer.sentences import Refused
from registry.transfer.typed_cells import Cell, Kind
from registry.transfer.workbooks import SheetPart, Workbook
from registry.transfer.xml_parts import TextReader, unescaped

MOST_COLUMNS = 256
MOST_EMPTY_ROWS = 10_000
MOST_CELLS = 3_000_000
# Cells with a border and nothing in them, beside those that have something.
MOST_HOLLOW = 200_000
HOLLOW_FOR_ONE = 20
MOST_CHARACTERS = 400_000_000
LONGEST_TEXT = 131_072

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")


_KINDS = {
    "n": Kind.NUMBER,
    "b": Kind.BOOLEAN,
    "d": Kind.MOMENT,
    "e": Kind.ERROR,
}


Cells = dict[int, Cell]


@dataclass(frozen=True)
class Merge:
    """Cells that are shown as one; columns count from 0."""

    reference: str
    row: int
    column: int


class SheetRows:
    """One reading of a sheet; ``merged`` is known after the last row."""

    def __init__(self, book: Workbook, part: SheetPart) -> None:
        self.book = book
        self.path = part.path
        self.merged: list[Merge] = []
        self._done: list[tuple[int, Cells]] = []
        self._cells: Cells = {}
        self._places: dict[str, int] = {}
        self._row = self._place = self._empty = self._count = self._length = 0
        self._type = self._style = ""
        self._formula = self._valued = False
        self._value: list[str] = []
        self._inline = TextReader()
        self._gathered = self._hollow = 0

    def read(self) -> Iterator[tuple[int, Cells]]:
        part = self.book.parsed(
            self.path,
            most=archives.MOST_UNPACKED,
            start=self._start,
            end=self._end,
            text=self._text,
        )
        for _chunk in part:
            done, self._done = self._done, []
            yield from done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v":
            self._valued = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag in ("t", "rPh"):
            self._inline.start(tag)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        row = int(number) if number.isdigit() and len(number) < 8 else self._row + 1
        if row <= self._row:
            raise Refused(
                _("Row %(row)d stands behind row %(before)d; save the workbook anew."),
                row=row,
                before=self._row,
            )
        self._row, self._place, self._cells = row, -1, {}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            column = reference.rstrip("0123456789")
            place = self._places.get(column)
            if place is None:
                place = self._places[column] = position(column)
        else:
            place = self._place + 1
        if not 0 <= place < MOST_COLUMNS:
            raise Refused(
                _(
                    "Row %(row)d has cells behind column %(most)d, be it empty ones. "
                    "Delete the columns behind the table."
                ),
                row=self._row,
                most=MOST_COLUMNS,
            )
        self._place = place
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._formula = False
        self._value = []
        self._gathered = 0
        self._count += 1
        full = self._count - self._hollow
        if self._hollow > MOST_HOLLOW + HOLLOW_FOR_ONE * full:
            raise Refused(
                _(
                    "The sheet has more than %(most)d empty cells that are formatted. "
                    "Delete the rows and columns around the table."
                ),
                most=MOST_HOLLOW,
            )
        if self._count > MOST_CELLS:
            raise Refused(
                _("The sheet has more than %(most)d cells. Give the rows in parts."),
                most=MOST_CELLS,
            )

    def _text(self, piece: str) -> None:
        self._gathered += len(piece)
        # An escaped character takes seven.
        if self._gathered > 7 * LONGEST_TEXT:
            raise self._too_long()
        if self._valued:
            self._value.append(piece)
        else:
            self._inline.text(piece)

    def _end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self._valued = False
        elif tag == "row":
            self._end_row()
        elif tag in ("t", "rPh"):
            self._inline.end(tag)

    def _end_cell(self) -> None:
        value = "".join(self._value)
        inline = self._inline.taken()
        kind = _KINDS.get(self._type, Kind.TEXT)
        format_ = "General"
        if self._formula:
            kind = Kind.FORMULA
        elif self._type == "s" and value:
            value = self._shared(value)
        elif kind is Kind.TEXT:
            value = unescaped(value) if self._type == "str" else inline
        elif kind is Kind.NUMBER:
            value = value.strip()
            format_ = self._format()
        if not value and kind is not Kind.FORMULA:
            self._hollow += 1
            return
        self._length += len(value)
        if len(value) > LONGEST_TEXT or self._length > MOST_CHARACTERS:
            raise self._too_long()
        self._cells[self._place] = Cell(kind, value, format_)

    def _too_long(self) -> Refused:
        return Refused(
            _(
                "Row %(row)d has more text than is read: at most %(cell)d characters "
                "in a cell, %(sheet)d in a sheet."
            ),
            row=self._row,
            cell=LONGEST_TEXT,
            sheet=MOST_CHARACTERS,
        )

    def _shared(self, number: str) -> str:
        place = int(number) if number.strip().isdigit() else -1
        if not 0 <= place < len(self.book.texts):
            raise Refused(
                _("Row %(row)d has a text that the workbook lacks; save it anew."),
                row=self._row,
            )
        return self.book.texts[place]

    def _format(self) -> str:
        formats = self.book.formats
        place = int(self._style) if self._style.isdigit() else 0
        return formats[place] if place < len(formats) else "General"

    def _end_row(self) -> None:
        if self._cells:
            self._empty = 0
            self._done.append((self._row, self._cells))
            return
        self._empty += 1
        if self._empty > MOST_EMPTY_ROWS:
            raise Refused(
                _(
                    "The sheet has more than %(most)d empty rows one after the other, "
                    "up to row %(row)d and on. Delete the rows below the table."
                ),
                most=MOST_EMPTY_ROWS,
                row=self._row,
            )

    def _merge(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match and len(self.merged) < MOST_EMPTY_ROWS:
            self.merged.append(Merge(reference, int(match[2]), position(match[1])))


def position(column: str) -> int:
    """The place of a column by its letters: A is 0, AA 26."""
    place = 0
    for letter in column:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
