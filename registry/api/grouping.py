"""``group_by``: how many rows of a list there are of each kind, one way or crossed.

A bucket's count is that of the list with the filter of that name. What a row does not
state is a bucket too, with the code null. With ``aggregate`` a bucket also says what
its values come to (see `registry.api.aggregates`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.api import parameters
from registry.api.aggregates import FUNCTIONS, Row, Values, aggregated
from registry.api.dimensions import Dimension
from registry.api.parameters import NAMES, Filters, Parameter
from registry.api.problems import Refused

MOST_DIMENSIONS = 2
MOST_BUCKETS = 5000
MOST_VALUES = 50_000
# More are not looked up one by one.
MOST_KEYS = 5000

LEFT_OUT = ("not_stated", "told_again", "part")
QUANTITY = ("comparator", "value", "value_to", "unit")
# Columns of each function in a CSV; a single value has the code of its record.
COLUMNS = {
    "sum": QUANTITY,
    "min": (*QUANTITY, "code"),
    "max": (*QUANTITY, "code"),
}
Bucket = tuple[Any, ...]


def told(filters: Any, values: Values | None) -> list[Parameter]:
    """The parameters of a list that part its rows; none where nothing does."""
    names = list(dimensions_of(filters))
    if not names:
        return []
    found = [
        Parameter(
            "group_by",
            str(_("Counts of rows by one or two of these, instead of the rows.")),
            NAMES | {"items": {"enum": names}, "maxItems": MOST_DIMENSIONS},
            example=",".join(names[:MOST_DIMENSIONS]),
        )
    ]
    if values:
        text = _("Beside group_by, what the values come to: of one kind and unit.")
        schema = NAMES | {"items": {"enum": FUNCTIONS}}
        found.append(
            Parameter("aggregate", str(text), schema, "min,max", values.beside)
        )
    return found


@cache
def dimensions_of(filters: type[Filters]) -> dict[str, Dimension]:
    """The dimensions of a resource by name."""
    return {dimension.name: dimension for dimension in filters.dimensions()}


@dataclass
class Groups:
    """The buckets of a query, and what is asked of each."""

    dimensions: list[Dimension]
    functions: list[str]
    values: Values | None
    counts: Counter[Bucket] = field(default_factory=Counter)
    rows: dict[Bucket, list[Row]] = field(default_factory=lambda: defaultdict(list))
    total: int = 0

    @classmethod
    def of(cls, filters: Any, values: Values | None, asked: dict[str, str]) -> "Groups":
        """What those parameters ask for; raises `Refused` for what they can't mean."""
        known = dimensions_of(filters)
        names = parameters.listed(
            asked["group_by"], parameter="group_by", allowed=list(known)
        )
        if len(names) > MOST_DIMENSIONS:
            detail = gettext("At most %d dimensions at once.") % MOST_DIMENSIONS
            raise Refused(detail, parameter="group_by")
        functions = []
        if "aggregate" in asked:
            functions = parameters.listed(
                asked["aggregate"], parameter="aggregate", allowed=FUNCTIONS
            )
        return cls([known[name] for name in names], functions, values)

    def unfiltered(self, asked: dict[str, str]) -> dict[str, str]:
        """The parameters that filter: not those that only say what a group is."""
        meant = {
            dimension.modifier
            for dimension in self.dimensions
            if not {dimension.name, f"{dimension.name}__not"} & asked.keys()
        }
        return {name: value for name, value in asked.items() if name not in meant}

    def count(self, queryset: models.QuerySet, asked: dict[str, str]) -> None:
        """Put the query's rows into their buckets."""
        # Not the queryset's own joins and annotations, which might repeat a row.
        rows = queryset.model._base_manager.filter(
            pk__in=queryset.order_by().values("pk")
        ).order_by()
        codes_of, labels = self._codes(rows, asked)
        stated = {key for codes in codes_of.values() for key in codes}
        for key, cells, number, row in self._read(rows, stated):
            if not number:
                continue
            self.total += number
            parts = []
            for dimension in self.dimensions:
                own = dimension.codes(*(cells[name] for name in dimension.columns))
                found = {*own, *codes_of[dimension.name].get(key, ())}
                known = found & labels[dimension.name].keys()
                parts.append(known or {None})
            for bucket in product(*parts):
                self.counts[bucket] += number
                if row:
                    self.rows[bucket].append(row)
        self._check_size(len(self.counts))
        self.labels = labels

    def _codes(
        self, rows: models.QuerySet, asked: dict[str, str]
    ) -> tuple[dict[str, dict[str, list[str]]], dict[str, dict[Any, str]]]:
        """For each dimension key → codes from other tables, and code → label."""
        codes_of: dict[str, dict[str, list[str]]] = {}
        labels = {}
        for dimension in self.dimensions:
            found: dict[str, list[str]] = defaultdict(list)
            for key, code in dimension.pairs(rows, asked) if dimension.pairs else ():
                found[key].append(code)
            stated = {code for codes in found.values() for code in codes}
            if dimension.columns:
                for cells in rows.values_list(*dimension.columns).distinct():
                    stated.update(dimension.codes(*cells))
            self._check_size(len(stated))
            codes_of[dimension.name] = found
            labels[dimension.name] = dimension.labels(stated)
        return codes_of, labels

    def _read(
        self, rows: models.QuerySet, stated: set[str]
    ) -> Iterator[tuple[Any, dict[str, Any], int, Row | None]]:
        """(key, cells by column, how many such rows, the row itself if it is needed).

        The database counts the rows of which other tables state nothing: ``stated`` has
        the keys of the others.
        """
        columns = list(dict.fromkeys(c for d in self.dimensions for c in d.columns))
        if self.functions and self.values:
            yield from self._read_values(rows, columns, self.values)
            return
        if len(stated) > MOST_KEYS:
            apart, alike = rows, rows.none()
        else:
            apart, alike = rows.filter(pk__in=stated), rows.exclude(pk__in=stated)
        if stated:
            for key, *cells in apart.values_list("pk", *columns).iterator():
                yield key, dict(zip(columns, cells, strict=True)), 1, None
        if not columns:
            yield None, {}, alike.count(), None
            return
        counted = alike.values_list(*columns).annotate(number=Count("pk"))
        for *cells, number in counted.iterator():
            yield None, dict(zip(columns, cells, strict=True)), number, None

    @staticmethod
    def _read_values(
        rows: models.QuerySet, columns: list[str], values: Values
    ) -> Iterator[tuple[Any, dict[str, Any], int, Row]]:
        names = ["pk", *dict.fromkeys((*columns, *values.columns))]
        lines = rows.values_list(*names)[: MOST_VALUES + 1]
        for number, line in enumerate(lines, start=1):
            if number > MOST_VALUES:
                detail = gettext("More than %d values: choose fewer with a filter.")
                raise Refused(detail % MOST_VALUES, parameter="aggregate")
            row = dict(zip(names, line, strict=True))
            yield row["pk"], row, 1, row

    @staticmethod
    def _check_size(number: int) -> None:
        if number > MOST_BUCKETS:
            raise Refused(
                gettext("More than %d groups: choose fewer rows with a filter.")
                % MOST_BUCKETS,
                parameter="group_by",
            )

    def results(self) -> Iterator[dict[str, Any]]:
        """The buckets in the order of their codes, each dimension's own."""
        places = [
            {code: n for n, code in enumerate(self.labels[dimension.name])}
            for dimension in self.dimensions
        ]

        def place(bucket: Bucket) -> list[int]:
            return [
                among.get(code, len(among))
                for code, among in zip(bucket, places, strict=True)
            ]

        ties = self.values.ties() if self.functions and self.values else None
        for bucket in sorted(self.counts, key=place):
            result: dict[str, Any] = {
                dimension.name: {"code": code, "label": self._label(dimension, code)}
                for dimension, code in zip(self.dimensions, bucket, strict=True)
            }
            result["count"] = self.counts[bucket]
            if ties and self.values:
                rows = self.rows[bucket]
                result |= aggregated(self.values, self.functions, rows, ties)
            yield result

    def _label(self, dimension: Dimension, code: Any) -> str:
        if code is None:
            return str(dimension.unknown)
        return self.labels[dimension.name][code]

    def body(self) -> dict[str, Any]:
        """The whole answer but for its ``meta``."""
        return {
            "count": self.total,
            "overlapping": any(d.overlapping for d in self.dimensions),
            "dimensions": [
                {"name": d.name, "overlapping": d.overlapping} for d in self.dimensions
            ],
            "results": list(self.results()),
        }

    def table(self) -> tuple[list[str], Iterable[list[Any]]]:
        """Header and rows of the same as CSV."""
        header = [n for d in self.dimensions for n in (d.name, f"{d.name}_label")]
        header.append("count")
        if self.functions:
            header += ["values", "comparators", *(f"left_out_{n}" for n in LEFT_OUT)]
            for function in self.functions:
                header += [f"{function}_{name}" for name in COLUMNS[function]]
        return header, (list(self._cells(result)) for result in self.results())

    def _cells(self, result: dict[str, Any]) -> Iterator[Any]:
        for name, value in result.items():
            if name in COLUMNS:
                yield from ((value or {}).get(column) for column in COLUMNS[name])
            elif isinstance(value, dict):
                yield from value.values()
            else:
                yield ", ".join(value) if isinstance(value, list) else value
