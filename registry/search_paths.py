"""Where a text stands: the rows that paths over other tables lead to, by their keys.

Each searched table is asked for itself and by its own index; what they give is joined
(UNION ALL), since no database uses an index for conditions that OR joins over tables.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from registry.fields import PinyinField
from registry.grams import grams
from registry.search_conditions import HasGrams, IsRare
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
    return _among_keys("pk", keys(model, paths, test, among, rows=Q()))


def anywhere(model: type[Model], paths: list[str], test: Test, among: Among) -> Q:
    """The same, for few rows at hand: their own columns are just read."""
    condition = Q()
    for path in paths:
        if "__" not in path:
            condition |= test(path, pinyin_of(model, path))
    if beyond := [path for path in paths if "__" in path]:
        condition |= somewhere(model, beyond, test, among)
    return condition


def keys(
    model: type[Model],
    paths: list[str],
    test: Test,
    among: Among,
    *,
    rows: Q,
    column: str = "pk",
) -> list[QuerySet]:
    """That column of those of the rows of which one of the columns satisfies the test.

    A queryset for each way to find some, of which any gives a row that others give too.
    """
    table = model._meta.concrete_model or model
    own: list[str] = []
    beyond: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        relation, _sep, rest = path.partition("__")
        if rest:
            beyond[relation].append(rest)
        else:
            own.append(relation)
    conditions = _by_index(table, own, test)
    found: list[QuerySet] = []
    for relation, columns in beyond.items():
        field: Any = table._meta.get_field(relation)
        related = field.related_model
        owned = not field.many_to_many and not field.concrete
        there = keys(
            related,
            columns,
            test,
            among,
            rows=among(related),
            column=field.field.attname if owned else "pk",
        )
        if field.many_to_many:
            through = field.remote_field.through._base_manager.order_by()
            there = [
                through.filter(
                    _among_keys(field.m2m_reverse_field_name(), there)
                ).values(f"{field.m2m_field_name()}_id")
            ]
        if field.concrete and not field.many_to_many:
            conditions.append(_among_keys(relation, there))
        elif column == "pk" and not rows:
            found += there
        else:
            conditions.append(_among_keys("pk", there))
    manager = table._base_manager
    return found + [
        manager.filter(rows, condition).order_by().values(column)
        for condition in conditions
    ]


def _by_index(table: type[Model], columns: list[str], test: Test) -> list[Q]:
    """Conditions of which any gives rows: by the index, and by a scan where no use."""
    written, sounding = Q(), Q()
    for name in columns:
        written |= test.written(name)
    pinyin = {pinyin_of(table, name) for name in columns} - {None}
    for field in pinyin if test.sound else ():
        sounding |= test.sounding(field.name)  # type: ignore[union-attr]
    if grams(test.word) == grams(test.sound) or not sounding:
        parts = [(test.word, written | sounding)]
    else:
        parts = [(test.word, written), (test.sound, sounding)]
    # A column that no model names as searched is in no index.
    served = indexed().get(table, frozenset()).issuperset(columns)
    found = []
    for text, condition in parts if columns else ():
        wanted = grams(text)
        if served and wanted:
            found += [
                Q(IsRare(table, wanted)) & Q(HasGrams(table, wanted)) & condition,
                Q(IsRare(table, wanted, negated=True)) & condition,
            ]
        else:
            found.append(condition)
    return found


def _among_keys(path: str, found: list[QuerySet]) -> Q:
    first, *others = found
    return Q(**{f"{path}__in": first.union(*others, all=True) if others else first})


def pinyin_of(model: type[Model], column: str) -> PinyinField | None:
    """The column of the same table that says how the named one sounds."""
    for field in model._meta.concrete_fields:
        if isinstance(field, PinyinField) and column in field.of:
            return field
    return None
