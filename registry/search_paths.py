"""Where a text stands: the rows that paths over other tables lead to, by their keys.

Each searched table is asked for itself and by its own index; what they give is joined
(UNION ALL), since no database uses an index for conditions that OR joins over tables.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from registry.fields import PinyinField
from registry.grams import grams
from registry.search_conditions import HasGrams, is_frequent
from registry.search_index import indexed

# Which rows of a table count.
Among = Callable[[type[Model]], Q]


@dataclass(frozen=True)
class Test:
    """What a column must satisfy: in each the word stands, or it sounds like ``sound``.

    ``written`` takes the path to a column, ``sounding`` that to the column of how it
    sounds; it is asked only where there are a sound and such a column.
    """

    word: str
    written: Callable[[str], Q]
    sound: str = ""
    sounding: Callable[[str], Q] = lambda _path: Q()

    def __call__(self, path: str, pinyin: PinyinField | None) -> Q:
        """The condition on the column at the path, or how it sounds."""
        found = self.written(path)
        if pinyin and self.sound:
            above, sep, _column = path.rpartition("__")
            found |= self.sounding(f"{above}{sep}{pinyin.name}")
        return found


def somewhere(model: type[Model], paths: list[str], test: Test, among: Among) -> Q:
    """Rows of which one of the columns satisfies the test, wherever it is."""
    table = model._meta.concrete_model or model
    ways = _ways(table, paths, test, among)
    if ways.scanned:
        return ways.of_each_row()
    return _among_keys("pk", [*ways.keys, *ways.found(table, Q(), "pk")])


def anywhere(model: type[Model], paths: list[str], test: Test, among: Among) -> Q:
    """The same, for rows at hand: their own columns are just read."""
    condition = Q()
    for path in paths:
        if "__" not in path:
            condition |= test(path, pinyin_of(model, path))
    beyond = [path for path in paths if "__" in path]
    table = model._meta.concrete_model or model
    return condition | _ways(table, beyond, test, among).of_each_row()


@dataclass
class Ways:
    """How to find rows of a table: conditions on them, and querysets of their keys."""

    conditions: list[Q]
    keys: list[QuerySet]
    scanned: bool

    def found(self, table: type[Model], rows: Q, column: str) -> list[QuerySet]:
        """That column of those of the rows that satisfy a condition.

        One after the other, each by its index; but all at once in a scan.
        """
        conditions = [_any(self.conditions)] if self.scanned else self.conditions
        return [
            table._base_manager.filter(rows, condition).order_by().values(column)
            for condition in conditions
        ]

    def of_each_row(self) -> Q:
        """The condition on a row that is read anyway.

        EXISTS leaves PostgreSQL the choice of an index for each of few rows or one hash
        for many. IN has only the hash, and where that outgrows ``work_mem`` a list that
        is gone through for every row.
        """
        referred = []
        for found in self.keys:
            (column,) = found.query.values_select
            its_own = found.filter(**{column: OuterRef("pk")})
            referred.append(Q(Exists(its_own)))
        return _any([*self.conditions, *referred])


def _ways(table: type[Model], paths: list[str], test: Test, among: Among) -> Ways:
    own: list[str] = []
    beyond: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        relation, _sep, rest = path.partition("__")
        if rest:
            beyond[relation].append(rest)
        else:
            own.append(relation)
    ways = _by_index(table, own, test)
    for relation, columns in beyond.items():
        field: Any = table._meta.get_field(relation)
        owned = not field.many_to_many and not field.concrete
        there = _rows_there(
            field.related_model,
            columns,
            test,
            among,
            column=field.field.attname if owned else "pk",
        )
        if field.many_to_many:
            through = field.remote_field.through._base_manager.order_by()
            linked = through.filter(_among_keys(field.m2m_reverse_field_name(), there))
            ways.keys.append(linked.values(f"{field.m2m_field_name()}_id"))
        elif field.concrete:
            ways.conditions.append(_among_keys(relation, there))
        else:
            ways.keys += there
    return ways


def _rows_there(
    related: Any, paths: list[str], test: Test, among: Among, *, column: str
) -> list[QuerySet]:
    """That column of the rows of another table of which any satisfies the test."""
    ways = _ways(related, paths, test, among)
    if ways.keys:
        ways.conditions.append(_among_keys("pk", ways.keys))
    return ways.found(related, among(related), column)


def _by_index(table: type[Model], columns: list[str], test: Test) -> Ways:
    """By the index of the table, or by a scan where it is of no use."""
    written, sounding = Q(), Q()
    for name in columns:
        written |= test.written(name)
    pinyin = {pinyin_of(table, name) for name in columns} - {None}
    for field in pinyin if test.sound else ():
        sounding |= test.sounding(field.name)  # type: ignore[union-attr]
    if grams(test.word) == grams(test.sound) or not sounding:
        parts = [(grams(test.word), written | sounding)]
    else:
        parts = [(grams(test.word), written), (grams(test.sound), sounding)]
    if not columns:
        return Ways([], [], scanned=False)
    # A column that no model names as searched is in no index.
    served = indexed().get(table, frozenset()).issuperset(columns)
    if not served or any(is_frequent(table, wanted) for wanted, _condition in parts):
        return Ways([written | sounding], [], scanned=True)
    found = [Q(HasGrams(table, wanted)) & condition for wanted, condition in parts]
    return Ways(found, [], scanned=False)


def _any(conditions: list[Q]) -> Q:
    return reduce(or_, conditions, Q())


def _among_keys(path: str, found: list[QuerySet]) -> Q:
    first, *others = found
    return Q(**{f"{path}__in": first.union(*others, all=True) if others else first})


def pinyin_of(model: type[Model], column: str) -> PinyinField | None:
    """The column of the same table that says how the named one sounds."""
    for field in model._meta.concrete_fields:
        if isinstance(field, PinyinField) and column in field.of:
            return field
    return None
