"""The journal: what the database itself writes of every change to a registered table.

Triggers on SQLite and PostgreSQL write an `Entry` for each row that is added, changed
or deleted, and one `Change` for each transaction, so that forms, shell saves, bulk
writes, ``loaddata``, raw SQL and COPY all leave it. The revision is given in commit
order. ``with change(by=, reason=, path=):`` says who writes, why, and on which way.

The SQL is in `registry.journal_postgresql` and `registry.journal_sqlite`; what once
stood in the tables is read by `registry.past`, and whether anybody tampered with the
journal by `registry.verification`.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from psycopg import IsolationLevel

from registry import (
    journal_postgresql,
    journal_sql,
    journal_sqlite,
    replicas,
    scribe,
)
from registry.fields import is_derived
from registry.models import Coded, Entry, Owned, Record


@contextlib.contextmanager
def change(*, by: str, reason: str, path: str) -> Iterator[None]:
    """One transaction, journaled under that name, reason and path.

    Inside another ``change()`` it joins that one, whose author stays.
    """
    if scribe.author.get() is not None:
        yield
        return
    token = scribe.author.set(scribe.Author(by, reason, path))
    try:
        with transaction.atomic():
            connection = connections[DEFAULT_DB_ALIAS]
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(journal_postgresql.SET_AUTHOR, [by, reason, path])
            yield
    finally:
        scribe.author.reset(token)


@contextlib.contextmanager
def preview() -> Iterator[None]:
    """A transaction whose writes are undone at its end, whatever comes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def entries_so_far() -> models.QuerySet[Entry]:
    """What the present transaction has written, in its order."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute(sql_of(connection.vendor).TRANSACTION)
        (number,) = cursor.fetchone()
    return Entry.objects.filter(change__transaction=number).order_by("id")


def journaled() -> list[type[models.Model]]:
    """Every model whose table the journal keeps: the coded ones and their relations."""
    coded: list[type[models.Model]] = [
        model
        for model in apps.get_models()
        if issubclass(model, Coded) and not model._meta.proxy
    ]
    through = [
        through
        for model in coded
        for field in model._meta.local_many_to_many
        if (through := field.remote_field.through) and through._meta.auto_created
    ]
    return coded + through


def publication_in(entry: Entry) -> str | None:
    """The publication that an entry's row says; None for rows that have none."""
    found: str | None = json.loads(entry.row).get("publication")
    return found


def kind_of(model: type[models.Model]) -> str:
    """What entries call rows of that model: ``program``, ``program_places``."""
    return str((model._meta.concrete_model or model)._meta.model_name)


def table_of(model: type[models.Model]) -> journal_sql.Table:
    """What the triggers need to know of a model's table."""
    columns: list[str] = []
    hidden: list[str] = []
    for field in model._meta.local_concrete_fields:
        kept = not is_derived(field) and not isinstance(field, models.AutoField)
        (columns if kept else hidden).append(str(field.column))
    key = columns if model._meta.auto_created else [str(model._meta.pk.column)]
    return journal_sql.Table(
        name=model._meta.db_table,
        kind=kind_of(model),
        key=tuple(key),
        columns=tuple(columns),
        hidden=tuple(hidden),
        guarded=issubclass(model, Record) or _codes_itself(model),
        owner=_owner(model),
    )


def _owner(model: type[models.Model]) -> tuple[str, str] | None:
    """The column with the code of the record that the row belongs to, and its table."""
    if issubclass(model, Record):
        return None
    if issubclass(model, Owned):
        field: Any = model._meta.get_field(model.owner)
        return field.column, field.related_model._meta.db_table
    declaring: Any = model._meta.auto_created or model
    for relation in declaring._meta.local_many_to_many:
        if relation.remote_field.through is model:
            return relation.m2m_column_name(), relation.model._meta.db_table
    return None


def _codes_itself(model: type[models.Model]) -> bool:
    """Whether its rows have codes of their own: regions, categories, indicators."""
    return issubclass(model, Coded) and not issubclass(model, Owned)


def statements(vendor: str) -> dict[str, str]:
    """Name → SQL of every trigger that must stand on that kind of database."""
    return sql_of(vendor).triggers([table_of(model) for model in journaled()])


def sql_of(vendor: str) -> Any:
    """The module with that database's SQL."""
    return journal_postgresql if vendor == "postgresql" else journal_sqlite


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the journal's triggers that the database lacks or has otherwise.

    Or has still, from an earlier release. A table that a migration has yet to make
    needs none.
    """
    connection = connections[using]
    wanted = statements(connection.vendor)
    found = standing(using)
    if connection.vendor == "postgresql":
        wanted = {name: _digest(sql) for name, sql in wanted.items()}
        # Whose rows would be journaled twice.
        former = [n for n in found if n.endswith(journal_postgresql.FORMER)]
        wanted |= dict.fromkeys(former, "")
    made = set(connection.introspection.table_names())
    return sorted(
        name
        for name, sql in wanted.items()
        if found.get(name) != sql and name.rpartition("__")[0] in made
    )


def standing(using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """Name of each trigger in the database → its statement, or that one's digest."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(sql_of(connection.vendor).TRIGGERS)
        return dict(cursor.fetchall())


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the journal's triggers on every registered table, where any is amiss."""
    amiss = missing(using)
    if not amiss:
        return
    connection = connections[using]
    wanted = statements(connection.vendor)
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('search_path')")
            (search_path,) = cursor.fetchone()
            cursor.execute(journal_postgresql.SAFE_PATH)
            cursor.execute(journal_postgresql.FUNCTIONS)
            cursor.execute("SELECT set_config('search_path', %s, true)", [search_path])
        drop(amiss, using)
        for name in filter(wanted.get, amiss):
            cursor.execute(wanted[name])
            if connection.vendor == "postgresql":
                table = name.rpartition("__")[0]
                cursor.execute(
                    f'COMMENT ON TRIGGER "{name}" ON "{table}" IS'
                    f" '{_digest(wanted[name])}'"
                )


def drop(names: Iterable[str], using: str = DEFAULT_DB_ALIAS) -> None:
    """Take those triggers off their tables; `install` puts them back."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in names:
            table = name.rpartition("__")[0]
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def _digest(sql: str) -> str:
    return hashlib.sha256((journal_postgresql.FUNCTIONS + sql).encode()).hexdigest()


@contextlib.contextmanager
def unlocked(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """For emptying a whole database (``flush``): its guards are off inside.

    So are SQLite's triggers on deletions, else what flush deletes would fill the
    journal anew; PostgreSQL truncates, which fires none.
    """
    connection = connections[using]
    guards = [
        name
        for name in statements(connection.vendor)
        if "__keep" in name or name.endswith("__delete")
    ]
    drop(guards, using)
    try:
        yield
    finally:
        install(using)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """One consistent view of the registry for several queries; takes no write lock."""
    using = replicas.present()
    connection: Any = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic(using):
                yield
        finally:
            connection.transaction_mode = mode
    else:
        # Here rather than at BEGIN, where a new connection would lack the level.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        connection.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with transaction.atomic(using):
                yield
        finally:
            # None where it was lost or closed meanwhile.
            if connection.connection is not None:
                connection.connection.isolation_level = None
