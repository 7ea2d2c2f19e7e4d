"""Records that were published once and are no more."""

from typing import Any

from django.db import models
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from rest_framework import exceptions, status

from registry import journal
from registry.models import Entry, Publication, Record, visible


class Gone(exceptions.APIException):
    """A withdrawn record: status 410, with its code and the day it was withdrawn."""

    status_code = status.HTTP_410_GONE

    def __init__(self, record: Record) -> None:
        super().__init__(_("%(code)s was withdrawn.") % {"code": record.pk})
        self.members: dict[str, Any] = {
            "code": record.pk,
            "withdrawn_on": withdrawn_on(record),
            "successor": record.merged_into_id,
        }


def withdrawn_on(record: Record) -> str | None:
    """The day, Beijing time, on which the journal saw it withdrawn."""
    kind = journal.kind_of(type(record))
    entries = Entry.objects.filter(kind=kind, key=record.pk).order_by("-id")
    day = None
    for entry in entries.select_related("change").iterator(20):
        if journal.publication_in(entry) != Publication.WITHDRAWN:
            break
        day = localdate(entry.change.at).isoformat()
    return day


def successor_of(record: Record, among: models.QuerySet) -> str | None:
    """The code of the published record that it was merged into, among those rows."""
    found = among.filter(visible(among.model), pk=record.merged_into_id)
    return found.values_list("pk", flat=True).first()


def elsewhere(
    request: HttpRequest, code: str, among: models.QuerySet
) -> HttpResponseBase:
    """Where a merged record went; raises `Gone` for one withdrawn, else Http404."""
    row = among.filter(pk=code).first()
    if row is None or getattr(row, "publication", "") != Publication.WITHDRAWN:
        raise Http404
    successor = successor_of(row, among)
    if successor is None:
        raise Gone(row)
    start, _code, end = request.path.rpartition(f"/{code}/")
    there = f"{start}/{successor}/{end}"
    query = request.META["QUERY_STRING"]
    return HttpResponsePermanentRedirect(
        request.build_absolute_uri(f"{there}?{query}" if query else there)
    )
