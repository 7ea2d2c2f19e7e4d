"""Tables read from the files that people give: CSV, XLSX, ZIP of CSVs.

What is wrong with files and headings is raised at once, for all of them; what is wrong
with single cells comes with their rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _

from registry.transfer import archives, headings
from registry.transfer.csv_files import CsvFile, Outline
from registry.transfer.headings import KEY
from registry.transfer.kinds import Kind, kind_of
from registry.transfer.meanings import understood
from registry.transfer.sentences import Refused, listed, nearest, said, shown
from registry.transfer.sheet_names import explains
from registry.transfer.tables import Column, Problem, Row, Table, Unreadable
from registry.transfer.workbooks import Workbook, is_document
from registry.transfer.worksheets import Worksheet, letters


class Source(Protocol):
    """Where a table's rows stand: cells by their place, of a kind of its own."""

    file: str
    outline: Outline

    def rows(self) -> Iterator[tuple[int, dict[int, Any]]]:
        """The number and cells of every row below the headings."""

    def raw(self, cell: Any) -> str:
        """What stands in the cell."""

    def text(self, cell: Any, column: Column) -> str:
        """What was meant to stand there; raises `Refused`."""


@dataclass(frozen=True)
class Sheet:
    """A table's rows in a file; each iteration reads them anew, one at a time.

    ``columns`` are the names present, in the file's order; ``rows`` says how many rows
    there are that hold something. Columns that are unknown or doubled are not read.
    """

    table: Table
    source: Source
    columns: tuple[str, ...]

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def rows(self) -> int:
        return self.source.outline.rows

    def __iter__(self) -> Iterator[Row]:
        source = self.source
        width = len(source.outline.headings)
        columns = [
            (place, self.table.column(name))
            for place, name in enumerate(source.outline.headings)
            if name in self.table.names and self.columns.count(name) == 1
        ]
        for number, cells in source.rows():
            if not any(source.raw(cell).strip() for cell in cells.values()):
                continue
            row = Row(number, {})
            for place, column in columns:
                self._read(row, column, cells.get(place, ""))
            beyond = [p for p, cell in cells.items() if p >= width and source.raw(cell)]
            if beyond:
                sentence = _beyond(max(beyond) + 1, width, min(beyond))
                row.problems.append(self._problem(row, "", sentence))
            yield row

    def _read(self, row: Row, column: Column, cell: Any) -> None:
        """Put the cell into the row: understood, or as it stands and what is wrong."""
        row.cells[column.name] = ""
        if not cell:
            return
        try:
            text = self.source.text(cell, column)
            row.cells[column.name] = understood(text, column)
        except Refused as refused:
            row.cells[column.name] = self.source.raw(cell)
            row.problems.append(self._problem(row, column.name, refused.sentence))

    def _problem(self, row: Row, column: str, sentence: Any) -> Problem:
        return Problem(sentence, self.file, self.table.name, row.number, column)


def read(
    files: Sequence[tuple[str, BinaryIO]], tables: Sequence[Table], *, only: str = ""
) -> list[Sheet]:
    """The tables in those named files, in their order; raises `Unreadable`.

    That has those tables beside its problems whose rows can be read all the same. A CSV
    belongs to the table whose name its own begins with, or to the table ``only``; a
    workbook has a sheet for each. The files stay open while the sheets are read.
    """
    taken = [table for table in tables if not only or table.name == only]
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for name, file in files:
        try:
            found = list(_sources(name, file, taken, only))
        except Refused as refused:
            problems.append(Problem(refused.sentence, file=name))
            continue
        for table, make in found:
            _add(table, make, name, sheets, problems)
    if not problems and not any(sheet.rows for sheet in sheets):
        names = listed(sheet.file for sheet in sheets) or listed(n for n, _f in files)
        sentence = said(_("No row stands below the headings."))
        problems.append(Problem(sentence, file=names))
    if problems:
        unknown = {(p.file, p.table) for p in problems if p.column in ("", KEY)}
        known = [s for s in sheets if (s.file, s.table.name) not in unknown]
        raise Unreadable(problems, known)
    return sheets


