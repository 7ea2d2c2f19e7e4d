"""Instants as PostgreSQL writes them, read by the standard library.

Django sets a zone to psycopg's reader, which then is one in Python: of a list page with
150 instants a tenth of the time went into it.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.signals import connection_created


class Reader(BaseTzLoader):
    """For connections in UTC, which write ``2026-11-21 12:00:00.25+00``."""

    timezone = UTC

    def load(self, data: Any) -> Any:
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            # Instants that only PostgreSQL has: psycopg says so.
            return super().load(data)


def _on_connection(connection: Any, **_sent: Any) -> None:
    if connection.vendor == "postgresql" and connection.timezone == UTC:
        connection.connection.adapters.register_loader("timestamptz", Reader)


connection_created.connect(_on_connection, dispatch_uid="instants")
