"""CSV lines (RFC 4180) with cells that no spreadsheet executes."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from django.http import StreamingHttpResponse

from registry.file_names import attachment

# What a spreadsheet takes for a formula, its full-width forms, and our own mark.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# Lines of one piece of a file: few enough to hold, enough to be quick.
TOGETHER = 500


def inert(value: Any) -> Any:
    """A cell's value; a text that a spreadsheet would execute gets one ' in front.

    A number stays a number, a negative one too.
    """
    if not isinstance(value, str) or not value.startswith(DANGEROUS):
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"


def csv_pieces(rows: Iterable[Iterable[Any]], *, bom: bool = False) -> Iterator[str]:
    """The rows as CSV, some hundred lines at a time.

    Excel takes UTF-8 for what it is only with the mark ``bom``.
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    held.write("\ufeff" if bom else "")
    rest = iter(rows)
    while lines := list(islice(rest, TOGETHER)):
        writer.writerows([inert(value) for value in line] for line in lines)
        yield held.getvalue()
        held.seek(0)
        held.truncate()


def csv_file(
    header: Iterable[Any], rows: Iterable[Iterable[Any]], *, name: str, bom: bool
) -> StreamingHttpResponse:
    """A download of those rows, sent while they are read."""
    pieces = csv_pieces(chain([header], rows), bom=bom)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = attachment(f"{name}.csv")
    return answer
