"""Dumps of PostgreSQL, by its own pg_dump and pg_restore."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from registry.backups import Failed, contents

ENDING = ".dump"
_PART = 1 << 20
_MOST_TOLD = 2000
# The dump may take long, during which this transaction only keeps its snapshot.
_PATIENTLY = """
    SELECT set_config('idle_in_transaction_session_timeout', '0', true),
           set_config('statement_timeout', '0', true)
"""


class Source:
    """What a backup reads: one state of the database, whoever writes meanwhile."""

    def __enter__(self) -> "Source":
        check_tool("pg_dump", at_least=server())
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cursor: Any = connection.cursor()
        self.cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.cursor.execute(_PATIENTLY)
        self.cursor.execute("SELECT pg_export_snapshot()")
        (self.snapshot,) = self.cursor.fetchone()
        return self

    def __exit__(self, *raised: Any) -> None:
        self.transaction.__exit__(*raised)

    def tables(self) -> dict[str, contents.Table]:
        return contents.of_postgresql(self.cursor)

    def parts(self) -> Iterator[bytes]:
        """The dump as it comes; a reader that ends ends pg_dump too."""
        command = [
            "pg_dump",
            "--format=custom",
            "--no-password",
            f"--snapshot={self.snapshot}",
            f"--exclude-table-data={contents.LEFT_OUT}",
            f"--dbname={_address()}",
        ]
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(  # noqa: S603  # of no input
                command, stdout=subprocess.PIPE, stderr=said, env=_environment()
            ) as process:
                assert process.stdout is not None  # noqa: S101  # for the type checker
                try:
                    while part := process.stdout.read(_PART):
                        yield part
                finally:
                    process.stdout.close()
            said.seek(0)
            if process.returncode:
                raise _told("pg_dump", said.read().decode(errors="replace"))


def server() -> int:
    """The server's major version."""
    with connection.cursor():
        return int(connection.pg_version) // 10_000  # type: ignore[attr-defined]  # PostgreSQL's


def is_empty() -> bool:
    return not connection.introspection.table_names()


def restore(path: Path, *, made_by: int) -> None:
    """All that the dump holds, or nothing; owner and rights are the restorer's."""
    if server() < made_by:
        raise Failed(
            f"备份取自 PostgreSQL {made_by},不能恢复到较旧的 {server()}。",
            f"The backup is of PostgreSQL {made_by} and can't be restored to the older"
            f" {server()}.",
        )
    check_tool("pg_restore", at_least=made_by)
    command = [
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--dbname={_address()}",
        str(path),
    ]
    done = subprocess.run(  # noqa: S603  # of no input
        command, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _told("pg_restore", done.stderr)
    # A connection of before would not know the tables' statistics.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check_tool(name: str, *, at_least: int) -> None:
    """Raise `Failed` unless the program is there, in that major version or newer."""
    try:
        told = subprocess.run(  # noqa: S603  # of no input
            [name, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(
            f"找不到 {name}。请安装 PostgreSQL {at_least} 或更新版本的客户端程序"
            "(Debian:postgresql-client),并使其位于 PATH 中。",
            f"{name} was not found. Install the client programs of PostgreSQL"
            f" {at_least} or newer (Debian: postgresql-client), in the PATH.",
        ) from error
    found = re.search(r"\) (\d+)", told)
    if not found or int(found[1]) < at_least:
        raise Failed(
            f"{told.strip()} 早于 PostgreSQL {at_least},须为 {at_least} 或更新版本。",
            f"{told.strip()} is older than PostgreSQL {at_least}: install version"
            f" {at_least} or newer.",
        )


def _address() -> str:
    """How to connect, as this process did, but for the password."""
    connection.ensure_connection()
    # Not psycopg's defaults, which an older libpq may not know.
    given = {"host", "port", "user", "dbname", *connection.settings_dict["OPTIONS"]}
    parameters: dict[str, Any] = connection.connection.info.get_parameters()
    return make_conninfo(**{n: v for n, v in parameters.items() if n in given})


def _environment() -> dict[str, str]:
    """With the password, which a command line would show to everybody."""
    password = connection.connection.info.password
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}


def _told(program: str, said: str) -> Failed:
    last = said.strip()[-_MOST_TOLD:]
    return Failed(f"{program} 失败:\n{last}", f"{program} failed, as told above.")
