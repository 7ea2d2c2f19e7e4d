"""What SQLite's triggers ask of this process: who writes, and in which transaction."""

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.backends.signals import connection_created


@dataclass(frozen=True)
class Author:
    """Who writes, why, and on which way (``admin``, ``seed``, ``loaddata``…)."""

    by: str = ""
    reason: str = ""
    path: str = "direct"


author: ContextVar[Author | None] = ContextVar("author", default=None)


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
            "journal_by": lambda: (author.get() or Author()).by,
            "journal_reason": lambda: (author.get() or Author()).reason,
            "journal_path": lambda: (author.get() or Author()).path,
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
