"""How printing fails: each time with a sentence, and nothing left behind."""

import fcntl
import io
import os
import tempfile
import time
from pathlib import Path

import pytest
from pypdf import PdfWriter

from registry import printing


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """The folder in which printing takes its places."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"registry-printing-{os.geteuid()}"


@pytest.fixture
def stand_in(tmp_path, settings):
    """Puts a shell script in Chromium's place."""

    def put(script):
        file = tmp_path / "chromium"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o700)
        settings.CHROMIUM = str(file)

    return put


def print_it(**options):
    return printing.pdf(lambda _pages: "<title>手册</title>", title="手册", **options)


def blank(title):
    """A PDF of one empty page."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": title})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


COPY = 'for one; do case $one in --print-to-pdf=*) cp {} "${{one#*=}}";; esac; done'


def test_without_the_program_that_is_set(settings):
    settings.CHROMIUM = "/nonexistent/chromium"
    with pytest.raises(printing.PrintingError, match="没有 Chromium"):
        print_it()


def test_a_program_that_fails_is_quoted(stand_in):
    stand_in("echo no usable sandbox >&2; exit 1")
    with pytest.raises(printing.PrintingError, match="no usable sandbox"):
        print_it()


def test_a_program_that_prints_nothing(stand_in):
    stand_in("exit 0")
    with pytest.raises(printing.PrintingError, match="未生成文件"):
        print_it()


def test_the_page_of_an_error_is_not_taken_for_the_document(stand_in, tmp_path):
    (tmp_path / "error.pdf").write_bytes(blank("ERR_FILE_NOT_FOUND"))
    stand_in(COPY.format(tmp_path / "error.pdf"))
    with pytest.raises(printing.PrintingError, match="不是本页"):
        print_it()


def test_half_a_pdf_is_not_taken(stand_in, tmp_path):
    (tmp_path / "half.pdf").write_bytes(blank("手册")[:200])
    stand_in(COPY.format(tmp_path / "half.pdf"))
    with pytest.raises(printing.PrintingError, match="完整的 PDF"):
        print_it()


@pytest.fixture
def hanging(stand_in, tmp_path):
    """Chromium hangs; waits until all that it started is gone."""
    stand_in(f"sleep 60 & echo $! > {tmp_path}/child; wait")

    def gone():
        child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
        until = time.monotonic() + 5
        while child.exists() and child.read_text().split()[2] != "Z":
            assert time.monotonic() < until

    return gone


def test_a_program_that_hangs_is_ended_with_all_it_started(hanging):
    with pytest.raises(printing.PrintingError, match="用时超过"):
        print_it(seconds=0.5)
    hanging()


def test_a_program_that_hangs_ends_even_where_nobody_ends_it(hanging, monkeypatch):
    monkeypatch.setattr(printing, "GRACE", -59.5)
    with pytest.raises(printing.PrintingError, match="未生成文件"):
        print_it(seconds=60)
    hanging()


def test_nothing_is_left_behind(stand_in, own):
    stand_in("exit 1")
    with pytest.raises(printing.PrintingError):
        print_it()
    assert [file.name for file in own.iterdir()] == ["0.lock"]


def test_what_a_killed_process_left_is_removed(stand_in, own, tmp_path):
    (own / "0").mkdir(parents=True)
    (own / "0" / "page.pdf").write_bytes(blank("手册"))
    stand_in("exit 0")
    with pytest.raises(printing.PrintingError, match="未生成文件"):
        print_it()


def test_no_more_are_printed_at_once(stand_in, own):
    own.mkdir()
    held = [(own / f"{number}.lock").open("w") for number in range(printing.AT_ONCE)]
    for lock in held:
        fcntl.flock(lock, fcntl.LOCK_SH)
    stand_in("exit 1")
    with pytest.raises(printing.Busy, match="请稍后再试"):
        print_it()
    for lock in held:
        lock.close()


def test_a_place_is_free_again_afterwards(stand_in):
    stand_in("exit 1")
    for _time in range(printing.AT_ONCE + 1):
        with pytest.raises(printing.PrintingError) as failed:
            print_it()
        assert not isinstance(failed.value, printing.Busy)


def test_a_folder_that_is_a_link_is_not_used(stand_in, own, tmp_path):
    own.symlink_to(tmp_path)
    stand_in("exit 1")
    with pytest.raises(printing.PrintingError, match="属于其他用户"):
        print_it()
