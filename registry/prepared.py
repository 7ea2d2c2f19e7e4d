"""Queries compiled once and asked again for other keys.

To put a page's queries together takes Django longer than the database takes to answer
them, and for each selection of fields they differ in nothing but the keys.
"""

from collections.abc import Callable, Hashable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router

# Selections of fields and sizes of pages are the clients' own, so without end.
MOST = 500
COMPILED: dict[Hashable, "Prepared"] = {}


def lines(
    model: type[models.Model],
    kind: Hashable,
    keys: list[Any],
    query: Callable[[list[Any]], models.QuerySet],
) -> list[tuple[Any, ...]]:
    """The values of the model's rows that ``query(keys)`` selects.

    ``kind`` names the query but for its keys and how many there are.
    """
    if not all(isinstance(key, str) for key in keys):
        return list(query(keys))
    # No code has a question mark.
    marks = [f"?{number}" for number in range(len(keys))]
    name = (model, kind, len(keys), router.db_for_read(model))
    prepared = COMPILED.get(name)
    if prepared is None:
        if len(COMPILED) >= MOST:
            COMPILED.clear()
        prepared = COMPILED[name] = Prepared(query(marks), marks)
    return prepared.lines(keys)


class Prepared:
    """A query of values with marks where its keys belong."""

    def __init__(self, queryset: models.QuerySet, marks: list[str]) -> None:
        self.using, self.marks = queryset.db, marks
        self.compiler = queryset.query.get_compiler(using=queryset.db)
        try:
            self.sql, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""

    def lines(self, keys: list[str]) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        given = dict(zip(self.marks, keys, strict=True))
        params = [given.get(p, p) if isinstance(p, str) else p for p in self.params]
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return list(self.compiler.results_iter([found], tuple_expected=True))
