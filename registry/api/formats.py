"""Lists as CSV: the whole filtered set, streamed, with cells that no sheet executes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from django.http import StreamingHttpResponse

from registry.api.records import Record, Records, cells, header
from registry.cells import csv_file


def csv_answer(
    records: Records,
    chunks: Iterator[Any],
    moment: AbstractContextManager[Any],
    *,
    name: str,
) -> StreamingHttpResponse:
    """The records of those querysets as RFC 4180 CSV, header first.

    All of them are read within the context ``moment``.
    """
    child: Record = records.child

    def rows() -> Iterator[list[Any]]:
        with moment:
            for chunk in chunks:
                for _key, record in records.rows(chunk):
                    yield cells(child, record)

    return csv_file(header(child), rows(), name=name, bom=False)
