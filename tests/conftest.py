"""Databases of the tests: empty for every test, or with the shipped registry."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from tests import databases

# The same examples on every run and no deadline: a build never fails by chance.
hypothesis_settings.register_profile("registry", deadline=None, derandomize=True)
hypothesis_settings.load_profile("registry")


def pytest_configure():
    # Slow hashes are for real passwords.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Counts of one test are none of the next one's.
    settings.COUNTS_KEPT = 0
    # Tests ask more than anybody may; those of the limits set their own.
    settings.API_RATES = dict.fromkeys(settings.API_RATES)
    # Many leave a file unread, whose place is free when the server closes it.
    settings.STREAMS_AT_ONCE = 1_000_000
    # What a test committed goes with its database: nothing is emptied.
    TransactionTestCase._fixture_teardown = lambda _self: None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    kind = {"sqlite": databases.SQLite, "postgresql": databases.PostgreSQL}
    with django_db_blocker.unblock():
        made = kind[connection.vendor]()
    yield made
    with django_db_blocker.unblock():
        made.remove_all()


@pytest.fixture
def _database(request, django_db_setup, django_db_blocker):
    """Django's connections lead to the database of this test."""
    marker = request.node.get_closest_marker("django_db")
    asked = set(request.fixturenames)
    with django_db_blocker.unblock():
        django_db_setup.give(
            *(name for name in databases.CONTENTS if name in asked),
            of_its_own=bool(marker and marker.kwargs.get("transaction"))
            or not asked.isdisjoint({"transactional_db", "live_server"}),
        )


@pytest.fixture
def _django_db_helper(_database, _django_db_helper):
    """Pytest-django's, through which every test gets its database, after ours."""


@pytest.fixture
def shipped(db):
    """The registry as it ships, read from seeds/."""


@pytest.fixture
def groups(db):
    """The groups as they ship."""
