"""Each test finds its database as no other test was there."""

import pytest

from programs import fixtures
from programs.models import Program, Region
from registry.models import Change, Entry, User
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_test_commits_is_gone_for_the_next(django_db_setup):
    builders.program(builders.region())
    User.objects.create_user("li")
    django_db_setup.give(of_its_own=True)
    for model in (Region, Program, Change, Entry, User):
        assert not model.objects.exists()


def test_what_ships_is_as_it_was(shipped, django_db_setup):
    changes = Change.objects.count()
    Program.objects.update(name="新名")
    Program.objects.last().citations.all().delete()
    builders.region("310000-x")
    django_db_setup.give("shipped", of_its_own=True)
    assert fixtures.dumped() == fixtures.FIXTURE.read_text("utf-8")
    assert Change.objects.count() == changes


def test_the_kept_one_sees_nothing_of_it(shipped, django_db_setup):
    Program.objects.update(name="新名")
    django_db_setup.give("shipped", of_its_own=False)
    assert not Program.objects.filter(name="新名").exists()
