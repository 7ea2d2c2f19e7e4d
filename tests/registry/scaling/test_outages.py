"""Servers that fail under load: clear answers, and all is well again without a hand."""

import itertools
import json
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest

from tests import servers

# Their servers get a copy of the suite's own database.
pytestmark = pytest.mark.django_db

CLIENTS = 4
# So many good answers in a row, and all is well.
WELL = 50


class Load:
    """Clients that ask for pages without a pause: (when, status, answer) of each.

    Half of the pages were never asked for, half are kept; status 0 is a connection
    that broke.
    """

    def __init__(self, address):
        self.address, self.seen = address, []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _n in range(CLIENTS)]
        self.numbers = itertools.count(1)

    def _ask(self):
        while not self.over.is_set():
            number = next(self.numbers)
            page = f"/api/v1/programs/?fields=code&page_size={number % 2 * 49 + 1}"
            if number % 2:
                page += (
                    f"&updated_at__gt=2001-01-01T00:{number // 60 % 60}:{number % 60}Z"
                )
            started = time.monotonic()
            try:
                with servers.opened(self.address + page) as answer:
                    answer.read()
                self.seen.append((started, 200, answer))
            except HTTPError as refused:
                refused.body = refused.read()
                self.seen.append((started, refused.code, refused))
            except (URLError, HTTPException, OSError):
                self.seen.append((started, 0, None))

    def goes_well(self):
        """Wait until all are answered well; how long until the first of them."""
        asked = time.monotonic()

        def lately():
            return [one for one in list(self.seen) if one[0] > asked]

        def well():
            last = lately()[-WELL:]
            return len(last) == WELL and all(status == 200 for _t, status, _a in last)

        servers.until(well, "all answers are good again")
        bad = [started for started, status, _answer in lately() if status != 200]
        return max(bad, default=asked) - asked

    def statuses(self):
        return {status for _started, status, _answer in self.seen}

    def failed(self):
        return [one for one in self.seen if one[1] != 200]


@contextmanager
def load(address):
    made = Load(address)
    for thread in made.threads:
        thread.start()
    try:
        made.goes_well()
        yield made
    finally:
        made.over.set()
        for thread in made.threads:
            thread.join()


@contextmanager
def site(replicated, *arguments, **environment):
    replicated.level()
    given = {"DATABASE_URL": replicated.primary.url, **environment}
    with servers.gunicorn("--threads", "4", *arguments, **given) as served:
        yield served


def report(what, made, recovered):
    """For those who run the tests with -s."""
    bad = [one[1] for one in made.failed()]
    times = [one[0] for one in made.failed()] or [0]
    print(
        f"{what}: {len(made.seen)} answers, {bad.count(503)} told to ask again,"
        f" {bad.count(0)} connections broken, in {max(times) - min(times):.2f} s;"
        f" well {recovered:.2f} s after the server was"
    )


@pytest.fixture(scope="module")
def address(replicated):
    with site(replicated) as (address, _process):
        yield address


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_while_postgresql_restarts_one_is_told_to_ask_again(replicated, address, mode):
    with load(address) as made:
        replicated.primary.stop(mode)
        servers.until(lambda: made.failed(), "it is noticed")
        replicated.primary.start()
        report(f"PostgreSQL {mode}", made, made.goes_well())
    assert made.statuses() == {200, 503}
    for _started, _status, answer in made.failed():
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.body)["title"] == "登记库现在无法应答。"


@pytest.fixture
def refused(replicated, address):
    """What a request is answered while PostgreSQL is down."""

    def ask(path, **headers):
        request = Request(address + path, headers=headers)  # noqa: S310  # ours
        with pytest.raises(HTTPError) as refused:
            servers.opened(request)
        assert refused.value.code == 503
        assert refused.value.headers["Retry-After"] == "5"
        return refused.value.read().decode()

    replicated.primary.stop("immediate")
    yield ask
    replicated.primary.start()


def test_while_postgresql_is_down_pages_say_so(refused):
    text = refused("/")
    assert "数据库现在没有应答" in text
    assert "The database does not answer" in text


def test_while_postgresql_is_down_nobody_takes_a_good_token_for_a_wrong_one(refused):
    token = {"Authorization": f"Token tfr_{'a' * 60}", "Accept-Language": "en"}
    problem = json.loads(refused("/api/v1/programs/", **token))
    assert problem["title"] == "The registry can't answer just now."


def test_a_worker_that_is_killed_is_replaced(replicated):
    with (
        site(replicated, "--workers", "2") as (address, process),
        load(address) as made,
    ):
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)],
            capture_output=True,
            check=True,
        )
        before = found.stdout.split()
        os.kill(int(before[0]), signal.SIGKILL)
        report("worker killed", made, made.goes_well())
    assert made.statuses() <= {200, 0}
    # What it was answering just then, and nothing more.
    assert len(made.failed()) <= CLIENTS


def test_while_redis_is_away_all_is_answered(replicated):
    if not servers.programs("redis-server"):
        pytest.skip("没有 redis-server · no redis-server: not tested")
    port = servers.free_port()
    limit = {
        "CACHE_URL": f"redis://127.0.0.1:{port}/0",
        "API_RATE_ANONYMOUS": "9999/day",
    }
    with site(replicated, **limit) as (address, _process), load(address) as made:
        with servers.redis(port):
            servers.until(lambda: is_counted(address), "requests are counted")
            made.goes_well()
        report("Redis stopped", made, made.goes_well())
        with servers.redis(port):
            servers.until(lambda: is_counted(address), "requests are counted again")
    assert made.statuses() == {200}


def is_counted(address):
    with servers.opened(f"{address}/api/v1/regions/?page_size=1") as answer:
        return "RateLimit" in answer.headers


def test_a_database_that_only_reads_is_told_as_an_outage(replicated):
    """A standby that the address leads to before it has taken over."""
    replicated.level()
    standby = {"DATABASE_URL": replicated.replicas[0].url}
    with (
        servers.gunicorn("--threads", "4", **standby) as (address, _process),
        pytest.raises(HTTPError) as refused,
    ):
        # Of an earlier day tables are written.
        servers.opened(f"{address}/api/v1/programs/?as_of=2001-01-01")
    assert refused.value.code == 503
