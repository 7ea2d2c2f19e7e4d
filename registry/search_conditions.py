"""Conditions that ask the index of search (`registry.search_index`)."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from time import monotonic
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import connections, models, router
from django.db.models import BooleanField, F, Func

from registry import search_postgresql, search_sqlite
from registry.grams import number
from registry.search_index import columns_of, indexed

# For so many seconds a process takes what is frequent for so.
KEPT = 600

_unused: ContextVar[bool] = ContextVar("unused", default=False)
# Database → until when it is known, and what.
_known: dict[str, tuple[float, frozenset[tuple[str, int]]]] = {}


@contextlib.contextmanager
def unused() -> Iterator[None]:
    """Inside, rows are found by scans: for tables that stand in for the indexed."""
    token = _unused.set(True)
    try:
        yield
    finally:
        _unused.reset(token)


class HasGrams(Func):
    """Rows of a searched table that have all of the grams, by the index."""

    output_field = BooleanField()

    def __init__(self, model: type[models.Model], grams: list[str]) -> None:
        self.model, self.grams = model, grams
        columns = columns_of(model, indexed()[model])
        fields = {str(f.column): f.name for f in model._meta.concrete_fields}
        super().__init__(*[F(fields[column]) for column in columns], F("pk"))

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        if _unused.get():
            raise FullResultSet
        *columns, _key = (compiler.compile(e)[0] for e in self.source_expressions)
        return f"{search_postgresql.of(columns)} @> %s::int[]", [
            list(map(number, self.grams))
        ]

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        if _unused.get():
            raise FullResultSet
        key, _params = compiler.compile(self.source_expressions[-1])
        asked = search_sqlite.asked(self.grams)
        found = [asked, self.model._meta.db_table]
        return f"{key} IN ({search_sqlite.FOUND})", found


def is_frequent(model: type[models.Model], grams: list[str]) -> bool:
    """Whether rows with the grams are found as quickly by a scan as by the index."""
    name = search_postgresql.name_of(model._meta.db_table)
    return {(name, number(gram)) for gram in grams} <= _frequent(model)


def _frequent(model: type[models.Model]) -> frozenset[tuple[str, int]]:
    """(index, gram) of what is frequent, as PostgreSQL knew some minutes ago."""
    connection: Any = connections[router.db_for_read(model)]
    if connection.vendor != "postgresql":
        return frozenset()
    known = _known.get(str(connection.settings_dict["NAME"]))
    if known and known[0] > monotonic():
        return known[1]
    connection.ensure_connection()
    # Past the wrappers of queries: it is no part of what somebody asked.
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT index_name, gram FROM search_frequent()")
        found = frozenset((row[0], row[1]) for row in cursor.fetchall())
    _known[str(connection.settings_dict["NAME"])] = (monotonic() + KEPT, found)
    return found
