"""The journal: what the database itself writes of every change to a registered table.

Triggers on SQLite and PostgreSQL write an `Entry` for each row that is added, changed
or deleted, and one `Change` for each transaction, so that forms, shell saves, bulk
writes, ``loaddata``, raw SQL and COPY all leave it. The revision is given in commit
order. ``with change(by=, reason=, path=):`` says who writes, why, and on which way.

The SQL of both databases is in `registry.journal_sql`.
"""

import contextlib
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.signals import connection_created
from psycopg import IsolationLevel

from registry import journal_sql
from registry.fields import is_derived
from registry.models import Coded, Owned, Record


@dataclass(frozen=True)
class Author:
    """Who writes, why, and on which way (``admin``, ``seed``, ``loaddata``…)."""

    by: str = ""
    reason: str = ""
    path: str = "direct"


_author: ContextVar[Author | None] = ContextVar("author", default=None)


@contextlib.contextmanager
def change(*, by: str, reason: str, path: str) -> Iterator[None]:
    """One transaction, journaled under that name, reason and path.

    Inside another ``change()`` it joins that one, whose author stays.
    """
    if _author.get() is not None:
        yield
        return
    token = _author.set(Author(by, reason, path))
    try:
        with transaction.atomic():
            connection = connections[DEFAULT_DB_ALIAS]
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(journal_sql.SET_AUTHOR, [by, reason, path])
            yield
    finally:
        _author.reset(token)


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
    )


def _codes_itself(model: type[models.Model]) -> bool:
    """Whether its rows have codes of their own: regions, categories, indicators."""
    return issubclass(model, Coded) and not issubclass(model, Owned)


def statements(vendor: str) -> dict[str, str]:
    """Name → SQL of every trigger that must stand on that kind of database."""
    write = journal_sql.postgresql if vendor == "postgresql" else journal_sql.sqlite
    return write([table_of(model) for model in journaled()])


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the journal's triggers that the database lacks or has otherwise."""
    connection = connections[using]
    wanted = statements(connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(journal_sql.POSTGRESQL_TRIGGERS)
            found = dict(cursor.fetchall())
            wanted = {name: _digest(sql) for name, sql in wanted.items()}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
    return sorted(name for name, sql in wanted.items() if found.get(name) != sql)


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the journal's triggers on every registered table, where any is amiss."""
    amiss = missing(using)
    if not amiss:
        return
    connection = connections[using]
    wanted = statements(connection.vendor)
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(journal_sql.POSTGRESQL_FUNCTIONS)
        drop(amiss, using)
        for name in amiss:
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
    return hashlib.sha256((journal_sql.POSTGRESQL_FUNCTIONS + sql).encode()).hexdigest()


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
def reading(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """One consistent view of the registry for several queries; takes no write lock."""
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
        connection.ensure_connection()
        connection.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with transaction.atomic(using):
                yield
        finally:
            connection.connection.isolation_level = None


def last_rows(kind: str, *, paths: Iterable[str]) -> dict[str, str]:
    """Key → row (JSON) of that kind as a change on one of those paths last left it.

    A key that such a change last deleted is left out.
    """
    from registry.models import Action, Entry

    found: dict[str, str] = {}
    entries = Entry.objects.filter(kind=kind, change__path__in=list(paths))
    for key, action, row in entries.order_by("id").values_list("key", "action", "row"):
        if action == Action.DELETE:
            found.pop(key, None)
        else:
            found[key] = row
    return found


class Scribe:
    """What SQLite's triggers ask of the process: author and transaction.

    SQLite knows no transaction number, so this gives one: inside ``atomic()`` a mark
    among the connection's commit hooks, which a rollback (of a savepoint too) takes
    away; outside it each statement is a transaction of its own.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.statement = ""

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.statement = ""
        return execute(sql, *rest)

    def transaction(self) -> str:
        if not self.connection.in_atomic_block:
            self.statement = self.statement or uuid.uuid4().hex
            return self.statement
        for _sids, hook, _robust in self.connection.run_on_commit:
            if isinstance(hook, Mark):
                return hook.number
        mark = Mark()
        self.connection.on_commit(mark)
        return mark.number

    def install(self) -> None:
        functions = {
            "journal_transaction": self.transaction,
            "journal_by": lambda: (_author.get() or Author()).by,
            "journal_reason": lambda: (_author.get() or Author()).reason,
            "journal_path": lambda: (_author.get() or Author()).path,
        }
        # Else REPLACE would take rows away without a trigger.
        self.connection.connection.execute("PRAGMA recursive_triggers = ON")
        for name, function in functions.items():
            self.connection.connection.create_function(name, 0, function)
        self.connection.execute_wrappers.append(self)


class Mark:
    """A transaction's number, kept among its commit hooks; committing does nothing."""

    def __init__(self) -> None:
        self.number = uuid.uuid4().hex

    def __call__(self) -> None:
        return


def _on_connection(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.execute_wrappers[:] = [
            wrapper
            for wrapper in connection.execute_wrappers
            if not isinstance(wrapper, Scribe)
        ]
        Scribe(connection).install()


connection_created.connect(_on_connection, dispatch_uid="journal")
