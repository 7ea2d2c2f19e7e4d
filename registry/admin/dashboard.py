"""The first page's table: records of each kind, and how many need looking after."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.admin.filters import YEAR
from registry.models import Coded, Record, verified_within


@dataclass(frozen=True)
class Column:
    """A count of the table, and the query of the change list that shows just those."""

    name: str
    title: Any
    query: str
    hint: Any = ""


PAST = pgettext_lazy("period", "ended")
COLUMNS = [
    Column("all", _("all"), ""),
    Column("drafts", _("drafts"), "publication__exact=draft"),
    Column("stale", _("to verify"), "stale=yes"),
    Column("unevidenced", _("no evidence"), "evidence=missing"),
    Column("ending", _("ending"), "ending=year", _("Ends within a year")),
    Column("ended", PAST, "ending=past", _("Its stated end is past")),
]


def columns() -> list[Column]:
    """The columns, each with its hint in the reader's language."""
    days = gettext("Not verified within %(days)d days") % {
        "days": settings.STALE_AFTER_DAYS
    }
    return [
        Column("stale", column.title, column.query, days)
        if column.name == "stale"
        else column
        for column in COLUMNS
    ]


def count_rows(sections: Any) -> list[Any]:
    """The sections of the index, each model with a cell for every column.

    A cell is (number, address), or None where the column says nothing of the model.
    Models that are a part of another listed one have only their number.
    """
    listed = {m["model"] for section in sections for m in section["models"]}
    return [
        section
        | {
            "models": [
                entry | {"cells": _cells(entry["model"], listed)}
                for entry in section["models"]
            ]
        }
        for section in sections
    ]


def _cells(model: Any, listed: set[Any]) -> list[tuple[int, str] | None]:
    counts = _counts(model, part=model._meta.concrete_model in listed - {model})
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return [
        (counts[column.name], f"{address}?{column.query}".rstrip("?"))
        if column.name in counts
        else None
        for column in COLUMNS
    ]


def _counts(model: Any, *, part: bool) -> dict[str, int]:
    """Numbers by column; of the journal none, since counting it takes long."""
    rows = model._default_manager
    if not issubclass(model, Coded):
        return {}
    if part or not issubclass(model, Record):
        return {"all": rows.count()}
    today = localdate()
    counts = rows.aggregate(
        all=Count("pk"),
        drafts=Count("pk", filter=Q(publication="draft")),
        stale=Count("pk", filter=~verified_within(today)),
    )
    if hasattr(rows, "without_evidence"):
        counts["unevidenced"] = rows.without_evidence().count()
    if hasattr(rows, "expiring"):
        counts["ended"] = rows.expiring(today).count()
        counts["ending"] = rows.expiring(today + YEAR).count() - counts["ended"]
    return counts
