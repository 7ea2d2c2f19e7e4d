"""Behind PgBouncer in transaction mode: two connections that many clients share."""

import csv
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from programs.models import Program
from registry import journal
from registry.models import User
from tests import servers
from tests.forms import fields
from tests.together import run_together

# Their servers get a copy of the suite's own database.
pytestmark = pytest.mark.django_db

CLIENTS = 8
ROUNDS = 10


@contextmanager
def led_to(url):
    """New connections of Django go to that server; the test's own stays where it is."""
    host, _colon, port = url.partition("@")[2].partition("/")[0].partition(":")
    given = connection.settings_dict
    before = {name: given[name] for name in ("HOST", "PORT", "NAME", "USER")}
    given.update(HOST=host, PORT=port, NAME="postgres", USER="registry")
    try:
        yield
    finally:
        given.update(before)


@pytest.fixture
def pooled(replicated):
    if not servers.programs("pgbouncer"):
        pytest.skip("没有 pgbouncer · no pgbouncer: not tested")
    replicated.level()
    with (
        servers.folder() as folder,
        servers.pgbouncer(replicated.primary, folder / "pool.ini") as url,
        led_to(url),
    ):
        yield replicated.primary


def in_threads(job, clients=CLIENTS):
    """The job, called with the number of each of the clients, all at once."""

    def run(number):
        try:
            job(number)
        finally:
            connections.close_all()

    run_together([lambda n=n: run(n) for n in range(clients)])


def last_revision(server):
    [(revision,)] = server.ask("SELECT max(revision) FROM registry_change")
    return revision


def codes(server):
    found = server.ask("SELECT code FROM programs_program ORDER BY code LIMIT 8")
    return [code for (code,) in found]


def authors(server, after):
    """(who, code of the program) of every change since."""
    return server.ask(
        "SELECT actor, key FROM registry_change c JOIN registry_entry e"
        " ON e.change_id = c.id WHERE kind = 'program' AND revision > %s",
        after,
    )


def test_no_change_is_noted_under_another_clients_name(pooled):
    programs, before = codes(pooled), last_revision(pooled)

    def write(number):
        rows = Program.objects.filter(code=programs[number])
        for round_ in range(ROUNDS):
            with journal.change(by=f"client {number}", reason="", path="test"):
                rows.update(name_en=f"client {number} round {round_}")
            # By nobody: the name must not stay with the connection.
            rows.update(summary=f"nobody {number} round {round_}")

    in_threads(write)
    wanted = [
        (by, code) for n, code in enumerate(programs) for by in ("", f"client {n}")
    ]
    assert sorted(authors(pooled, before)) == sorted(wanted * ROUNDS)
    assert last_revision(pooled) == before + 2 * CLIENTS * ROUNDS


def test_files_earlier_days_and_pages_are_read_at_once(pooled):
    """A named cursor, temporary tables and plain pages, in turns on two connections."""
    sql = "SELECT count(*) FROM programs_program WHERE publication = 'published'"
    [(whole,)] = pooled.ask(sql)

    def read(number):
        client = Client()
        for _round in range(2):
            stream = client.get("/api/v1/programs/?format=csv&include=terms,roles")
            *_rows, last = csv.reader(stream.getvalue().decode().splitlines())
            assert last[0] == f"#rows={whole}"
            past = client.get("/api/v1/programs/?as_of=2001-01-01")
            assert past.json()["results"] == []
            page = client.get(f"/api/v1/agencies/?page_size={number + 1}").json()
            assert len(page["results"]) == number + 1

    in_threads(read)


def test_forms_of_several_editors_are_saved_each_under_its_name(pooled):
    programs, before = codes(pooled), last_revision(pooled)
    editors, forms = [], []

    def open_forms(_number):
        for number, code in enumerate(programs):
            user = User.objects.create_superuser(f"editor{number}", password="x")
            client = Client()
            client.force_login(user)
            address = reverse("admin:programs_program_change", args=[code])
            editors.append((client, address))
            forms.append(fields(client.get(address).context))

    def save(number):
        client, address = editors[number]
        said = {"name_en": f"By {number}", "reason": "核对"}
        assert client.post(address, forms[number] | said).status_code == 302

    in_threads(open_forms, clients=1)
    in_threads(save)
    found = authors(pooled, before)
    assert sorted(found) == [(f"editor{n}", code) for n, code in enumerate(programs)]
