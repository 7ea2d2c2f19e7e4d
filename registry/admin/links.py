"""From lists and records of the admin to the same over REST, and to their passages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ORDER_VAR
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from registry.admin.lists import StrictChangeList
from registry.models import Publication, Record


@dataclass(frozen=True)
class Elsewhere:
    """Where else a list's rows are to be had; an empty address where they are not."""

    api: str = ""
    # Whether the API tells all that the list shows, which has drafts too.
    whole: bool = False
    # Why there is no address.
    note: str = ""
    csv: str = ""
    xlsx: str = ""


def elsewhere(shown: Any) -> Elsewhere:
    """The API's answer to what the list was asked, and a download of its rows."""
    opts = shown.opts
    csv, xlsx = (
        reverse(f"admin:{opts.app_label}_{opts.model_name}_{kind}")
        + shown.get_query_string()
        for kind in ("csv", "xlsx")
    )
    name = shown.model_admin.api_name
    if not name:
        return Elsewhere(csv=csv, xlsx=xlsx)
    address = reverse(f"{name}-list")
    asked, lacking, published = _translated(shown, resolve(address).func)
    if lacking:
        note = _("The API has no counterpart of: %s.") % ", ".join(lacking)
        return Elsewhere(note=note, csv=csv, xlsx=xlsx)
    whole = published or not issubclass(shown.model, Record)
    query = f"?{urlencode(asked)}" if asked else ""
    file = f"{address}?{urlencode(asked | {'format': 'csv', 'bom': '1'})}"
    return Elsewhere(
        api=address + query, whole=whole, csv=file if whole else csv, xlsx=xlsx
    )


def _translated(shown: Any, view: Any) -> tuple[dict[str, str], list[str], bool]:
    """The list's query as the route's parameters; what has none; if published only."""
    known = {parameter.name for parameter in view.cls().parameters(detail=False)}
    # Needs a token there, and means drafts beside the rest.
    known.discard("publication")
    own = {
        filter_.parameter_name: filter_
        for filter_ in shown.list_filter
        if hasattr(filter_, "parameter_name")
    }
    asked: dict[str, str] = {}
    lacking: list[str] = []
    published = False
    for name, values in shown.get_filters_params().items():
        if name == "publication__exact" and values == [Publication.PUBLISHED]:
            published = True
            continue
        parameter = getattr(own.get(name), "api", "") or _column(name)
        value = ",".join(values)
        if parameter not in known or parameter in asked or not all(values):
            lacking.append(f"{_said(shown, name)}={value}")
        asked[parameter] = value
    if shown.query.strip():
        asked["search"] = shown.query
        lacking += ["q"] * ("search" not in known)
    asked |= _ordering(shown, view.cls.orderings)
    return asked, lacking, published


def _column(name: str) -> str:
    """The column whose values the lookup compares, if it asks for some of them."""
    column, _sep, lookup = name.rpartition("__")
    return column if lookup in ("exact", "in") else ""


def _said(shown: Any, name: str) -> str:
    """The filter's name for a reader."""
    for spec in shown.filter_specs:
        if name in spec.expected_parameters():
            return str(spec.title)
    return name


def _ordering(shown: Any, allowed: list[str]) -> dict[str, str]:
    """The list's ordering by one column, where the API has it; else its own."""
    chosen = shown.params.get(ORDER_VAR, "")
    if not chosen or "." in chosen:
        return {}
    column = shown.get_ordering_field(shown.list_display[int(chosen.lstrip("-"))])
    sign = "-" if chosen.startswith("-") else ""
    return {"ordering": f"{sign}{column}"} if column in allowed else {}


def change_address(record: Any) -> str:
    """The record's page in the admin."""
    opts = record._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[quote(record.pk)])


def list_address(model: Any, **query: str) -> str:
    """The list of that model, filtered so."""
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return f"{address}?{urlencode(query)}"


class LinkedChangeList(StrictChangeList):
    @cached_property
    def elsewhere(self) -> Elsewhere:
        return elsewhere(self)

    def links(self) -> list[tuple[Any, str]]:
        """What else its admin makes of the rows: title and address."""
        model_admin: Any = self.model_admin
        return list(model_admin.list_links(self))


class Linked:
    """For an admin: its list leads to the API's, a record's page to its passages."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return LinkedChangeList

    def list_links(self, shown: Any) -> list[tuple[Any, str]]:
        """Title and address of what there is of the rows that the list shows."""
        return []

    def passages_address(self, record: Any) -> str:
        """Where the record's passages are; empty where it has none."""
        passage = getattr(record, "passage", None)
        return change_address(passage) if passage else ""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if original := context.get("original"):
            context["passages_address"] = self.passages_address(original)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]  # of the admin beside it
