"""A load or an import whose process, server or disk fails half-way: all or nothing.

The same command, run again, completes.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from programs import fixtures
from programs.models import Figure, Program, Region
from registry import verification
from registry.models import Entry
from tests import builders
from tests.programs.transfer.test_large import address

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 300
# More than is read at once, so that what came before is taken in.
BLANK = b" " * (1 << 21)


@pytest.fixture
def start():
    """Starts a command in a process of its own, whose files may have a limit."""
    processes = []
    # Where coverage is measured, its own file would meet the limit first.
    inherited = {n: v for n, v in os.environ.items() if not n.startswith("COVERAGE_")}

    def started(*command, largest_file=None):
        def limit():
            if largest_file:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        process = subprocess.Popen(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=settings.BASE_DIR,
            env=inherited | {"DATABASE_URL": address()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def table(tmp_path):
    """A CSV of new programs, in a registry that has their region."""
    builders.region("310000")
    path = tmp_path / "programs.csv"
    rows = [f"310000-p{n},贷款{n},loan,310000" for n in range(ROWS)]
    path.write_text("\n".join(["code,name,kind,region", *rows]), "utf-8")
    return path


def is_told(process):
    """Whether the command failed with the sentence in both languages and no more."""
    _out, said = process.communicate(timeout=60)
    both = "再次运行同一命令" in said and "Run the same command again" in said
    return process.returncode == 1 and both and "Traceback" not in said


def loads():
    """The load, run here: whether it completes, with a journal that is whole."""
    call_command("loaddata", str(fixtures.FIXTURE), verbosity=0)
    told = json.loads(fixtures.FIXTURE.read_text("utf-8"))
    programs = sum(row["model"] == "programs.program" for row in told)
    return Program.objects.count() == programs and not list(verification.findings())


def imports(table):
    """The import, run here: whether it completes."""
    call_command("import_records", "programs", table, verbosity=0)
    return Program.objects.count() == ROWS


def wait():
    """The connection that waits for this one's lock, as soon as one does."""
    with connection.cursor() as cursor:
        found = []
        while not found:
            cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted")
            found = cursor.fetchall()
        return found[0]


def disconnect():
    """End the connection that waits for this one's lock, as a restart would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", wait())


@pytest.fixture
def server():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could go away.")


@pytest.fixture
def file():
    if connection.vendor != "sqlite":
        pytest.skip("The limit is on files of this process; a server has its own.")
    return Path(connection.settings_dict["NAME"])


def test_a_load_that_is_killed_leaves_nothing(start, tmp_path):
    pipe = tmp_path / "half.json"
    os.mkfifo(pipe)
    process = start("loaddata", pipe)
    with pipe.open("wb", buffering=0) as half:
        half.write(fixtures.FIXTURE.read_bytes()[:-3] + BLANK)
        process.kill()
        process.wait()
    assert not Entry.objects.exists()
    assert loads()


def test_a_seed_that_is_killed_leaves_nothing(server, start):
    with transaction.atomic():
        connection.cursor().execute("LOCK TABLE programs_figure IN SHARE MODE")
        process = start("seed")
        wait()
        process.kill()
        process.wait()
    assert not Region.objects.exists()
    call_command("seed", verbosity=0)
    assert Figure.objects.exists()
    assert not list(verification.findings())


def test_a_load_whose_server_goes_leaves_nothing_and_says_so(server, start):
    with transaction.atomic():
        connection.cursor().execute("LOCK TABLE programs_figure IN SHARE MODE")
        process = start("loaddata", "registry")
        disconnect()
        assert is_told(process)
    assert not Region.objects.exists()
    assert loads()


def test_an_import_whose_server_goes_leaves_nothing_and_says_so(server, start, table):
    with transaction.atomic():
        builders.program(Region.objects.get(pk="310000"), f"310000-p{ROWS - 9}")
        process = start("import_records", "programs", table)
        disconnect()
        assert is_told(process)
        transaction.set_rollback(True)
    assert not Program.objects.exists()
    assert imports(table)


def test_a_load_whose_disk_is_full_leaves_nothing_and_says_so(file, start):
    process = start("loaddata", "registry", largest_file=file.stat().st_size + 100_000)
    assert is_told(process)
    assert not Region.objects.exists()
    assert loads()
    assert Figure.objects.exists()


def test_an_import_whose_disk_is_full_leaves_nothing_and_says_so(file, start, table):
    process = start("import_records", "programs", table, largest_file=80_000)
    assert is_told(process)
    assert not Program.objects.exists()
    assert imports(table)
