"""Whole lists as NDJSON, CSV and XLSX: every row that the filters leave, in order.

They are read from one consistent view of the registry, in constant memory, and say at
their end how many rows they hold, so that one that was cut short can be told.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from typing import Any

from django.http.response import HttpResponse, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.api.formats import books, lines
from registry.api.formats.whole import ROWS, Whole, disposition
from registry.api.parameters import Parameter, one_of
from registry.api.problems import Refused

__all__ = [
    "FORMATS",
    "JSON",
    "ROWS",
    "TABULAR",
    "Whole",
    "answer",
    "bom",
    "chosen",
    "of_tables",
    "parameter",
    "table",
]

JSON = "json"
FORMATS = [JSON, "ndjson", "csv", "xlsx"]
# Of answers that are no list of records.
TABULAR = [JSON, "csv"]


def parameter() -> Parameter:
    """``format``, of every list."""
    text = _("JSON in pages, or the whole list as NDJSON, CSV or XLSX.")
    return Parameter("format", str(text), {"type": "string", "enum": FORMATS}, "csv")


def bom() -> Parameter:
    """``bom``, of lists as CSV."""
    text = _("With format=csv: begin with the mark by which Excel knows UTF-8.")
    only = {"type": "string", "enum": ["1"]}
    return Parameter("bom", str(text), only, "1", "format=csv")


def of_tables(text: str) -> list[Parameter]:
    """``format`` and ``bom`` of a route that answers a table."""
    return [Parameter("format", text, {"type": "string", "enum": TABULAR}), bom()]


def chosen(asked: dict[str, str], allowed: list[str]) -> str:
    """The format asked for; raises `Refused` for others, and for a mark without CSV."""
    form = one_of(asked.get("format", JSON), parameter="format", allowed=allowed)
    if "bom" in asked:
        if form != "csv":
            detail = gettext("“%s” has no effect on what is asked here.") % "bom"
            raise Refused(detail, parameter="bom")
        one_of(asked["bom"], parameter="bom", allowed=["1"])
    return form


def table(
    columns: list[str],
    rows: Iterable[list[Any]],
    *,
    name: str,
    title: str,
    day: date,
    revision: int,
    mark: bool,
) -> HttpResponse:
    """A table as CSV, which ends, is made inert and named as a list is."""
    found = HttpResponse(
        lines.table(columns, rows, mark=mark), content_type=lines.TYPES["csv"]
    )
    found["Content-Disposition"] = disposition(name, title, day, "csv")
    found["X-Revision"] = str(revision)
    return found


def answer(whole: Whole, form: str, *, view: ExitStack, mark: bool) -> HttpResponseBase:
    """The list in that format; what is sent while it is read takes over the view.

    Raises `Refused` for a list that no workbook can hold.
    """
    if form == "xlsx":
        found: HttpResponseBase = books.answer(whole)
    else:
        found = lines.answer(whole, form, view=view, mark=mark)
    return found
