"""The databases: SQLite in a file, or a PostgreSQL and what replicas it has."""

from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS

# Seconds after which a server that does not even refuse counts as one that fails. A
# replica's silence costs little: the primary answers instead.
CONNECTED_WITHIN = 5
REPLICA_CONNECTED_WITHIN = 2
REPLICA_HEARD_WITHIN = 5

Databases = dict[str, dict[str, Any]]


def configuration(
    primary: dict[str, Any],
    replicas: list[dict[str, Any]],
    *,
    kept_for: int,
    tested_in: Path,
) -> Databases:
    """Django's DATABASES: ``default``, and ``replica1``, ``replica2`` and so on."""
    found = {DEFAULT_DB_ALIAS: primary}
    if is_embedded(found):
        primary["OPTIONS"] = {
            # A writer takes its lock at BEGIN, so none fails half-way as "locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        # A file, so that tests may write through several connections at once.
        primary["TEST"] = {"NAME": tested_in / "test-registry.sqlite3"}
    else:
        _keep(primary, kept_for, connect_timeout=CONNECTED_WITHIN)
    for number, replica in enumerate(replicas, 1):
        found[f"replica{number}"] = replica
        replica["TEST"] = {"MIRROR": DEFAULT_DB_ALIAS}
        _keep(
            replica,
            kept_for,
            connect_timeout=REPLICA_CONNECTED_WITHIN,
            tcp_user_timeout=REPLICA_HEARD_WITHIN * 1000,
        )
    return found


def is_embedded(databases: Databases) -> bool:
    """Whether the registry is a file of SQLite."""
    return str(databases[DEFAULT_DB_ALIAS]["ENGINE"]).endswith("sqlite3")


def _keep(database: dict[str, Any], kept_for: int, **options: int) -> None:
    """Connections of a PostgreSQL are kept, and tried before a request uses them."""
    database["CONN_MAX_AGE"] = kept_for
    database["CONN_HEALTH_CHECKS"] = True
    # What the URL says comes first.
    database["OPTIONS"] = options | database.get("OPTIONS", {})
