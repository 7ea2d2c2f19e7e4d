"""The responsibility matrix as CSV and XLSX."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext

from programs.matrix import Body, Matrix
from programs.models import Passage, Responsibility
from registry.cells import csv_file
from registry.workbooks import Sheet, xlsx_file


def csv(shown: Matrix) -> HttpResponseBase:
    """The matrix as it stands on the page."""
    header, rows = _table(shown)
    return csv_file(header, rows, name=_file_name(shown), bom=True)


def xlsx(shown: Matrix) -> HttpResponseBase:
    """The matrix, and on a second sheet a row for each responsibility."""
    header, rows = _table(shown)
    sheets = [
        Sheet(gettext("Matrix"), header, rows, fixed=4),
        Sheet(gettext("Responsibilities"), *_long(shown)),
    ]
    return xlsx_file(sheets, name=_file_name(shown))


def _file_name(shown: Matrix) -> str:
    documents = {passage.document_id for passage in shown.columns}
    return "-".join(["matrix", *documents]) if len(documents) == 1 else "matrix"


def _table(shown: Matrix) -> tuple[list[str], list[list[Any]]]:
    places = [str(p) if shown.several else p.locator for p in shown.columns]
    header = [gettext("kind"), gettext("code"), gettext("agency"), gettext("measures")]
    rows: list[list[Any]] = [
        [
            str(title),
            body.agency.pk if body.agency else "",
            _name(body, shown),
            len(body.cells),
            *(_said(body, passage) for passage in shown.columns),
        ]
        for title, bodies in shown.groups
        for body in bodies
    ]
    totals = [shown.total(passage) for passage in shown.columns]
    return header + places, [*rows, [gettext("bodies"), "", "", "", *totals]]


def _name(body: Body, shown: Matrix) -> str:
    """The body; words that name none with the document in which they stand."""
    named = f"{body.name} · {body.document}"
    return named if body.document and shown.several else body.name


def _said(body: Body, passage: Passage) -> str:
    """A cell in words; what stands in the running text says so."""
    words = []
    for duty in body.cells.get(passage.pk, []):
        role = duty.get_role_display()
        text = duty.source == Responsibility.Source.TEXT
        words.append(gettext("%s (running text)") % role if text else role)
    return gettext(", ").join(words)


def _long(shown: Matrix) -> tuple[list[str], list[list[Any]]]:
    """A heading and a row for each responsibility, in the documents' order."""
    header = [
        gettext("document (code)"),
        gettext("document"),
        gettext("measure (code)"),
        gettext("locator"),
        gettext("heading"),
        gettext("agency (code)"),
        gettext("agency"),
        gettext("role"),
        gettext("read from"),
        gettext("group of the list"),
        gettext("order"),
        gettext("task"),
        gettext("as written"),
    ]
    return header, [
        [
            passage.document_id,
            str(passage.document),
            passage.pk,
            passage.locator,
            passage.heading,
            body.agency.pk if body.agency else "",
            str(body.agency or ""),
            duty.get_role_display(),
            duty.get_source_display(),
            duty.group,
            duty.order,
            duty.task,
            duty.as_written,
        ]
        for passage in shown.columns
        for body, duty in shown.duties.get(passage.pk, [])
    ]
