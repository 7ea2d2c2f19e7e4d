"""Limits: exact whoever else asks, told on every answer; a failing cache lets ask."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from threading import Barrier
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings as project
from django.core.cache import caches
from django.db import connection
from django.test import Client

from registry import caches as configured
from registry.access import limits
from registry.environment import Rate
from registry.models import Token, User

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/"
CLIENTS, QUOTA = 50, 20


@pytest.fixture(autouse=True)
def counters():
    """Nothing is counted yet."""
    caches[limits.CACHE].clear()
    limits.OUTAGE.over_at = 0.0


@pytest.fixture
def limited(settings):
    """A function that sets limits by scope; the others have none."""

    def limited(**rates):
        none = dict.fromkeys(project.API_RATES)
        settings.API_RATES = none | {n: Rate(q, 86_400) for n, q in rates.items()}

    return limited


def token(name="wang"):
    user = User.objects.create_user(name)
    return f"Token {Token.make(user=user, name='pandas', days=1)[1]}"


def statuses(client, address, times, **headers):
    return [client.get(address, headers=headers).status_code for _time in range(times)]


def test_as_many_are_answered_as_the_limit_allows(client, limited):
    limited(anonymous=2)
    assert statuses(client, ADDRESS, 3) == [200, 200, 429]


def test_a_window_ends():
    rate = {"x": Rate(1, 60)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits.settings, "API_RATES", rate)
        used = [limits.count("a", ["x"], now=now)[0].used for now in (0, 59, 60)]
    assert used == [1, 2, 1]


def test_what_is_refused_lengthens_nothing(client, limited):
    limited(anonymous=1)
    waits = [int(client.get(ADDRESS).headers.get("Retry-After", 0)) for _n in range(3)]
    assert 0 < waits[2] <= waits[1] <= 86_400


def test_addresses_are_counted_apart(client, limited):
    limited(anonymous=1)
    assert client.get(ADDRESS, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.get(ADDRESS, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_behind_a_proxy_its_word_counts(client, limited, settings):
    limited(anonymous=1)
    settings.TRUSTED_PROXIES = 1
    clients = ["192.0.2.1", "192.0.2.2", "192.0.2.1"]
    asked = [statuses(client, ADDRESS, 1, x_forwarded_for=one)[0] for one in clients]
    assert asked == [200, 200, 429]


def test_without_a_proxy_nobody_invents_an_address(client, limited):
    limited(anonymous=1)
    asked = [
        statuses(client, ADDRESS, 1, x_forwarded_for=f"192.0.2.{n}")[0]
        for n in range(2)
    ]
    assert asked == [200, 429]


def test_a_token_has_a_limit_of_its_own(client, limited):
    limited(anonymous=1, token=2)
    statuses(client, ADDRESS, 1)
    assert statuses(client, ADDRESS, 3, authorization=token()) == [200, 200, 429]


def test_tokens_are_counted_apart(client, limited):
    limited(token=1)
    for name in ("wang", "li"):
        assert statuses(client, ADDRESS, 1, authorization=token(name)) == [200]


def test_wrong_tokens_count_for_the_address(client, limited):
    limited(anonymous=1)
    wrong = {"authorization": "Token tfr_0"}
    assert statuses(client, ADDRESS, 2, **wrong) == [401, 429]


@pytest.mark.parametrize(
    ("scope", "query"), [("export", "format=csv"), ("as_of", "as_of=2026-03-31")]
)
def test_dear_answers_have_a_limit_besides(client, limited, scope, query):
    limited(**{"anonymous": 9, scope: 1})
    address = "/api/v1/programs/"
    assert statuses(client, f"{address}?{query}", 2) == [200, 429]
    assert statuses(client, address, 1) == [200]


def test_a_refusal_is_a_problem_that_says_when(client, limited):
    limited(anonymous=1)
    statuses(client, ADDRESS, 1)
    answer = client.get(ADDRESS, headers={"accept-language": "en"})
    assert answer["Content-Type"] == "application/problem+json"
    assert f"Ask again in {answer['Retry-After']} second" in answer.json()["detail"]


def test_a_refusal_is_said_in_chinese(client, limited):
    limited(anonymous=1)
    statuses(client, ADDRESS, 1)
    answer = client.get(ADDRESS, headers={"accept-language": "zh-hans"})
    assert "次请求" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/", 200),
        ("/api/v1/programs/?nosuch=1", 400),
        ("/api/v1/programs/310000-nichts/", 404),
        ("/api/v1/nothing/", 404),
        ("/api/v1/%00/", 400),
    ],
)
def test_every_answer_tells_the_limit(client, limited, address, status):
    limited(anonymous=9)
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["RateLimit-Policy"] == '"anonymous";q=9;w=86400'
    assert answer["RateLimit"].startswith('"anonymous";r=8;t=')


def test_several_limits_are_told_together(client, limited):
    limited(anonymous=9, export=3)
    answer = client.get("/api/v1/programs/?format=csv")
    policies = '"anonymous";q=9;w=86400, "export";q=3;w=86400'
    assert answer["RateLimit-Policy"] == policies


def test_the_admin_is_not_counted(client, limited):
    limited(anonymous=1)
    assert statuses(client, "/admin/login/", 2) == [200, 200]


@pytest.mark.parametrize("header", ["X-Nothing", "Authorization"])
def test_preflights_are_not_counted(client, limited, header):
    limited(anonymous=0)
    asked = {"origin": "https://a.example", "access-control-request-method": "GET"}
    headers = asked | {"access-control-request-headers": header}
    assert client.options(ADDRESS, headers=headers).status_code == 204


def test_a_cache_that_fails_stops_nobody(client, limited, settings, caplog):
    limited(anonymous=1)
    settings.CACHES = configured.configuration("redis://127.0.0.1:1/0")
    assert statuses(client, ADDRESS, 3) == [200, 200, 200]
    assert caplog.text.count("Requests are not counted") == 1


@pytest.fixture
def in_turns():
    """Threads take turns after a few lines of code each."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_no_count_is_lost_between_threads(limited, in_turns):
    limited(anonymous=9999)
    ready = Barrier(8)

    def count(_number):
        ready.wait()
        return [limits.count("a", ["anonymous"])[0].used for _time in range(200)]

    with ThreadPoolExecutor(8) as threads:
        counted = sorted(chain.from_iterable(threads.map(count, range(8))))
    assert counted == list(range(1, 1601))


