"""``flush`` empties the whole database, journal included, and leaves it guarded."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from programs.models import Region
from registry import journal
from registry.models import Change, Entry
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows():
    return builders.program(builders.region("310000"))


def answer(monkeypatch, word):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{word}\n"))


def test_no_record_is_left(rows):
    call_command("flush", interactive=False)
    assert not Region.objects.exists()


def test_no_change_is_left(rows):
    call_command("flush", interactive=False)
    assert (Change.objects.count(), Entry.objects.count()) == (0, 0)


def test_the_triggers_stand_again(rows):
    call_command("flush", interactive=False)
    assert journal.missing() == []


def test_the_journal_is_append_only_again(rows):
    call_command("flush", interactive=False)
    builders.region("310000")
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()


def test_the_codes_may_be_used_again(rows):
    call_command("flush", interactive=False)
    assert builders.program(builders.region("310000")).code == rows.code


def test_it_says_that_the_journal_goes(rows, monkeypatch, capsys):
    answer(monkeypatch, "no")
    call_command("flush")
    assert "日志" in capsys.readouterr().out


def test_without_a_yes_nothing_goes(rows, monkeypatch):
    answer(monkeypatch, "y")
    call_command("flush")
    assert Region.objects.exists()


def test_a_yes_empties(rows, monkeypatch):
    answer(monkeypatch, "yes")
    call_command("flush")
    assert not Region.objects.exists()
