"""The first page's table: records of each kind, and how many need looking after."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry import freshness
from registry.admin.kept import Kept
from registry.models import Coded, Record, verified_within


@dataclass(frozen=True)
class Column:
    """A count of the table, and what shows just those.

    That is the change list with this query or, where a section is named, that queue.
    """

    name: str
    title: Any
    query: str = ""
    hint: Any = ""
    section: str = ""


PAST = pgettext_lazy("period", "ended")
COLUMNS = [
    Column("all", _("all")),
    Column("drafts", _("drafts"), "publication__exact=draft"),
    Column("stale", _("to verify"), section="stale"),
    Column("unevidenced", _("no evidence"), section="evidence"),
    Column("ending", _("ending"), "ending=year", _("Ends within a year"), "expiring"),
    Column("ended", PAST, "ending=past", _("Its stated end is past"), "expiring"),
]


def columns() -> list[Column]:
    """The columns, each with its hint in the reader's language."""
    days = gettext("Not verified within %(days)d days") % {
        "days": settings.STALE_AFTER_DAYS
    }
    return [
        replace(column, hint=days) if column.name == "stale" else column
        for column in COLUMNS
    ]


def kinds(sections: Any) -> list[type[Record]]:
    """The kinds of records in the index, but those that are a part of another one."""
    listed = [m["model"] for section in sections for m in section["models"]]
    return [
        model
        for model in listed
        if issubclass(model, Record) and not _is_part(model, listed)
    ]


def _is_part(model: Any, listed: Collection[Any]) -> bool:
    concrete = model._meta.concrete_model
    return concrete is not model and concrete in listed


def count_rows(sections: Any, kept: Kept) -> list[Any]:
    """The sections of the index, each model with a cell for every column.

    A cell is (number, address), or None where the column says nothing of the model.
    Models that are a part of another listed one have only their number.
    """
    listed = {m["model"] for section in sections for m in section["models"]}
    return [
        section
        | {
            "models": [
                entry | {"cells": _cells(entry["model"], listed, kept)}
                for entry in section["models"]
            ]
        }
        for section in sections
    ]


def _cells(model: Any, listed: set[Any], kept: Kept) -> list[tuple[int, str] | None]:
    part = _is_part(model, listed)
    counts = kept.count(
        f"{model._meta.label_lower} {part}", lambda: _counts(model, part=part)
    )
    return [
        (counts[column.name], _address(column, model._meta))
        if column.name in counts
        else None
        for column in COLUMNS
    ]


def _address(column: Column, opts: Any) -> str:
    if column.section:
        queue = reverse("admin:freshness", args=[column.section])
        return "&".join(filter(None, [f"{queue}?kind={opts.model_name}", column.query]))
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return f"{address}?{column.query}".rstrip("?")


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
        stale=Count("pk", filter=~verified_within(today) & ~Q(publication="withdrawn")),
    )
    if hasattr(rows, "without_evidence"):
        counts["unevidenced"] = freshness.without_evidence(rows).count()
    if hasattr(rows, "expiring"):
        counts["ended"] = freshness.ended(rows, today).count()
        later = freshness.ended(rows, today + freshness.YEAR)
        counts["ending"] = later.count() - counts["ended"]
    return counts
