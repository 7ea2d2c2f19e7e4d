"""What stands in the tables of a database: their rows, counted and hashed.

A hash is the sum of those of its rows, so that their order counts for nothing and no
memory is needed; it compares databases of one kind.
"""

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import Any

# Who is signed in is nobody's loss, and a restored session would open the door anew.
LEFT_OUT = "django_session"

_EXACTLY = """
    SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
           set_config('bytea_output', 'hex', true),
           set_config('extra_float_digits', '1', true)
"""
_LAST = """
    SELECT revision, digest FROM registry_change WHERE revision IS NOT NULL
    ORDER BY revision DESC LIMIT 1
"""


@dataclass(frozen=True)
class Table:
    rows: int
    hash: str


def of_postgresql(cursor: Any) -> dict[str, Table]:
    """Every table of the connection's schema; inside a transaction only."""
    cursor.execute(_EXACTLY)
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        " ORDER BY tablename"
    )
    found = {}
    for (name,) in cursor.fetchall():
        condition = "false" if name == LEFT_OUT else "true"
        cursor.execute(
            "SELECT count(*), coalesce(sum("  # noqa: S608  # a table's own name
            "  ('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text"
            f' FROM "{name}" AS t WHERE {condition}'
        )
        found[name] = Table(*cursor.fetchone())
    return found


def of_sqlite(connection: sqlite3.Connection) -> dict[str, Table]:
    """Every table but SQLite's own and those that are read from others."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " ORDER BY name"
    ).fetchall()
    found = {}
    for (name,) in names:
        rows = total = 0
        for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608  # likewise
            rows += 1
            total += int(hashlib.sha256(repr(row).encode()).hexdigest()[:15], 16)
        found[name] = Table(rows, str(total))
    return found


def last_change(cursor: Any) -> tuple[int, str]:
    """The journal's last revision and its digest; 0 and "" before the first."""
    cursor.execute(_LAST)
    return cursor.fetchone() or (0, "")


def migrations(cursor: Any) -> list[str]:
    """What has been applied, as ``app.name``."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [f"{app}.{name}" for app, name in cursor.fetchall()]
