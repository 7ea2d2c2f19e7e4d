"""``backup`` writes a dump and its manifest: whole, or not at all."""

import fcntl
import io
import json
import os
import re
import resource
import signal
import stat

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from programs.models import Program
from registry import verification
from registry.management.commands.nightly import back_up as back_up_each_night

pytestmark = pytest.mark.django_db(transaction=True)

postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="of PostgreSQL's own programs"
)


def told_of(dump):
    return json.loads(dump.with_name(f"{dump.name}.json").read_text())


def left_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """A function that puts a script before the program of that name."""

    def put(name, script):
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return put


@pytest.fixture
def small_files():
    """No file may grow beyond 20 kilobytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_its_name_has_the_instant_and_the_revision(registry, back_up):
    revision, _digest = verification.latest()
    assert re.fullmatch(rf"registry-\d{{8}}T\d{{6}}Z-r{revision}\.\w+", back_up().name)


def test_nobody_else_may_read_it(registry, back_up):
    dump = back_up()
    for path in (dump, dump.with_name(f"{dump.name}.json")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_its_manifest_tells_the_journals_end(registry, back_up):
    told = told_of(back_up())
    assert (told["revision"], told["digest"]) == verification.latest()


def test_its_manifest_counts_the_rows_of_each_table(registry, back_up):
    tables = told_of(back_up())["tables"]
    assert tables["programs_program"]["rows"] == Program.objects.count()
    assert tables["registry_user"]["rows"] == 1


def test_who_is_signed_in_is_not_in_it(registry, back_up):
    key = "sitzung" + "a" * 25
    Session.objects.create(session_key=key, expire_date=timezone.now())
    dump = back_up()
    assert told_of(dump)["tables"]["django_session"]["rows"] == 0
    assert key.encode() not in dump.read_bytes()


def test_without_a_folder_it_is_refused_in_both_languages(settings):
    settings.BACKUP_DIR = ""
    with pytest.raises(CommandError, match=r"BACKUP_DIR。\n.* BACKUP_DIR\."):
        call_command("backup")


def test_so_many_of_the_latest_are_kept(registry, back_up):
    first = back_up()
    Program.objects.update(name="乙")
    second = back_up(keep=1)
    assert left_in(first.parent) == [second.name, f"{second.name}.json"]


def test_what_else_lies_there_is_left_alone(registry, back_up):
    other = back_up().with_name("notes.json")
    other.touch()
    Program.objects.update(name="乙")
    back_up(keep=1)
    assert other.exists()


def test_a_second_one_at_the_same_time_is_refused(registry, back_up):
    folder = back_up().parent
    with (folder / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match=r"另一次备份(.|\n)*Another backup"):
            back_up()


def test_what_a_killed_one_left_is_removed(registry, back_up):
    left = back_up().with_name(".partial-1.dump")
    left.touch()
    Program.objects.update(name="乙")
    back_up()
    assert not left.exists()


def test_a_full_disk_is_told_and_leaves_nothing(
    registry, back_up, tmp_path, small_files
):
    with pytest.raises(CommandError, match=r"备份写不到(.|\n)*can't be written"):
        back_up()
    assert left_in(tmp_path / "kept") == []


@postgresql
def test_a_dump_that_fails_half_way_leaves_nothing(registry, back_up, tmp_path, stub):
    stub(
        "pg_dump",
        'case $1 in --version) echo "pg_dump (PostgreSQL) 99.1";;'
        " *) echo PGDMP; echo half-way >&2; exit 1;; esac",
    )
    with pytest.raises(CommandError, match="pg_dump 失败:\nhalf-way\npg_dump failed"):
        back_up()
    assert left_in(tmp_path / "kept") == []


@postgresql
def test_a_pg_dump_that_is_too_old_is_refused(registry, back_up, tmp_path, stub):
    stub("pg_dump", 'echo "pg_dump (PostgreSQL) 9.6.24"')
    with pytest.raises(CommandError, match=r"9.6.24 早于(.|\n)*is older than"):
        back_up()
    assert left_in(tmp_path / "kept") == []


@postgresql
def test_a_lacking_pg_dump_is_told(registry, back_up, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"postgresql-client(.|\n)*was not found"):
        back_up()


def test_the_night_takes_one_where_a_folder_is_set(registry, settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path / "nights"), 3
    back_up_each_night(io.StringIO())
    assert len(left_in(tmp_path / "nights")) == 2
