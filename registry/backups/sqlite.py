"""Copies of a SQLite database in use, by its online backup."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from registry.backups import Failed, contents

ENDING = ".sqlite3"


def copy_to(path: Path) -> None:
    """A whole database of one state in one file, which exists and is empty."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        connection.connection.backup(target)
        # Overwritten with zeros, else they could be read from the free pages.
        target.execute("PRAGMA secure_delete = ON")
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute(f"DELETE FROM {contents.LEFT_OUT}")  # noqa: S608  # a constant


def opened(path: Path) -> sqlite3.Connection:
    """The copy, to be read."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)")
        return bool(cursor.fetchone()[0])


def restore(path: Path) -> None:
    """All that the copy holds, or nothing, into the database of the connection."""
    connection.ensure_connection()
    target: Any = connection.connection
    try:
        with closing(opened(path)) as source:
            source.backup(target)
        # As the backup was: it holds the hashes of passwords.
        Path(connection.settings_dict["NAME"]).chmod(0o600)
    except sqlite3.Error as error:
        raise Failed(
            f"SQLite 恢复失败:{error}。", f"SQLite failed: {error}."
        ) from error
    finally:
        # What it knew of the empty database is out of date.
        connection.close()


def tables() -> dict[str, contents.Table]:
    """Of the present database, read as a copy is, without Django's conversions."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as plain:
        return contents.of_sqlite(plain)
