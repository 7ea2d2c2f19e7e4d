"""Entries by what their rows refer to, as the journal's indexes have it.

A record of its own that is shown with another (a term with its program) may have left
it since, so that only the journal knows of it. For those kinds and columns there is an
index over the rows' JSON, made by a migration of the app that has them; without one the
same is found by reading the journal.
"""

from typing import Any

from django.db import models
from django.db.models import Func, QuerySet
from django.db.models.lookups import Exact

from registry.models import Entry


class Told(Func):
    """What an entry's row says in that column, as text."""

    output_field = models.TextField()

    def __init__(self, column: str) -> None:
        # The name stands in the statement as in the index; it is a column's.
        self.column = column
        super().__init__("row")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"((%(expressions)s)::jsonb ->> '{self.column}')"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"json_extract(%(expressions)s, '$.{self.column}')"
        return self.as_sql(compiler, connection, template=template, **extra)


def naming(kind: str, column: str, code: str) -> QuerySet[Entry]:
    """Entries of that kind with a row that refers to the code."""
    return Entry.objects.filter(Exact(Told(column), code), kind=kind)


def create(kinds: list[str], column: str, name: str, vendor: str) -> str:
    """The statement that makes the index for those kinds."""
    row = f"\"row\"::jsonb ->> '{column}'"
    if vendor == "sqlite":
        # Of all kinds: it takes no index of some for a kind that is a parameter.
        row = f"json_extract(\"row\", '$.{column}')"
        return f"CREATE INDEX {name} ON registry_entry ({row}, kind)"
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"CREATE INDEX {name} ON registry_entry (({row})) WHERE kind IN ({listed})"
