"""What search finds rows by: an index of the grams in the columns that models name.

It only narrows: whatever it gives is compared with the word after that, so that no
answer depends on it. Kept by the database itself, on PostgreSQL by
`registry.search_postgresql`, on SQLite by `registry.search_sqlite`;
docs/search-index.md tells more. ``migrate`` puts back what is amiss.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from registry import journal_postgresql, search_postgresql, search_sqlite
from registry.fields import PinyinField


@dataclass(frozen=True)
class Table:
    """A searched table: its key's column, and the columns that are searched in it."""

    name: str
    key: str
    columns: tuple[str, ...]


@cache
def indexed() -> dict[type[models.Model], frozenset[str]]:
    """Every model that a search reads → its fields that are in the index.

    They are those that lists of what is searched name, with what they sound like.
    """
    found: dict[type[models.Model], set[str]] = defaultdict(set)
    for model in apps.get_models():
        for path in getattr(model, "searched", ()):
            table: Any = model
            *relations, column = path.split("__")
            for name in relations:
                table = table._meta.get_field(name).related_model
            table = table._meta.concrete_model
            found[table] |= {column} | {
                field.name
                for field in table._meta.concrete_fields
                if isinstance(field, PinyinField) and column in field.of
            }
    return {model: frozenset(names) for model, names in found.items()}


def tables(using: str = DEFAULT_DB_ALIAS) -> list[Table]:
    """The searched tables, where the database has them with all their columns."""
    connection = connections[using]
    found = []
    with connection.cursor() as cursor:
        standing = set(connection.introspection.table_names(cursor))
        for model, names in sorted(
            indexed().items(), key=lambda item: item[0]._meta.db_table
        ):
            table = Table(
                model._meta.db_table,
                str(model._meta.pk.column),
                tuple(columns_of(model, names)),
            )
            if table.name in standing:
                cursor.execute(f'SELECT * FROM "{table.name}" LIMIT 0')
                there = {column[0] for column in cursor.description}
                if there.issuperset(table.columns):
                    found.append(table)
    return found


def columns_of(model: type[models.Model], names: frozenset[str]) -> list[str]:
    """Their columns, in the order in which they are declared."""
    return [str(f.column) for f in model._meta.concrete_fields if f.name in names]


def statements(using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """Name → SQL of each index (PostgreSQL) or trigger (SQLite) that must stand."""
    found: dict[str, str] = {}
    for table in tables(using):
        if connections[using].vendor == "postgresql":
            name = search_postgresql.name_of(table.name)
            found[name] = search_postgresql.index(table.name, table.columns)
        else:
            found |= search_sqlite.triggers(table.name, table.key, table.columns)
    return found


def stands(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the migration that makes the index has been run."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regproc('search_grams') IS NOT NULL")
            return bool(cursor.fetchone()[0])
        return "registry_grams" in connection.introspection.table_names(cursor)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of what the database lacks of the index, or has otherwise."""
    connection = connections[using]
    wanted = statements(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(search_postgresql.INDEXES)
            wanted = {name: _digest(sql) for name, sql in wanted.items()}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
    return sorted(name for name, sql in wanted.items() if found.get(name) != sql)


def create(using: str = DEFAULT_DB_ALIAS) -> None:
    """What the index is made of; `install` fills it and has it kept from then on."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            _define_functions(cursor)
        else:
            for statement in search_sqlite.CREATE:
                cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the index away, and all that keeps it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION search_grams(text) CASCADE")
            cursor.execute("DROP FUNCTION search_is_rare(text, int[])")
            return
        for name in _standing_triggers(cursor):
            cursor.execute(f'DROP TRIGGER "{name}"')
        for statement in search_sqlite.REMOVE:
            cursor.execute(statement)


def install(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Build what is amiss of the index anew; the names of what was."""
    amiss = missing(using) if stands(using) else []
    if amiss:
        rebuild(amiss, using)
    return amiss


def rebuild(names: list[str], using: str = DEFAULT_DB_ALIAS) -> None:
    """Build those indexes anew; on SQLite all, since it has one for all tables."""
    connection = connections[using]
    wanted = statements(using)
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _define_functions(cursor)
            for name in names:
                cursor.execute(f'DROP INDEX IF EXISTS "{name}"')
                cursor.execute(wanted[name])
                digest = _digest(wanted[name])
                cursor.execute(f"COMMENT ON INDEX \"{name}\" IS '{digest}'")
            return
        for name in _standing_triggers(cursor):
            cursor.execute(f'DROP TRIGGER "{name}"')
        for statement in search_sqlite.EMPTY:
            cursor.execute(statement)
        for table in tables(using):
            for statement in search_sqlite.fill(table.name, table.key, table.columns):
                cursor.execute(statement)
        for statement in wanted.values():
            cursor.execute(statement)


def out_of_step(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the index says otherwise than the rows do.

    PostgreSQL's own can't; SQLite's is compared with all texts cut once more.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        return False
    cuts = [
        search_sqlite.rows(table.name, table.key, table.columns)
        for table in tables(using)
    ]
    with connection.cursor() as cursor:
        return search_sqlite.differs(cursor, " UNION ALL ".join(cuts))


def _standing_triggers(cursor: Any) -> list[str]:
    """Names of SQLite's triggers that keep the index."""
    cursor.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'trigger' AND name GLOB '*__search_*'"
    )
    return [name for (name,) in cursor.fetchall()]


def _define_functions(cursor: Any) -> None:
    cursor.execute("SELECT current_setting('search_path')")
    (search_path,) = cursor.fetchone()
    cursor.execute(journal_postgresql.SAFE_PATH)
    cursor.execute(search_postgresql.functions())
    cursor.execute("SELECT set_config('search_path', %s, true)", [search_path])


@cache
def _digest(sql: str) -> str:
    return hashlib.sha256((search_postgresql.functions() + sql).encode()).hexdigest()
