"""Lists as workbooks: a sheet of the rows, one of each nested list, one about them.

A workbook is whole or not there at all, so it is written before it is sent.
"""

from typing import IO, Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from registry.api.formats.whole import ROWS, Whole
from registry.api.problems import Refused
from registry.api.records import Fields, Record, Records, cutter, header, numeric
from registry.transfer import sentences
from registry.transfer.spreadsheets import MOST_ROWS, Rows, Spreadsheet, number_of
from registry.workbooks import download

ABOUT = "about"


def answer(whole: Whole) -> FileResponse:
    """The list as a workbook; raises `Refused` for one that no workbook can hold."""
    if len(whole.queryset.values_list("pk")[MOST_ROWS - 1 : MOST_ROWS]):
        detail = _("A sheet holds %d rows; there are more. Take CSV or NDJSON.")
        raise _refused(detail % (MOST_ROWS - 1))
    try:
        found = download(lambda file: _write(file, whole), f"{whole.name}.xlsx")
    except sentences.Refused as refused:
        raise _refused(str(refused.sentence)) from refused
    found["Content-Disposition"] = whole.disposition("xlsx")
    return found


def _refused(detail: str) -> Refused:
    return Refused(detail, parameter="format", allowed=["json", "ndjson", "csv"])


class _Sheet:
    """A sheet of records of one class, below their columns."""

    def __init__(self, book: Spreadsheet, name: str, fields: Fields, owner: str = ""):
        columns = [owner] * bool(owner) + header(fields)
        self._rows = Rows(book, book.sheet(name, columns))
        self._cut = cutter(fields)
        self._numeric = [n for n, one in enumerate(numeric(fields)) if one]

    def add(self, record: dict[str, Any], *owner: str) -> None:
        row = self._cut(record)
        for place in self._numeric:
            if row[place] is not None:
                row[place] = number_of(row[place])
        self._rows.add([*owner, *row])

    def close(self) -> int:
        """How many rows it has now that it is done."""
        self._rows.close()
        return self._rows.number


def _write(file: IO[bytes], whole: Whole) -> None:
    fields = whole.records.child.fields
    nested = {name: one for name, one in fields.items() if isinstance(one, Records)}
    flat = {name: field for name, field in fields.items() if name not in nested}
    with Spreadsheet(file) as book:
        rows = _Sheet(book, whole.name, flat)
        parts = {
            name: _Sheet(book, name, records.child.fields, _owner(records.child))
            for name, records in nested.items()
        }
        for batch in whole.batches():
            for key, record in batch:
                rows.add(record)
                for name, part in parts.items():
                    for line in record[name]:
                        part.add(line, key)
        told: dict[str, Any] = {ROWS: rows.close(), "revision": whole.revision}
        told |= {f"{ROWS} {name}": part.close() for name, part in parts.items()}
        told |= {"query": whole.query, "day": str(whole.day)}
        book.fill(book.sheet(ABOUT, ["about", "value"]), told.items())


def _owner(record: Record) -> str:
    """What the column with the owner's code is called: as the row itself calls it."""
    meta: Any = record.Meta
    return str(meta.owner)
