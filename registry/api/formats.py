"""Lists as CSV: the whole filtered set, streamed, with cells that no sheet executes."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from registry.api.records import Record, Records, cells, header
from registry.cells import csv_file


def csv_answer(
    records: Records, chunks: Iterator[Any], *, name: str
) -> StreamingHttpResponse:
    """The records of those querysets as RFC 4180 CSV, header first."""
    child: Record = records.child
    rows = (
        cells(child, record) for chunk in chunks for _key, record in records.rows(chunk)
    )
    return csv_file(header(child), rows, name=name, bom=False)
