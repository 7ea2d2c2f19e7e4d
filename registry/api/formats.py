"""Lists as CSV: the whole filtered set, streamed, with cells that no sheet executes."""

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

from registry.api.records import Record, Records, cells, header

# What a spreadsheet takes for a formula, its full-width forms, and our own mark.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
CHUNK = 500


class _Echo:
    """A file that gives back what is written to it."""

    @staticmethod
    def write(line: str) -> str:
        return line


def inert(value: Any) -> Any:
    """A cell's value; a text that a spreadsheet would execute gets one ' in front.

    A number stays a number, a negative one too.
    """
    if not isinstance(value, str) or not value.startswith(DANGEROUS):
        return value
    if value[0] in "+-":
        try:
            float(value)
        except ValueError:
            return f"'{value}"
        return value
    return f"'{value}"


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
    writer = csv.writer(_Echo(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield writer.writerow(header(child))
        with moment:
            for chunk in chunks:
                for _key, record in records.rows(chunk):
                    yield writer.writerow([inert(v) for v in cells(child, record)])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{name}.csv\"; filename*=UTF-8''{quote(name)}.csv"
    )
    return answer
