"""Sum, least and greatest of the values in a group, where that says something.

Values are put together only where they are alike: of one kind and unit, and added only
where adding them counts nothing twice. What tells another value of the group again, and
what is part of one, is left out and counted. Sums are exact: the databases' own are
not on SQLite.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from registry.api.problems import Refused
from registry.api.shown import Amount

FUNCTIONS = ["sum", "min", "max"]
COLUMNS = ("comparator", "value", "value_to", "unit")
# How sums of what is at least, at most or about so much are meant.
LOWER, UPPER, ABOUT = {"gt", "gte"}, {"lt", "lte"}, {"approx", "approx_below", "order"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Values:
    """What a resource's values need in common, to be compared and to be added.

    ``whole`` is the column that names the value that another is part of, if there is
    one; ``apart`` says of rows why they can't be added, or nothing.
    """

    model: type[models.Model]
    alike: tuple[str, ...]
    added: tuple[str, ...] = ()
    whole: str = ""
    apart: Callable[[list[Row]], str] = lambda _rows: ""
    more: tuple[str, ...] = ()
    # What makes them alike in an example.
    beside: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read of each row, besides its key."""
        named = (*COLUMNS, *self.alike, *self.added, *self.more)
        return tuple(dict.fromkeys(named))

    def ties(self) -> "Ties":
        """Which values tell others again, and which are part of others."""
        given = models.Q(restates__isnull=False)
        if self.whole:
            given |= models.Q(**{f"{self.whole}__isnull": False})
        rows = self.model._base_manager.filter(given).order_by()
        lines = list(rows.values_list("pk", "restates", self.whole or "restates"))
        return Ties(
            retold={key: told for key, told, _whole in lines if told},
            wholes={key: whole for key, _t, whole in lines if whole and self.whole},
        )


@dataclass(frozen=True)
class Ties:
    """Key → the key of the value that it tells again, that it is part of."""

    retold: dict[str, str]
    wholes: dict[str, str]

    def first(self, key: str) -> str:
        """The key of the value that this one tells in the end, its own if none."""
        seen = {key}
        while (told := self.retold.get(key, key)) not in seen:
            seen.add(told)
            key = told
        return key

    def has_whole(self, key: str, among: Mapping[str, Any]) -> bool:
        """Whether the value is part, perhaps of a part, of one among these."""
        seen = {key}
        while key in self.wholes:
            key = self.first(self.wholes[key])
            if key in among or key in seen:
                return key in among
            seen.add(key)
        return False


def aggregated(
    values: Values, functions: list[str], rows: list[Row], ties: Ties
) -> dict[str, Any]:
    """What a group of rows comes to; raises `Refused` for values that are not alike."""
    given = [row for row in rows if row["value"] is not None]
    counted, left_out = _once(given, ties)
    left_out = {"not_stated": len(rows) - len(given)} | left_out
    answer: dict[str, Any] = {
        "values": len(counted),
        "comparators": sorted({row["comparator"] for row in counted}),
        "left_out": left_out,
    }
    _need_one(counted, values.alike)
    found: dict[str, Any] = dict.fromkeys(functions)
    if counted:
        least = min(counted, key=lambda row: (row["value"], row["pk"]))
        most = min(counted, key=lambda row: (-_upper(row), row["pk"]))
        makers = {
            "sum": lambda: _sum(values, counted),
            "min": lambda: _shown(least) | {"code": least["pk"]},
            "max": lambda: _shown(most) | {"code": most["pk"]},
        }
        found = {name: makers[name]() for name in functions}
    return answer | found


def _upper(row: Row) -> Decimal:
    upper: Decimal = row["value"] if row["value_to"] is None else row["value_to"]
    return upper


def _once(rows: list[Row], ties: Ties) -> tuple[list[Row], dict[str, int]]:
    """The rows without those that say again what others do, or a part of it."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        told[ties.first(row["pk"])].append(row)
    # The value itself, or where it is not among them the first that tells it.
    chosen = {
        key: min(rows, key=lambda row: (row["pk"] != key, row["pk"]))
        for key, rows in told.items()
    }
    counted = [row for key, row in chosen.items() if not ties.has_whole(key, chosen)]
    return counted, {
        "told_again": len(rows) - len(chosen),
        "part": len(chosen) - len(counted),
    }


def _need_one(rows: list[Row], columns: Iterable[str]) -> None:
    """Raise `Refused` where the rows differ in one of the columns."""
    for column in columns:
        found = {str(row[column] or "") for row in rows}
        if len(found) > 1:
            named = column.rpartition("__")[2]
            listed = ", ".join(sorted(value or "—" for value in found)[:20])
            raise Refused(
                _(
                    "These values differ in “%(column)s”: %(found)s. Choose one with a"
                    " filter, or group by it."
                )
                % {"column": named, "found": listed},
                parameter="aggregate",
                allowed=sorted(found - {""}),
            )


def _sum(values: Values, rows: list[Row]) -> dict[str, Any]:
    unit = rows[0]["unit"]
    if unit in ("percent", "multiple", "ratio"):
        detail = _("Values in “%s” can't be added up: choose others, or no sum.")
        raise Refused(detail % unit, parameter="aggregate", allowed=["min", "max"])
    _need_one(rows, values.added)
    if reason := values.apart(rows):
        raise Refused(reason, parameter="aggregate", allowed=["min", "max"])
    comparators = Counter(row["comparator"] for row in rows)
    return _shown(
        {
            "comparator": _together(set(comparators)),
            "value": sum((row["value"] for row in rows), Decimal()),
            "value_to": sum((_upper(row) for row in rows), Decimal())
            if "between" in comparators
            else None,
            "unit": unit,
        }
    )


def _together(comparators: set[str]) -> str:
    """The comparator of a sum of such values; raises `Refused` where it has none."""
    strict = comparators & {"gt", "lt"}
    for bounds, name in ((LOWER, "gt"), (UPPER, "lt")):
        if comparators & bounds and comparators <= bounds | {"eq"}:
            return name if strict else f"{name}e"
    if comparators == {"eq"}:
        return "eq"
    if comparators <= {"eq", "between"}:
        return "between"
    if comparators <= ABOUT | {"eq"}:
        return "approx"
    raise Refused(
        _(
            "A sum of values that are %s means nothing. Choose some of them with"
            " “comparator”."
        )
        % ", ".join(sorted(comparators)),
        parameter="aggregate",
        allowed=comparators,
    )


def _shown(row: Row) -> dict[str, Any]:
    return {
        "comparator": row["comparator"],
        "value": Amount.show(row["value"], row["unit"]),
        "value_to": Amount.show(row["value_to"], row["unit"]),
        "unit": row["unit"],
    }
