"""Which tables an answer is read from, before it is read.

Told by the very queries that will be asked, compiled but not sent.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models

from registry import drafts, journal
from registry.api import moments
from registry.api.filters import References
from registry.api.matches import tables_read
from registry.api.records import Gathered, Records
from registry.models import Change

Models = frozenset[type[models.Model]]
# Kind of request → what it reads; a client could make up kinds without end.
READ: dict[Any, tuple[Models, bool]] = {}
MOST_KINDS = 2000


def read(resource: Any, asked: dict[str, str]) -> tuple[Models, bool]:
    """Models that the resource's answer reads, and whether it depends on the day.

    Worked out once for each kind of request, since other values read the same.
    """
    if drafts.are_seen():
        # Of what nobody else sees there is no public revision.
        return frozenset([Change]), False
    chosen = (asked.get(name) for name in ("fields", "include", "format", "group_by"))
    kind = (type(resource), resource.detail, frozenset(asked), *chosen)
    told = READ.get(kind)
    if told is None:
        if len(READ) >= MOST_KINDS:
            READ.clear()
        records = resource.records(asked)
        # As of the day that is asked for, whose codes these are.
        with moments.at(asked):
            rows = resource.found({} if resource.detail else resource.filtering(asked))
            found = models_of(records, rows)
        # A workbook says the day on which it was made.
        daily = asked.get("format") == "xlsx" or depends_on_day(records)
        told = found | _named(resource, asked), daily
        READ[kind] = told
    return told


def _named(resource: Any, asked: dict[str, str]) -> Models:
    """Models that values are checked in, and that groups and hits are told by."""
    filters = resource.filters
    found: set[type[models.Model]] = set()
    for name, filter_ in filters.base_filters.items():
        if name in asked and isinstance(filter_, References):
            found |= models_in(filter_.shown())
    if "group_by" in asked:
        for dimension in filters.dimensions():
            if dimension.name in asked["group_by"].split(","):
                found.update(dimension.reads)
    if "search" in asked:
        found |= tables_read(resource.get_queryset().model, resource.searched)
    return frozenset(found)


def models_in(queryset: models.QuerySet) -> Models:
    """Models of the journaled tables that the query names."""
    try:
        sql, _params = queryset.query.sql_with_params()
    except EmptyResultSet:
        return frozenset([queryset.model])
    named = set(re.findall(r'"(\w+)"', sql))
    return frozenset(model for table, model in _tables().items() if table in named)


@cache
def _tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in journal.journaled()}


def models_of(records: Records, queryset: models.QuerySet) -> Models:
    """Models that the records are filled from, when their rows are the queryset's."""
    columns, _steps, nested = records.plan()
    found = models_in(queryset.values_list("pk", *columns))
    return found.union(*(_nested(field) for field in nested.values()))


def _nested(field: Gathered) -> Iterable[Any]:
    if isinstance(field, Records):
        # Of no owner, since the query is not sent.
        return models_of(field, field.owned(["-"]))
    return field.reads


def depends_on_day(records: Records) -> bool:
    """Whether a field tells something else on another day, such as what is in force."""
    _columns, _steps, nested = records.plan()
    own = any(getattr(field, "daily", False) for field in records.child.fields.values())
    return own or any(
        depends_on_day(field) if isinstance(field, Records) else field.daily
        for field in nested.values()
    )
