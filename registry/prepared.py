"""Queries compiled once and asked again, also for other keys.

To put a page's queries together takes Django longer than the database takes to answer
them, and for each selection of fields they differ in nothing but the keys.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router

Made = TypeVar("Made")

# Selections of fields and parameters are the clients' own, so without end.
MOST = 500
KEPT: dict[Hashable, Any] = {}

# Where a query has a mark, a value is put when it is asked. No client can name one,
# since what has a NUL is refused. The mark of a list of keys:
KEYS = "\0keys"


class Mark(models.Expression):
    """A place in a query for a value of that kind."""

    def __init__(self, name: str, output_field: models.Field) -> None:
        self.name = name
        super().__init__(output_field=output_field)

    def as_sql(self, *_args: Any, **_extra: Any) -> Any:
        return "%s", [self.name]


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """The column is one of the keys, which are one parameter: a list, or `KEYS`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            listed = "IN (SELECT value FROM json_each(%s))"
        else:
            listed = "= ANY(%s)"
        keys = self.rhs if self.rhs == KEYS else as_parameter(self.rhs, connection)
        return f"{column} {listed}", [*params, keys]


def as_parameter(keys: list[Any], connection: Any) -> Any:
    """The keys as `Among` takes them: PostgreSQL an array, SQLite a list in JSON."""
    return json.dumps(keys) if connection.vendor == "sqlite" else keys


class Prepared:
    """A query of values, ready to be asked."""

    def __init__(self, queryset: models.QuerySet) -> None:
        self.using = queryset.db
        compiler = queryset.query.get_compiler(using=queryset.db)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        columns = [column for column, _sql, _alias in compiler.select]
        self.converters = compiler.get_converters(columns)
        # It has the whole query in it.
        self.compiler = compiler if self.converters else None

    def lines(self, given: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The values, with what is given for each mark, as the column takes it."""
        if not self.sql:
            return []
        params = self.params
        if given:
            params = [given.get(p, p) if isinstance(p, str) else p for p in params]
        found = self._asked(self.sql, params)
        if self.compiler is None:
            return found
        return list(map(tuple, self.compiler.apply_converters(found, self.converters)))

    def count(self) -> int:
        """How many rows there are."""
        if not self.sql:
            return 0
        sql = f"SELECT COUNT(*) FROM ({self.sql}) AS counted"  # noqa: S608  # Django's own
        ((number,),) = self._asked(sql, self.params)
        return number

    def _asked(self, sql: str, params: Any) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()


def kept(model: type[models.Model], kind: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` made for queries of that kind, of the database that is read."""
    name = (model, kind, router.db_for_read(model))
    found = KEPT.get(name)
    if found is None:
        if len(KEPT) >= MOST:
            KEPT.clear()
        found = KEPT[name] = make()
    return found


def lines(
    model: type[models.Model],
    kind: Hashable,
    query: Callable[[], models.QuerySet],
    keys: list[Any] | None = None,
) -> list[tuple[Any, ...]]:
    """The values of the model's rows that ``query()`` selects, with `KEYS` in it.

    ``kind`` names the query.
    """
    asked = kept(model, kind, lambda: Prepared(query()))
    if keys is None:
        return asked.lines()
    return asked.lines({KEYS: as_parameter(keys, connections[asked.using])})
