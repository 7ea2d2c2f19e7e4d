"""Tables as files that every spreadsheet leaves as they are: CSV, ZIP of CSVs, XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from registry.transfer.apostrophes import guarded
from registry.transfer.spreadsheets import Spreadsheet, both, number_of
from registry.transfer.tables import Column, Holds, Table

Rows = Iterable[Mapping[str, str]]

_LINES_AT_ONCE = 200
_WIDTHS = {
    Holds.TEXT: 36,
    Holds.CODE: 28,
    Holds.CODES: 28,
    Holds.CHOICE: 16,
    Holds.NUMBER: 18,
    Holds.DATE: 12,
    Holds.YES_NO: 8,
}
# The first moment that the format knows: the same rows give the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def csv_lines(table: Table, rows: Rows, *, bom: bool) -> Iterator[str]:
    """Lines of RFC 4180, headings first; a column that a row lacks is empty.

    Excel takes UTF-8 for what it is only with the mark ``bom``.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue()

    yield ("\ufeff" if bom else "") + line(column.name for column in table.columns)
    for row in rows:
        yield line(
            guarded(row.get(column.name, ""), column) for column in table.columns
        )


class _Passing(io.RawIOBase):
    """A file that keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._kept += data
        return len(data)

    def taken(self) -> bytes:
        kept = bytes(self._kept)
        self._kept.clear()
        return kept


def zip_of_csvs(sheets: Iterable[tuple[Table, Rows]], *, bom: bool) -> Iterator[bytes]:
    """A ZIP with a CSV for each table, in pieces while the rows are read."""
    out = _Passing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in sheets:
            member = zipfile.ZipInfo(f"{table.name}.csv", _NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w") as file:
                kept: list[str] = []
                for line in csv_lines(table, rows, bom=bom):
                    kept.append(line)
                    if len(kept) == _LINES_AT_ONCE:
                        file.write("".join(kept).encode())
                        kept.clear()
                        yield out.taken()
                file.write("".join(kept).encode())
            yield out.taken()
    yield out.taken()


def write_workbook(file: IO[bytes], sheets: Iterable[tuple[Table, Rows]]) -> None:
    """An XLSX workbook with a sheet for each table, labels as notes of the headings.

    Raises `registry.transfer.sentences.Refused` for a text or a number of rows that no
    sheet can hold.
    """
    with Spreadsheet(file) as book:
        for table, rows in sheets:
            sheet = book.sheet(
                table.name,
                [column.name for column in table.columns],
                widths=[_WIDTHS[column.holds] for column in table.columns],
                notes=[note(column) for column in table.columns],
            )
            book.fill(sheet, ([_cell(row, c) for c in table.columns] for row in rows))


def note(column: Column) -> str:
    """The column's label and help in both languages."""
    return "\n".join(filter(None, (both(column.label), both(column.help))))


def _cell(row: Mapping[str, str], column: Column) -> object:
    text = row.get(column.name, "")
    return number_of(text) if column.holds is Holds.NUMBER else text
