"""Conditions that ask the index of search (`registry.search_index`)."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import models
from django.db.models import BooleanField, F, Func

from registry import search_postgresql, search_sqlite
from registry.grams import number
from registry.search_index import columns_of, indexed

_unused: ContextVar[bool] = ContextVar("unused", default=False)


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
        *columns, _key = (compiler.compile(e)[0] for e in self.source_expressions)
        return f"{search_postgresql.of(columns)} @> %s::int[]", [
            list(map(number, self.grams))
        ]

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        key, _params = compiler.compile(self.source_expressions[-1])
        asked = search_sqlite.asked(self.grams)
        found = [asked, self.model._meta.db_table]
        return f"{key} IN ({search_sqlite.FOUND})", found


class IsRare(Func):
    """Whether rows with the grams are found quicker by the index than by a scan."""

    output_field = BooleanField()

    def __init__(
        self, model: type[models.Model], grams: list[str], *, negated: bool = False
    ) -> None:
        self.model, self.grams, self.negated = model, grams, negated
        super().__init__()

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        if _unused.get():
            return self._always(False)
        name = search_postgresql.name_of(self.model._meta.db_table)
        rare = f"search_is_rare('{name}', %s::int[])"
        return f"NOT {rare}" if self.negated else rare, [list(map(number, self.grams))]

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return self._always(not _unused.get())

    def _always(self, rare: bool) -> Any:
        raise EmptyResultSet if rare is self.negated else FullResultSet
