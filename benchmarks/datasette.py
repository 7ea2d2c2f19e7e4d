"""Datasette over a SQLite file of the same registry, in an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.cluster import FOLDER, PROJECT, version
from benchmarks.results import say
from benchmarks.servers import Server, free_port, started

RELEASE = "datasette==0.65.5"


def made(size: int) -> str:
    """The path of a SQLite file with a registry of so many programs, kept or made."""
    file = FOLDER / f"made-{size}-{version()}.sqlite3"
    if file.exists():
        return str(file)
    for old in FOLDER.glob("*.sqlite3*"):
        if version() not in old.name:
            old.unlink()
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{part}"}
    for command in (
        ["manage.py", "migrate", "--verbosity", "0"],
        ["benchmarks/registries.py", str(size)],
    ):
        subprocess.run(
            [sys.executable, *command], env=environment, cwd=PROJECT, check=True
        )
    part.rename(file)
    return str(file)


@contextmanager
def serving(size: int) -> Iterator[Server | None]:
    """Datasette's server; None, said aloud, where it can't be installed."""
    folder = FOLDER / RELEASE.replace("==", "-")
    program = folder / "bin" / "datasette"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", RELEASE]
        if subprocess.run(pip).returncode:
            say(f"SKIPPED: {RELEASE} can't be installed here.")
            yield None
            return
    port = free_port()
    command = [
        str(program), "serve", "--immutable", made(size), "--port", str(port),
        "--setting", "suggest_facets", "off", "--setting", "max_returned_rows", "200",
    ]  # fmt: skip
    with started(command, port, dict(os.environ)) as server:
        yield server
