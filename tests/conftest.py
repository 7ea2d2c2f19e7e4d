"""Databases of the tests: empty for every test, or with the shipped registry."""

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

# The same examples on every run and no deadline: a build never fails by chance.
hypothesis_settings.register_profile("registry", deadline=None, derandomize=True)
hypothesis_settings.load_profile("registry")


def pytest_configure():
    # Slow hashes are for real passwords.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shipped(db):
    """The registry as it ships, read from seeds/; gives the sheets."""
    from programs import fixtures, seed_plan, seeding, sheets

    found = sheets.read(fixtures.SEEDS)
    seeding.apply(seed_plan.plan(found.rows), by="operator", reason="shipped data")
    return found
