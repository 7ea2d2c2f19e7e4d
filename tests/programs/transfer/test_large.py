"""Large imports: progress that is shown, and nothing left of one that was killed."""

import os
import pty
import subprocess
import sys
import termios
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from programs.models import Program

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 2000


def address():
    """The tests' own database as another process is told of it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    host, port = given["HOST"], given["PORT"]
    # A socket's folder stands in the address as it is.
    where = f"/{host}" if host.startswith("/") else f"{host}:{port}".rstrip(":")
    who = ":".join(filter(None, (given["USER"], quote(given["PASSWORD"], safe=""))))
    return f"postgres://{who}@{where}/{given['NAME']}"


@pytest.fixture
def large(program, files):
    """A file of new programs."""
    (path,) = files(
        programs=[
            {
                "code": f"310000-p{number}",
                "name": f"贷款{number}",
                "kind": "loan",
                "region": "310000",
            }
            for number in range(ROWS)
        ]
    )
    return path


@pytest.fixture
def started(large):
    """The command in a process of its own, on a terminal: (process, terminal)."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (24, 80))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_records", "programs", str(large)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address()},
        stdout=subprocess.PIPE,
        stderr=its,
    )
    os.close(its)
    yield process, ours
    process.kill()
    process.communicate()
    os.close(ours)


def shown_until(terminal, text):
    """What the terminal shows up to that text."""
    shown = b""
    while text not in shown and (more := os.read(terminal, 1000)):
        shown += more
    return shown


def test_killed_half_way_it_leaves_nothing(started):
    process, terminal = started
    assert b"programs" in shown_until(terminal, f"500/{ROWS}".encode())
    process.kill()
    process.wait()
    assert not Program.objects.filter(code__startswith="310000-p").exists()


def test_left_alone_it_leaves_everything(started):
    process, terminal = started
    shown_until(terminal, f"{ROWS}/{ROWS}".encode())
    assert process.wait() == 0
    assert Program.objects.filter(code__startswith="310000-p").count() == ROWS