def _add(
    table: Table,
    make: Callable[[], Source],
    file: str,
    sheets: list[Sheet],
    problems: list[Problem],
) -> None:
    """Put the table's sheet with the others, or what is wrong with it."""
    before = [sheet.file for sheet in sheets if sheet.table.name == table.name]
    if before:
        sentence = said(
            _("The table “%(table)s” is given twice; it stands in %(file)s already."),
            table=table.name,
            file=before[0],
        )
        problems.append(Problem(sentence, file=file, table=table.name))
        return
    try:
        source = make()
    except Refused as refused:
        problems.append(Problem(refused.sentence, file=file, table=table.name))
        return
    wrong = headings.problems_of(source.outline, table, source.file)
    problems += wrong
    names = tuple(heading for heading in source.outline.headings if heading)
    sheets.append(Sheet(table, source, names))


def _sources(
    name: str, file: BinaryIO, tables: Sequence[Table], only: str
) -> Iterator[tuple[Table, Callable[[], Source]]]:
    """Every table of the file, with what opens it."""
    if kind_of(file) is Kind.TEXT:
        table = tables[0] if only and tables else _named(_stem(name), tables)
        yield table, lambda: CsvFile(name, lambda: _again(file))
        return
    archive = archives.opened(file)
    if is_document(archive):
        yield from _worksheets(name, Workbook(archive), tables, only)
        return
    for member in archives.tables_in(archive):
        table = _named(_stem(member.filename), tables)
        inside = f"{name}/{member.filename}"

        def make(path: str = member.filename, inside: str = inside) -> Source:
            with archives.damage_told(), archive.open(path) as opened:
                if kind_of(opened) is Kind.ZIP:
                    raise Refused(_("A ZIP in a ZIP is not read. Unpack it."))
            return CsvFile(inside, lambda: archive.open(path))

        yield table, make


def _worksheets(
    name: str, book: Workbook, tables: Sequence[Table], only: str
) -> Iterator[tuple[Table, Callable[[], Source]]]:
    sheets = [part for part in book.sheets if not explains(part.name)]
    for part in sheets:
        # Rows copied to a workbook of their own stand on Sheet1.
        alone = only and tables and len(sheets) == 1
        table = tables[0] if alone else _by_name(part.name.strip().lower(), tables)
        if table is None:
            raise _no_table(part.name, tables)
        yield table, lambda part=part: Worksheet(book, part, name)  # type: ignore[misc]  # the part of this turn


def _named(stem: str, tables: Sequence[Table]) -> Table:
    """The table whose name the file's begins with, of several the longest."""
    found = [
        table
        for table in tables
        if re.match(rf"{re.escape(table.name)}(?![a-z0-9_])", stem)
    ]
    if not found:
        raise _no_table(stem, tables)
    return max(found, key=lambda table: len(table.name))


def _by_name(name: str, tables: Sequence[Table]) -> Table | None:
    return next((table for table in tables if table.name == name), None)


def _no_table(name: str, tables: Sequence[Table]) -> Refused:
    known = [table.name for table in tables]
    near = nearest(name, known)
    if near:
        return Refused(
            _("“%(name)s” names no table; is “%(near)s” meant? Allowed: %(known)s."),
            name=shown(name),
            near=near,
            known=listed(known),
        )
    return Refused(
        _("“%(name)s” names no table. Allowed: %(known)s."),
        name=shown(name),
        known=listed(known),
    )


def _stem(name: str) -> str:
    return re.split(r"[/\\]", name)[-1].rpartition(".")[0].strip().lower()


def _again(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _beyond(cells: int, width: int, first: int) -> Any:
    return said(
        _(
            "The row has %(cells)d cells but there are %(headings)d headings; what "
            "stands from column %(column)s on belongs to none. A text with a comma "
            "needs quotation marks."
        ),
        cells=cells,
        headings=width,
        column=letters(first),
    )
