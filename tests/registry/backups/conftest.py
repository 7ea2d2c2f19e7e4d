"""A registry that is backed up, and an empty database to restore it into."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from registry import journal
from registry.models import User
from tests import builders


@pytest.fixture
def registry(transactional_db):
    """A published program, written by Li, who is an administrator and signs in."""
    User.objects.create_superuser("li", password="geheim-geheim")
    with journal.change(by="li", reason="录入", path="admin"):
        place = builders.region("310000", name="上海市")
        return builders.program(place, "310000-x", name="甲")


@pytest.fixture
def back_up(tmp_path):
    """A function that takes a backup and gives the path of its dump."""

    def take(**options):
        out = io.StringIO()
        call_command("backup", tmp_path / "kept", stdout=out, **options)
        return Path(out.getvalue().splitlines()[0].rpartition(": ")[2])

    return take


@pytest.fixture
def elsewhere(tmp_path, django_db_setup):
    """A function that leads all connections to a new database without any table."""
    before, made = str(connection.settings_dict["NAME"]), []

    def go():
        if connection.vendor == "sqlite":
            name = str(tmp_path / f"restored-{len(made)}.sqlite3")
        else:
            name = f"{django_db_setup.empty}_restored_{len(made)}"
            django_db_setup.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        made.append(name)
        django_db_setup.use(name)

    yield go
    django_db_setup.use(before)
    for name in made:
        django_db_setup.remove(name)
    django_db_setup.use(before)


@pytest.fixture
def restore():
    """A function that restores a backup and gives what the command said."""

    def restore(path, **options):
        out = io.StringIO()
        call_command("restore", path, stdout=out, **options)
        return out.getvalue()

    return restore
