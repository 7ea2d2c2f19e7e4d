"""Which database a query goes to: the primary, unless an answer is read elsewhere.

A replica is one of PostgreSQL's hot standbys (``REPLICA_URLS``). Only what the API
reads to make an answer may come from one; `registry.api.sources` says when.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created

from registry.outages import Outage

# Seconds after which a replica that says nothing counts as one that fails: with what
# is quick in any case, and with what an answer is made of. A server that hangs, or its
# disk, goes on to hold its connections, so no limit of the network tells it.
CHECKED_WITHIN = 2.0
HEARD_WITHIN = 60.0

_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
_patience: ContextVar[float] = ContextVar("patience", default=HEARD_WITHIN)
# Alias → its outage, as the process sees it.
OUTAGES: defaultdict[str, Outage] = defaultdict(Outage)


class Router:
    """Reads go to the database of `reading_from`, everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return present()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *rows: Any, **hints: Any) -> bool:
        # Whichever of them they were read from, they are rows of one registry.
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS


def present() -> str:
    """The alias of the database that is read from just now."""
    return _reading.get()


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Inside, reads go to that database."""
    token = _reading.set(alias)
    try:
        yield
    finally:
        _reading.reset(token)


def aliases() -> list[str]:
    """Every replica."""
    return [alias for alias in connections if alias != DEFAULT_DB_ALIAS]


@contextmanager
def checking() -> Iterator[None]:
    """Inside, replicas are asked for nothing that takes long."""
    token = _patience.set(CHECKED_WITHIN)
    try:
        yield
    finally:
        _patience.reset(token)


def _limit(connection: Any, **_kwargs: Any) -> None:
    if connection.alias != DEFAULT_DB_ALIAS and connection.vendor == "postgresql":
        plain = connection.connection
        plain.wait = partial(_heard, plain, plain.wait)


def _heard(plain: Any, wait: Any, asked: Any, **how: Any) -> Any:
    """What the server says; OperationalError where it says nothing in time."""
    try:
        return wait(asked, **{"timeout": _patience.get()} | how)
    except psycopg.errors._WaitTimeout as silence:
        # It may say it later, to whoever would ask next.
        plain.pgconn.finish()
        raise psycopg.OperationalError("the server says nothing") from silence


connection_created.connect(_limit, dispatch_uid="replicas")
