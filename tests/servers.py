"""Real servers of a test's own on loopback: PostgreSQL, PgBouncer, Redis, gunicorn."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import psycopg
from django.conf import settings

# PostgreSQL and PgBouncer refuse to run as root.
AS_POSTGRES = (
    ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    if os.geteuid() == 0
    else []
)
LOCAL = "127.0.0.1"


def programs(*names):
    """Where those programs are; None if one is missing."""
    folders = [*map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    path = os.pathsep.join([*sorted(folders), os.environ["PATH"], "/usr/sbin"])
    found = [shutil.which(name, path=path) for name in names]
    return found if all(found) else None


def free_port():
    with socket.socket() as bound:
        bound.bind((LOCAL, 0))
        return bound.getsockname()[1]


def opened(url):
    """The answer of one of these servers, to be closed."""
    return urlopen(url, timeout=10)  # noqa: S310  # ours


def until(told, what, seconds=30):
    """Wait for what ``told`` gives once it is true; ``what`` says what was awaited."""
    end = time.monotonic() + seconds
    while True:
        found = told()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


@contextmanager
def folder():
    """A folder that PostgreSQL's user may write to."""
    made = Path(tempfile.mkdtemp(prefix="registry-servers-"))
    if AS_POSTGRES:
        shutil.chown(made, "postgres", "postgres")
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


class PostgreSQL:
    """A server in a folder; every statement that it is sent stands in its log."""

    def __init__(self, data):
        self.data, self.port = data, free_port()
        self.log = data.with_suffix(".log")
        self.url = f"postgres://registry@{LOCAL}:{self.port}/postgres"

    @classmethod
    def primary(cls, data):
        server = cls(data)
        small = ("--no-sync", "--wal-segsize=1", "--auth=trust", "--locale=C.UTF-8")
        run("initdb", "-D", data, "-U", "registry", *small)
        server.start()
        return server

    def standby(self, data):
        """A streaming replica."""
        server = type(self)(data)
        run("pg_basebackup", "-d", self.url, "-D", data, "-RNc", "fast")
        server.start()
        return server

    def start(self):
        options = (
            f"-c listen_addresses={LOCAL} -p {self.port} -k {self.data.parent} "
            "-c fsync=off -c full_page_writes=off -c log_statement=all "
            "-c max_standby_streaming_delay=-1 -c wal_retrieve_retry_interval=200ms"
        )
        run("pg_ctl", "-D", self.data, "-w", "-l", self.log, "-o", options, "start")

    def stop(self, mode="fast"):
        run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def ask(self, sql, *values):
        """The rows that the statement gives."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def reads_of(self, table):
        """How many statements read that table so far."""
        return self.log.read_text(errors="replace").count(f'FROM "{table}"')

    def caught_up_with(self, primary):
        [(there,)] = primary.ask("SELECT pg_current_wal_lsn()")
        sql = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        until(lambda: self.ask(sql, there)[0][0], "the replica is as far")

    def pause(self):
        """The replica takes nothing in until `resume`."""
        self.ask("SELECT pg_wal_replay_pause()")
        sql = "SELECT pg_get_wal_replay_pause_state()"
        until(lambda: self.ask(sql) == [("paused",)], "replay pauses")

    def resume(self):
        self.ask("SELECT pg_wal_replay_resume()")

    @contextmanager
    def hanging(self):
        """Inside, it holds its connections and says nothing on them."""
        first = (self.data / "postmaster.pid").read_text().split()[0]
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", first], capture_output=True, check=True
        )
        # The first before the others, so that it starts no more of them.
        numbers = [int(first), *map(int, found.stdout.split())]
        for number in numbers:
            os.kill(number, signal.SIGSTOP)
        try:
            yield
        finally:
            for number in numbers:
                os.kill(number, signal.SIGCONT)


def run(program, *arguments):
    [found] = programs(program)
    command = [*AS_POSTGRES, found, *map(str, arguments)]
    # Into no pipe, which a server that goes on running would keep open.
    with tempfile.TemporaryFile("w+") as said:
        status = subprocess.run(command, cwd="/", stdout=said, stderr=said).returncode
        said.seek(0)
        assert status == 0, said.read()


@contextmanager
def process(command, is_up, end=signal.SIGTERM, **options):
    """A program while it runs, from when it is up; that signal ends it at once."""
    started = subprocess.Popen(command, **options)
    try:
        until(lambda: started.poll() is not None or is_up(), f"{command[0]} is up")
        assert started.poll() is None, f"{command[0]} ended"
        yield started
    finally:
        started.send_signal(end)
        started.wait(30)


def listens(port):
    with suppress(OSError), socket.create_connection((LOCAL, port), 1):
        return True
    return False


@contextmanager
def pgbouncer(server, data, pool=2):
    """The URL of the server's registry through a pool of so many connections."""
    port = free_port()
    data.write_text(
        f"[databases]\n* = host={LOCAL} port={server.port} user=registry\n[pgbouncer]\n"
        f"listen_addr = {LOCAL}\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {pool}\n"
        "logfile = /dev/null\nquery_wait_timeout = 10\n"
        "ignore_startup_parameters = extra_float_digits\n"
    )
    [program] = programs("pgbouncer")
    database = server.url.replace(f":{server.port}/", f":{port}/")
    with process([*AS_POSTGRES, program, "-q", str(data)], lambda: listens(port)):
        yield database


@contextmanager
def redis(port):
    """The URL of a Redis."""
    [program] = programs("redis-server")
    command = [program, "--port", str(port), "--bind", LOCAL, "--save", ""]
    with process(command, lambda: listens(port), stdout=subprocess.DEVNULL):
        yield f"redis://{LOCAL}:{port}/0"


@contextmanager
def gunicorn(*arguments, **environment):
    """The address of the registry as it is run, and its process."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "registry.wsgi", *arguments]
    command += ["--bind", f"{LOCAL}:{port}", "--log-level", "warning"]
    given = {"PATH": os.environ["PATH"], "API_RATE_ANONYMOUS": "none", **environment}
    address = f"http://{LOCAL}:{port}"

    def is_up():
        with suppress(OSError), opened(f"{address}/favicon.ico"):
            return True

    options = {"cwd": settings.BASE_DIR, "env": given, "stderr": subprocess.DEVNULL}
    with process(command, is_up, signal.SIGINT, **options) as started:
        yield address, started
