"""A row of a sheet in one piece, as the markup of the file.

xlsxwriter in constant memory makes an object, a dozen checks and a write of each cell.
Here a row becomes one text, the same but for the time, and goes where xlsxwriter would
write it.
"""

import re
from functools import lru_cache

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# Control characters, what reads as an escaped one, and what XML would not take as text.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_column = lru_cache(maxsize=None)(xl_col_to_name)


class Lines:
    """Rows that follow what was written to the sheet by itself, one after the other."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        # What xlsxwriter holds back, the headings, goes to the file before them.
        sheet._write_single_row(1)

    def add(self, number: int, cells: list[str]) -> None:
        """Write the row of that number, from 0, of `text` and `value`."""
        if cells:
            line = f'<row r="{number + 1}">{"".join(cells)}</row>'
            self._sheet.fh.write(line)

    def close(self, last: int, width: int) -> None:
        """Say how far the sheet reaches: to the row and column of those numbers."""
        self._sheet._check_dimensions(last, width)


def text(number: int, place: int, said: str, style: int) -> str:
    """A cell of the row and column of those numbers that holds a text."""
    if _SPECIAL.search(said):
        said = _SPECIAL.sub(_escape, said)
    kept = ' xml:space="preserve"' if said != said.strip() else ""
    return (
        f'<c r="{_column(place)}{number + 1}" s="{style}" t="inlineStr">'
        f"<is><t{kept}>{said}</t></is></c>"
    )


def value(number: int, place: int, given: float, style: int) -> str:
    """A cell that holds a number."""
    return f'<c r="{_column(place)}{number + 1}" s="{style}"><v>{given:.16G}</v></c>'


def _escape(found: re.Match[str]) -> str:
    """``&`` as XML has it, others as Excel: ``_x0007_``, ``_x005F_x0007_``."""
    sign = found.group()
    if len(sign) > 1:
        return f"_x005F{sign}"
    return _ESCAPED.get(sign) or f"_x{ord(sign):04X}_"