def test_parallel_threads_are_counted_exactly(limited):
    """Local memory, one process."""
    limited(anonymous=QUOTA)
    ready = Barrier(CLIENTS)

    def ask(_number):
        client = Client()
        ready.wait()
        return client.get(ADDRESS).status_code

    with ThreadPoolExecutor(CLIENTS) as threads:
        found = Counter(threads.map(ask, range(CLIENTS)))
    assert found == {200: QUOTA, 429: CLIENTS - QUOTA}


@contextmanager
def running(command, ready, times=1, **options):
    """The program while it runs, from when it has said that so often on ``stdout``."""
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    started = subprocess.Popen(command, stdout=pipe, stderr=both, text=True, **options)
    try:
        said = []
        while len([line for line in said if ready in line]) < times:
            said.append(started.stdout.readline())
            assert said[-1], "".join(said)
        yield
    finally:
        # Both take it for: at once.
        started.send_signal(signal.SIGINT)
        started.communicate(timeout=30)


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


@pytest.fixture
def redis(tmp_path):
    """The URL of a Redis of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("没有 redis-server,未测共享计数 · no redis-server: not tested")
    port = free_port()
    command = [program, "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with running(command, "Ready to accept connections"):
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def served(redis, transactional_db):
    """The root address of two gunicorn workers that share the Redis."""
    given, port = connection.settings_dict, free_port()
    database = f"sqlite:///{given['NAME']}"
    if connection.vendor == "postgresql":
        who = f"{given['USER']}:{given['PASSWORD']}".strip(":")
        host = given["HOST"].replace("/", "%2F")
        database = f"postgres://{who}@{host}:{given['PORT']}/{given['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": database,
        "CACHE_URL": redis,
        "API_RATE_ANONYMOUS": f"{QUOTA}/day",
    }
    command = [sys.executable, "-m", "gunicorn", "registry.wsgi", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--preload"]
    folder = project.BASE_DIR
    with running(command, "Booting worker", 2, cwd=folder, env=environment):
        yield f"http://127.0.0.1:{port}"


def test_parallel_workers_are_counted_exactly(served):
    """Redis, two processes."""

    def ask(_number):
        try:
            with urlopen(served + ADDRESS) as answer:  # noqa: S310  # ours
                return answer.status
        except HTTPError as refused:
            return refused.code

    with ThreadPoolExecutor(CLIENTS) as threads:
        found = Counter(threads.map(ask, range(CLIENTS)))
    assert found == {200: QUOTA, 429: CLIENTS - QUOTA}
