"""CSV lines (RFC 4180) with cells that no spreadsheet executes."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse

# What a spreadsheet takes for a formula, its full-width forms, and our own mark.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")


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


def csv_file(
    header: Iterable[Any], rows: Iterable[Iterable[Any]], *, name: str, bom: bool
) -> StreamingHttpResponse:
    """A download of those rows, sent while they are read.

    Excel takes UTF-8 for what it is only with the mark ``bom``.
    """
    writer = csv.writer(_Echo(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield ("\ufeff" if bom else "") + writer.writerow(
            [inert(title) for title in header]
        )
        for row in rows:
            yield writer.writerow([inert(value) for value in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{name}.csv\"; filename*=UTF-8''{quote(name)}.csv"
    )
    return answer
