"""Lists line by line, sent while they are read: CSV and NDJSON.

The last line says how many rows came before it.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

from django.http import StreamingHttpResponse

from registry.api.encoding import encoded
from registry.api.formats.streams import Stream
from registry.api.formats.whole import ROWS, Whole
from registry.api.records import cutter, header
from registry.cells import csv_pieces

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson; charset=utf-8",
}
# Ends of lines to Unicode and to many a reader, though not to JSON.
_LINE_ENDS = {
    end.encode(): f"\\u{ord(end):04x}".encode() for end in ("\x85", "\u2028", "\u2029")
}


def answer(
    whole: Whole, form: str, *, view: ExitStack, mark: bool
) -> StreamingHttpResponse:
    """The list as CSV or NDJSON, which takes over the view; ``mark``: with a BOM."""
    pieces: Iterator[str | bytes] = (
        csv_pieces(_rows(whole), bom=mark) if form == "csv" else _objects(whole)
    )
    found = StreamingHttpResponse(Stream(pieces, view), content_type=TYPES[form])
    found["Content-Disposition"] = whole.disposition(form)
    return found


def table(columns: list[str], rows: Iterable[list[Any]], *, mark: bool) -> bytes:
    """A CSV that is short: a table that is no list of records."""
    return "".join(csv_pieces(_counted(columns, rows), bom=mark)).encode()


def _rows(whole: Whole) -> Iterator[list[Any]]:
    fields = whole.records.child.fields
    cut = cutter(fields)
    shown = (record for batch in whole.batches() for _key, record in batch)
    return _counted(header(fields), map(cut, shown))


def _counted(columns: list[str], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Header, rows, and a record of equal length whose first cell is the count."""
    yield columns
    number = 0
    for row in rows:
        number += 1
        yield row
    yield [f"{ROWS}={number}", *[None] * (len(columns) - 1)]


def _objects(whole: Whole) -> Iterator[bytes]:
    """One object a line, as in the list's JSON, and one that tells of them all."""
    number = 0
    for batch in whole.batches():
        number += len(batch)
        yield _lines([shown for _key, shown in batch])
    yield _lines([{ROWS: number, "revision": whole.revision, "query": whole.query}])


def _lines(objects: list[dict[str, Any]]) -> bytes:
    text = b"".join([encoded(one) + b"\n" for one in objects])
    for end, escaped in _LINE_ENDS.items():
        text = text.replace(end, escaped)
    return text
