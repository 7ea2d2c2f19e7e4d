"""Which database a query goes to: the primary, unless an answer is read elsewhere.

A replica is one of PostgreSQL's hot standbys (``REPLICA_URLS``). Only what the API
reads to make an answer may come from one; `registry.api.sources` says when.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from registry.outages import Outage

_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
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
