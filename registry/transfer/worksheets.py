"""Worksheets: their rows, and first their outline, read all through."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from registry.transfer import archives
from registry.transfer.csv_files import Outline
from registry.transfer.sentences import Refused, listed
from registry.transfer.sheet_rows import Cells, Merge, SheetRows
from registry.transfer.tables import Column
from registry.transfer.typed_cells import Cell, Kind, typed
from registry.transfer.workbooks import SheetPart, Workbook


class Worksheet:
    """A sheet's rows, those that are hidden too."""

    def __init__(self, book: Workbook, part: SheetPart, file: str) -> None:
        self.book = book
        self.part = part
        self.file = file
        self.outline = self._outline()

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The number and the cells with content of every row below the headings."""
        return (row for row in SheetRows(self.book, self.part).read() if row[0] > 1)

    def raw(self, cell: Cell) -> str:
        return cell.text or ("=" if cell.kind is Kind.FORMULA else "")

    def text(self, cell: Cell, column: Column) -> str:
        """What one would have typed into the cell; raises `Refused`."""
        return typed(cell, column, since_1904=self.book.since_1904)

    def _outline(self) -> Outline:
        """Read once as a whole, so that nothing is found wrong later."""
        found = Outline()
        rows = SheetRows(self.book, self.part)
        last = 0
        with archives.damage_told():
            for number, cells in rows.read():
                if number == 1:
                    found.headings = _headings(cells)
                elif any(cell.full for cell in cells.values()):
                    found.rows += 1
                    last = number
                    for place, cell in cells.items():
                        beyond = place >= len(found.headings)
                        if cell.full and (beyond or not found.headings[place]):
                            found.stray.setdefault(place, number)
        _refuse_merged(rows.merged, last, len(found.headings))
        return found


def _headings(cells: Cells) -> list[str]:
    headings = [""] * (max(cells, default=-1) + 1)
    for place, cell in cells.items():
        if cell.kind is Kind.FORMULA:
            raise Refused(
                _("The heading in column %(column)s is a formula. Write a text."),
                column=letters(place),
            )
        headings[place] = cell.text.strip()
    return headings


def _refuse_merged(merged: list[Merge], last: int, width: int) -> None:
    inside = [m.reference for m in merged if m.row <= max(last, 1) and m.column < width]
    if inside:
        raise Refused(
            _(
                "Cells are merged: %(cells)s. Unmerge them: every row needs cells of "
                "its own."
            ),
            cells=listed(inside),
        )


def letters(place: int) -> str:
    """The letters of a column by its place: 0 is A, 26 AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
