"""Files of tables as an analyst would have them, and the command that imports them."""

import csv
import io
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from programs.bundles import BUNDLES
from registry.models import User
from tests import builders


@pytest.fixture
def program(db):
    """A published program with a passage, in Shanghai."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    term = builders.term(place, program=program)
    program.citations.create(passage=term.passage, as_written="新动力贷")
    return program


@pytest.fixture
def files(tmp_path):
    """Writes tables as CSV files: ``files(programs=[{"code": …}])`` gives their paths.

    A table's headings are those of its first row.
    """

    def write(**tables):
        paths = []
        for name, rows in tables.items():
            path = tmp_path / f"{name}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            paths.append(path)
        return paths

    return write


@pytest.fixture
def load(files):
    """Imports tables by the command; gives its report. Raises CommandError."""

    def run(bundle="programs", /, language="en", reason="核对", **tables):
        told = io.StringIO()
        call_command(
            "import_records",
            bundle,
            *files(**tables),
            by="li",
            reason=reason,
            language=language,
            stdout=told,
        )
        return told.getvalue()

    return run


@pytest.fixture
def wrong(load):
    """What is wrong with tables: the lines of the refusal, without its last."""

    def refused(bundle="programs", /, language="en", **tables):
        with pytest.raises(CommandError) as caught:
            load(bundle, language=language, **tables)
        *lines, last = str(caught.value).splitlines()
        assert last in ("Nothing was written.", "没有写入任何内容。")
        return lines

    return refused


@pytest.fixture
def exported():
    """The tables of a bundle as they would be exported: table → rows of cells."""

    def read(bundle="programs"):
        records = BUNDLES[bundle].model.objects.all()
        tables = {p.name: list(p.rows(records)) for p in BUNDLES[bundle].parts}
        return {name: rows for name, rows in tables.items() if rows}

    return read


@pytest.fixture
def signed_in(groups):
    """Gives a client signed in as somebody of that group."""

    def sign_in(group):
        user = User.objects.create_user(group, password="x", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def ignored():
    """For a refusal whose words are not the fact at hand."""
    return suppress(CommandError)
