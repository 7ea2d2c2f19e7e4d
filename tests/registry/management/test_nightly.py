"""``nightly`` takes every step, whatever became of the one before."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.management.commands.nightly import STEPS, Command
from registry.models import FailedSignIns, Upload, User
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def night(capsys):
    """A function that takes the steps; gives the lines, and whether all went well."""

    def night(steps=STEPS):
        command = Command()
        command.steps = steps
        try:
            call_command(command)
        except CommandError as error:
            return capsys.readouterr().out.splitlines(), str(error)
        return capsys.readouterr().out.splitlines(), ""

    return night


def test_a_line_for_each_step(night):
    lines, failed = night()
    names = [line.partition(":")[0] for line in lines]
    assert names == [name for name, _step in STEPS]
    assert failed == ""


def test_what_is_over_is_removed(night):
    past = timezone.now() - timedelta(days=1)
    Session.objects.create(session_key="a" * 32, expire_date=past)
    FailedSignIns.objects.bulk_create(
        FailedSignIns(kind="name", subject=str(n), until=past, last_at=past)
        for n in range(501)
    )
    person = User.objects.create_user("li")
    for at in (past - timedelta(hours=1), timezone.now()):
        Upload.objects.create(person=person, bundle="programs", at=at, packed=b"")
    night()
    assert Upload.objects.count() == 1
    assert not Session.objects.exists()
    assert not FailedSignIns.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_journals_digest_is_told(night):
    builders.region("310000")
    (*_others, last), _failed = night()
    assert "digest" in last


@pytest.mark.parametrize("error", [CommandError("some link"), ZeroDivisionError("x")])
def test_a_step_that_fails_is_named_and_the_next_is_taken(night, error):
    taken = []

    def fail(_out):
        raise error

    lines, failed = night([("first", fail), ("second", taken.append)])
    assert len(taken) == 1
    assert [line.partition(":")[0] for line in lines] == ["first", "second"]
    assert str(error) in lines[0]
    assert "first" in failed
    assert "second" not in failed
