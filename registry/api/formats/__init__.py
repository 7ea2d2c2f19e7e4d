"""Whole lists as NDJSON, CSV and XLSX: every row that the filters leave, in order.

They are read from one consistent view of the registry, in constant memory, and say at
their end how many rows they hold, so that one that was cut short can be told.
"""

from contextlib import ExitStack

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from registry.api.formats import books, lines
from registry.api.formats.whole import ROWS, Whole
from registry.api.parameters import Parameter

__all__ = ["FORMATS", "JSON", "ROWS", "Whole", "answer", "bom", "parameter"]

JSON = "json"
FORMATS = [JSON, "ndjson", "csv", "xlsx"]


def parameter() -> Parameter:
    """``format``, of every list."""
    text = _("JSON in pages, or the whole list as NDJSON, CSV or XLSX.")
    return Parameter("format", str(text), {"type": "string", "enum": FORMATS}, "csv")


def bom() -> Parameter:
    """``bom``, of lists as CSV."""
    text = _("With format=csv: begin with the mark by which Excel knows UTF-8.")
    only = {"type": "string", "enum": ["1"]}
    return Parameter("bom", str(text), only, "1", "format=csv")


def answer(whole: Whole, form: str, *, view: ExitStack, mark: bool) -> HttpResponseBase:
    """The list in that format; what is sent while it is read takes over the view.

    Raises `Refused` for a list that no workbook can hold.
    """
    if form == "xlsx":
        found: HttpResponseBase = books.answer(whole)
    else:
        found = lines.answer(whole, form, view=view, mark=mark)
    return found
