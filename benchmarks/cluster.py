"""A private PostgreSQL whose made registries are kept for the next run.

The data folder stays under ``var/benchmarks``, or the folder that BENCHMARKS_FOLDER
names, and the server runs only while it is needed, on a socket in there.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import Any

import psycopg

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("BENCHMARKS_FOLDER", PROJECT / "var" / "benchmarks"))
# What a small machine of its own would be set to; the rest is as it comes.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    # Nothing here outlives the run but what can be made again.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # As deploy/roles.sql has it for the application's role.
    "jit": "off",
    "random_page_cost": "1.1",
}


class Cluster:
    """The server while it runs; ``made`` and ``copy`` give addresses of databases."""

    def __init__(self) -> None:
        self.folder = FOLDER / "postgresql"
        self.socket = self.folder / "socket"
        binaries = sorted(glob("/usr/lib/postgresql/*/bin")) or [
            str(Path(shutil.which("initdb") or "/none/initdb").parent)
        ]
        self.binaries = Path(os.environ.get("PG_BIN", binaries[-1]))
        if not (self.binaries / "initdb").exists():
            sys.exit("PostgreSQL's initdb is not here: set PG_BIN to its folder.")

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        root = os.geteuid() == 0
        user = "setpriv --reuid=postgres --regid=postgres --clear-groups".split()
        command = [*user * root, str(self.binaries / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{program}: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start the server, unless one runs that a run left which was killed."""
        self.socket.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        if os.geteuid() == 0:
            for folder in (self.folder, self.socket):
                shutil.chown(folder, "postgres", "postgres")
        if not (data / "PG_VERSION").exists():
            self._run(
                "initdb", "-D", str(data), "-U", "registry", "--auth=trust",
                "--encoding=UTF8", "--locale=C.UTF-8",
            )  # fmt: skip
        if (data / "postmaster.pid").exists() and self._answers():
            return
        said = SETTINGS | {"unix_socket_directories": str(self.socket)}
        options = " ".join(f"-c {name}='{value}'" for name, value in said.items())
        self._run(
            "pg_ctl", "-D", str(data), "-w", "-l", "server.log", "-o", options, "start"
        )

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "fast", "stop")

    def address(self, name: str) -> str:
        return f"postgres://registry@/{self.socket}/{name}"

    def execute(self, sql: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(
            host=str(self.socket), user="registry", dbname=name, autocommit=True
        ) as connection:
            found = connection.execute(sql.encode())
            return found.fetchall() if found.description else []

    def made(self, size: int, *more: str) -> str:
        """The name of a database with a registry of so many programs, kept or made."""
        marks = "_".join(part.strip("-").replace("-", "") for part in more)
        name = f"made_{size}_{version()}" + (f"_{marks}" if marks else "")
        kept = {row[0] for row in self.execute("SELECT datname FROM pg_database")}
        if name in kept:
            return name
        # Of an older form, never asked for again.
        for old in kept:
            if old.startswith("made_") and version() not in old:
                self.execute(f'DROP DATABASE "{old}"')
        self.execute(f'DROP DATABASE IF EXISTS "{name}_part" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}_part"')
        environment = os.environ | {"DATABASE_URL": self.address(f"{name}_part")}
        for command in (
            ["manage.py", "migrate", "--verbosity", "0"],
            ["benchmarks/registries.py", str(size), *more],
        ):
            subprocess.run(
                [sys.executable, *command], env=environment, cwd=PROJECT, check=True
            )
        self.execute(f'ALTER DATABASE "{name}_part" RENAME TO "{name}"')
        return name

    @contextmanager
    def copy(self, source: str, name: str = "scratch") -> Iterator[str]:
        """The name of a copy that is written to and dropped."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        try:
            yield name
        finally:
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running() -> Iterator[Cluster]:
    """The cluster, started and stopped; for one run at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another run is going on: each would slow the other.")
        cluster = Cluster()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


def version() -> str:
    """Changes with the tables, their triggers and what they are filled with."""
    told = hashlib.sha256()
    files = [
        *PROJECT.glob("*/migrations/*.py"),
        *PROJECT.glob("registry/journal_*.py"),
        *(PROJECT / "registry" / f"{n}.py" for n in ("grams", "search_postgresql")),
        *(PROJECT / "benchmarks" / f"{n}.py" for n in ("rows", "writing", "places")),
        PROJECT / "benchmarks" / "words.toml",
    ]
    for file in sorted(files):
        told.update(file.read_bytes())
    return told.hexdigest()[:8]
