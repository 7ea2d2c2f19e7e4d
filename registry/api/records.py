"""Answers, declared once as DRF serializers and filled from ``values_list``.

The fields of a `Record` are the contract that the schema describes, the columns that
the query fetches, the keys of the JSON and the header of the CSV. A field that reads
more than its own column says which in ``lookups``; its ``shower()`` gives the function
that makes its value of them. A nested list costs one query more for the whole page: of
the rows whose ``Meta.owner`` is a record of it, or, for a detail's own lists, of those
that ``Meta.gather`` finds for its key. What else has to be worked out for a whole page
at once is a `Gathered` field.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from rest_framework import serializers

from registry import drafts, prepared
from registry.api.showers import lookups, shower
from registry.api.shown import Coded
from registry.models import Publication, visible
from registry.models import Record as Edited

Fields = Mapping[str, serializers.Field]
# Records of a whole list that are read at once.
BATCH = 1000


class Gathered:
    """A field whose values are read for a whole page, by the keys of its records.

    Lists give it on ``include`` only, since it costs queries of its own, of rows of the
    models that it ``reads``. A ``daily`` one tells something else on another day.
    """

    reads: tuple[type[models.Model], ...] = ()
    daily = False

    def by_owner(self, owners: list[Any]) -> Mapping[Any, Any]:
        """The JSON value for every one of the keys."""
        raise NotImplementedError


class Records(Gathered, serializers.ListSerializer):
    """A page, or any slice, of records: one query, and one for each nested list."""

    child: "Record"

    def to_representation(self, queryset: Any) -> list[dict[str, Any]]:
        return [record for _key, record in self.rows(queryset)]

    def rows(
        self, queryset: models.QuerySet, key: str = "pk"
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        """(key, record) in the queryset's order."""
        yield from self._told(list(queryset.values_list(key, *self.plan()[0])))

    def of_keys(
        self, model: type[models.Model], keys: list[Any]
    ) -> Mapping[Any, dict[str, Any]]:
        """Key → record of the model's rows, for those keys."""
        columns = self.plan()[0]

        def query() -> models.QuerySet:
            rows = model._base_manager.filter(pk__among=prepared.KEYS)
            return rows.values_list("pk", *columns)

        return dict(self._told(prepared.lines(model, tuple(columns), query, keys)))

    def batches(
        self, queryset: models.QuerySet
    ) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
        """All of it in the queryset's order, some hundred at a time."""
        lines = queryset.values_list("pk", *self.plan()[0])
        rest = lines.iterator(chunk_size=BATCH)
        while page := list(islice(rest, BATCH)):
            yield list(self._told(page))

    def plan(self) -> "Plan":
        child = self.child
        return plan(type(child), child.asked, get_language() or "", drafts.are_seen())

    def _told(self, page: list[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
        """(key, record) of those lines, the key first in each."""
        _columns, planned, nested = self.plan()
        keys = [row[0] for row in page] if nested else []
        owned = {name: field.by_owner(keys) for name, field in nested.items()}
        steps = [
            (name, owned[name].__getitem__ if name in owned else show, part)
            for name, show, part in planned
        ]
        # Some thousand values a page: what reads one column gets no tuple of it.
        for row in page:
            record = {}
            for name, show, part in steps:
                value = row[part]
                if show is not None:
                    value = show(*value) if type(part) is slice else show(value)
                record[name] = value
            yield row[0], record

    def by_owner(self, owners: list[Any]) -> dict[Any, list[dict[str, Any]]]:
        """Records of a nested list by the key of their owner, in their own order."""
        meta: Any = self.child.Meta
        if hasattr(meta, "gather"):
            return {
                owner: [record for _key, record in self.rows(self.owned([owner]))]
                for owner in owners
            }
        found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        columns = self.plan()[0]

        def query() -> models.QuerySet:
            return self.owned(prepared.KEYS).values_list(meta.owner, *columns)

        kind = (type(self.child), tuple(columns), drafts.are_seen())
        rows = prepared.lines(meta.model, kind, query, owners)
        for owner, record in self._told(rows):
            found[owner].append(record)
        return found

    def owned(self, owners: Any) -> models.QuerySet:
        """The published rows of a nested list that belong to those owners.

        They are a list, or `prepared.KEYS`.
        """
        meta: Any = self.child.Meta
        if gather := getattr(meta, "gather", None):
            return gather(owners[0])
        condition = visible(meta.model)
        for name in () if drafts.are_seen() else getattr(meta, "hidden_with", ()):
            condition &= Q(**{f"{name}__isnull": True}) | Q(
                **{f"{name}__publication": Publication.PUBLISHED}
            )
        return meta.model.objects.filter(
            condition, **{f"{meta.owner}__among": owners}
        ).order_by(meta.owner, *meta.order)


# A field's name, its function if it has one, and its column, or the slice of several.
Step = tuple[str, Callable[..., Any] | None, Any]
Plan = tuple[list[str], list[Step], dict[str, Gathered]]


@lru_cache(maxsize=512)
def plan(
    record_class: type["Record"],
    asked: frozenset[str] | None,
    _language: str,
    _with_drafts: bool,
) -> Plan:
    """What a record reads, built once for each class, selection, language and sight."""
    columns: list[str] = []
    steps: list[Step] = []
    nested: dict[str, Gathered] = {}
    for name, field in record_class(asked=asked).fields.items():
        if isinstance(field, Gathered):
            nested[name] = field
            # Of all that is found for the page, what belongs to the row's key.
            steps.append((name, None, 0))
            continue
        paths = lookups(field)
        first, show = len(columns) + 1, shower(field)
        part = first if len(paths) == 1 else slice(first, first + len(paths))
        steps.append((name, show, part))
        columns += paths
    return columns, steps, nested


class Record(serializers.ModelSerializer):
    """Base of every answer; ``asked`` names the fields to keep, None keeps all."""

    def __init__(
        self, *args: Any, asked: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "Meta"):
            cls.Meta.list_serializer_class = Records

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if self.asked is not None:
            fields = {name: fields[name] for name in fields if name in self.asked}
        if drafts.are_seen() and issubclass(self.Meta.model, Edited):
            fields["publication"] = Coded(Publication)
        return fields

    @classmethod
    @cache
    def declared(cls) -> dict[str, serializers.Field]:
        """Every field that the answer can be asked for."""
        fields: dict[str, serializers.Field] = dict(cls().fields)
        return {name: fields[name] for name in cls.Meta.fields}

    @classmethod
    @cache
    def nested(cls) -> list[str]:
        """Names of the fields that a list answer gives on ``include``."""
        declared = cls.declared().items()
        return [name for name, field in declared if isinstance(field, Gathered)]


def header(fields: Fields) -> list[str]:
    """The columns of a row, fixed by the declaration and the selection."""
    return [
        name + suffix
        for name, field in fields.items()
        for suffix in getattr(field, "suffixes", ("",))
    ]


def numeric(fields: Fields) -> list[bool]:
    """Of each column of a row, whether its texts are numbers."""
    return [
        suffix in getattr(field, "numeric", ())
        for field in fields.values()
        for suffix in getattr(field, "suffixes", ("",))
    ]


def cutter(fields: Fields) -> Callable[[dict[str, Any]], list[Any]]:
    """A function that cuts a record into the cells of its row.

    A nested list is one cell: ``first; second``.
    """
    cuts = [
        (name, _in_one_cell if isinstance(field, Records) else _own_cells(field))
        for name, field in fields.items()
    ]

    def cut(shown: dict[str, Any]) -> list[Any]:
        row: list[Any] = []
        for name, own in cuts:
            if own is None:
                row.append(shown[name])
            else:
                row += own(shown[name])
        return row

    return cut


def _own_cells(field: serializers.Field) -> Callable[[Any], list[Any]] | None:
    return getattr(field, "cells", None)


def _in_one_cell(lines: list[dict[str, Any]]) -> list[Any]:
    return ["; ".join(_brief(line.values()) for line in lines)]


def _brief(values: Iterable[Any]) -> str:
    """A nested record in a cell: its codes and values, blanks left out."""
    plain = [v.get("code", "") if isinstance(v, dict) else v for v in values]
    return " ".join(str(value) for value in plain if value not in ("", None, []))
