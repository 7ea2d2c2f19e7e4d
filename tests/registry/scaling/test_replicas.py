"""Answers read from replicas: what the primary would have given, whoever is behind."""

import csv
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests import servers

# Their servers get a copy of the suite's own database.
pytestmark = pytest.mark.django_db

PROGRAMS = "programs_program"


def ask(address, query="fields=code,name_en"):
    """Revision, tag and rows of a list of programs."""
    url = f"{address}/api/v1/programs/?region=640000&{query}"
    with servers.opened(url) as answer:
        found = json.load(answer)
        told = int(answer.headers["X-Revision"])
        assert found["meta"]["revision"] == told
        return told, answer.headers["ETag"], found["results"]


@pytest.fixture
def level(replicated):
    replicated.level()
    yield replicated
    replicated.level()


@pytest.fixture(scope="module")
def sites(replicated):
    """Two servers that each have one of the replicas."""
    with (
        site(replicated, replicated.replicas[0]) as first,
        site(replicated, replicated.replicas[1]) as second,
    ):
        yield first, second


@contextmanager
def site(replicated, *replicas):
    urls = ",".join(replica.url for replica in replicas)
    with servers.gunicorn(
        "--threads", "4", DATABASE_URL=replicated.primary.url, REPLICA_URLS=urls
    ) as (address, _process):
        # What a kind of request reads is worked out on the primary the first time.
        ask(address)
        yield address


def number(rows, code):
    return int(next(row["name_en"] for row in rows if row["code"] == code) or 0)


@contextmanager
def reads(*of):
    """How many statements each server is sent inside that read programs."""
    before = [server.reads_of(PROGRAMS) for server in of]
    counted = []
    yield counted
    counted += [
        server.reads_of(PROGRAMS) - known
        for server, known in zip(of, before, strict=True)
    ]


def test_rows_are_read_from_the_replica(level, sites):
    level.write()
    level.level()
    with reads(level.primary, level.replicas[0]) as counted:
        ask(sites[0])
    assert counted[0] == 0
    assert counted[1] > 0


def test_behind_a_replica_a_write_is_seen_at_once(level, sites):
    level.replicas[0].pause()
    told, revision = level.write()
    seen, _tag, rows = ask(sites[0])
    assert (seen, number(rows, level.code)) == (revision, told)


def test_when_it_has_caught_up_the_replica_is_read_again(level, sites):
    level.replicas[0].pause()
    level.write()
    ask(sites[0])
    level.level()
    with reads(level.primary, level.replicas[0]) as counted:
        ask(sites[0], "fields=code,name_en,name")
    assert counted[0] == 0
    assert counted[1] > 0


def test_the_same_answer_has_the_same_tag_wherever_it_is_read(level, sites):
    level.write()
    level.replicas[1].caught_up_with(level.primary)
    read_there = ask(sites[1], "fields=code,summary")
    level.replicas[0].stop()
    try:
        read_here = ask(sites[0], "fields=code,summary")
    finally:
        level.replicas[0].start()
    assert read_here[0] == read_there[0]
    assert read_here[2] == read_there[2]


def test_nobody_goes_backwards_between_replicas(level, sites):
    """200 requests in turns, while one writes and each replica pauses now and then."""
    over, expected = threading.Event(), {}

    def write():
        for round_ in itertools.count():
            if over.is_set():
                return
            told, revision = level.write()
            expected[revision] = told
            if round_ % 10 == 5:
                behind = level.replicas[round_ // 10 % 2]
                behind.pause()
            elif round_ % 10 == 0:
                for replica in level.replicas:
                    replica.resume()

    first, _tag, _rows = ask(sites[0])
    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    try:
        for turn in range(200):
            told, tag, rows = ask(sites[turn % 2], "fields=code,name_en&count=none")
            seen.append((number(rows, level.code), told, tag))
    finally:
        over.set()
        writer.join()
    numbers = [one[0] for one in seen]
    assert numbers == sorted(numbers)
    assert [one[1] for one in seen] == sorted(one[1] for one in seen)
    # No answer is named by a revision whose rows it does not have.
    assert all(n >= expected[told] for n, told, _tag in seen if told > first)
    assert len(set(numbers)) > 10


def test_a_replica_that_stops_is_passed_by_and_taken_up_again(level, sites):
    replica = level.replicas[0]
    replica.stop("immediate")
    try:
        told, revision = level.write()
        seen, _tag, rows = ask(sites[0])
        assert (seen, number(rows, level.code)) == (revision, told)
    finally:
        replica.start()

    def is_read():
        level.write()
        level.level()
        with reads(replica) as counted:
            ask(sites[0])
        return counted[0]

    servers.until(is_read, "the replica is read again")


def test_a_file_is_read_whole_from_the_replica(level, sites):
    level.write()
    level.level()
    url = f"{sites[0]}/api/v1/programs/?format=csv&include=terms&kind=fund"
    # The first of a kind asks the primary what that kind reads.
    servers.opened(url.replace("fund", "loan")).close()
    with (
        reads(level.primary, level.replicas[0]) as counted,
        servers.opened(url) as answer,
    ):
        *rows, last = csv.reader(answer.read().decode().splitlines())
    assert last[0] == f"#rows={len(rows) - 1}"
    assert counted[0] == 0
    assert counted[1] > 0
    # Else what is read next would be of that moment still.
    open_ = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
    servers.until(lambda: level.replicas[0].ask(open_) == [(0,)], "no view stays open")


def test_an_earlier_day_is_read_from_the_primary(level, sites):
    url = f"{sites[0]}/api/v1/programs/?as_of=2001-01-01"
    with (
        reads(level.replicas[0]) as counted,
        servers.opened(url) as answer,
    ):
        assert json.load(answer)["results"] == []
    assert counted == [0]


def test_a_replica_that_lacks_a_migration_gives_way(level, sites):
    """No revision tells of a migration, so its state is the primary's."""
    search = "search=%E7%A7%91%E6%8A%80&fields=code"
    name, args = "search_grams", "text"
    level.primary.ask(f"ALTER FUNCTION {name}({args}) RENAME TO {name}_new")
    try:
        level.level()
        level.replicas[0].pause()
    finally:
        level.primary.ask(f"ALTER FUNCTION {name}_new({args}) RENAME TO {name}")
    assert ask(sites[0], search)[2]


def test_a_replica_that_hangs_is_passed_by(level, sites):
    level.write()
    level.level()
    # Each thread keeps a connection, on which a frozen server never says a word.
    together([lambda: ask(sites[0], "fields=code,name_en") for _n in range(8)])
    level.write()
    with level.replicas[0].hanging():
        found = together([lambda: ask(sites[0], "fields=code") for _n in range(8)])
    assert len(found) == 8


def together(asked):
    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(lambda one: one(), asked))
