"""Workbooks (XLSX) to download, written to a temporary file in constant memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse

from registry.transfer.spreadsheets import Spreadsheet


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, with a heading row that stays in sight."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    # Columns on the left that stay in sight as well.
    fixed: int = 0


def xlsx_file(sheets: Iterable[Sheet], *, name: str) -> FileResponse:
    """A download of those sheets.

    Raises `registry.transfer.sentences.Refused` for what no sheet can hold.
    """

    def write(file: IO[bytes]) -> None:
        with Spreadsheet(file) as book:
            for one in sheets:
                sheet = book.sheet(one.name, one.header)
                sheet.freeze_panes(1, one.fixed)
                book.fill(sheet, one.rows)

    return download(write, f"{name}.xlsx")


def download(write: Callable[[IO[bytes]], None], name: str) -> FileResponse:
    """A download under that name of what is written to the file."""
    file = TemporaryFile()  # noqa: SIM115  # closed by the answer
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)
