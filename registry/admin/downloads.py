"""A change list as CSV or XLSX: its columns, all that its filters leave, every page."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import unescape
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from registry import journal
from registry.admin.lists import Unanswerable
from registry.cells import csv_file
from registry.transfer.sentences import Refused
from registry.workbooks import Sheet, xlsx_file

CHUNK = 500

# The titles of a column of the list, and the cells that a row has there.
Column = tuple[list[str], Callable[[Any], list[Any]]]


class Downloads:
    """For an admin: ``csv/`` and ``xlsx/`` below its list, with the list's query."""

    def get_urls(self) -> list[Any]:
        admin: Any = self
        name = f"{admin.opts.app_label}_{admin.opts.model_name}"
        own = [
            path(f"{kind}/", admin.admin_site.admin_view(view), name=f"{name}_{kind}")
            for kind, view in (("csv", self.csv_view), ("xlsx", self.xlsx_view))
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]  # of the admin beside it

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        return self._download(request, partial(csv_file, bom=True))

    def xlsx_view(self, request: HttpRequest) -> HttpResponseBase:
        return self._download(request, _workbook)

    def _download(
        self, request: HttpRequest, file: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        try:
            shown = admin.get_changelist_instance(request)
            columns = [
                column(admin, name)
                for name in shown.list_display
                if name != "action_checkbox"
            ]
            header = [title for titles, _cells in columns for title in titles]
            rows = _rows(shown.queryset, columns)
            return file(header, rows, name=admin.api_name or admin.opts.model_name)
        except Unanswerable as refused:
            return admin.refusal(request, refused)


def _workbook(
    header: list[str], rows: Iterable[list[Any]], *, name: str
) -> HttpResponseBase:
    """The same as a workbook; raises `Unanswerable` for what no sheet can hold."""
    try:
        return xlsx_file([Sheet(name, header, rows)], name=name)
    except Refused as refused:
        raise Unanswerable(str(refused.sentence)) from refused


def _rows(queryset: models.QuerySet, columns: list[Column]) -> Iterator[list[Any]]:
    # One consistent view of the registry, however long the file takes to send.
    with journal.reading():
        for row in queryset.iterator(chunk_size=CHUNK):
            yield [cell for _titles, cells in columns for cell in cells(row)]


def column(admin: Any, name: str) -> Column:
    """What the list shows in that column, as text; a reference as code and name."""
    title = str(label_for_field(name, admin.model, admin))
    try:
        field = admin.model._meta.get_field(name)
    except FieldDoesNotExist:
        return [title], lambda row: [_text(lookup_field(name, row, admin)[2])]
    if isinstance(field, models.ForeignKey):
        return [_("%s (code)") % title, title], lambda row: [
            getattr(row, field.attname),
            _text(getattr(row, name)),
        ]
    labels = {value: str(label) for value, label in field.flatchoices}

    def cells(row: Any) -> list[Any]:
        value = getattr(row, name)
        return [labels.get(value, value)]

    return [title], cells


def _text(value: Any) -> Any:
    """The value without its markup, where it is meant as such."""
    if value is None or isinstance(value, int | float):
        return value
    return unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value)
