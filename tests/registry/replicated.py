"""A primary with two replicas, for a whole run of the tests."""

import subprocess

import pytest

from tests import servers


class Replicated:
    """The servers, with the shipped registry; `write` tells a number in one program."""

    code = "640000-ningkedai"

    def __init__(self, primary, replicas):
        self.primary, self.replicas = primary, replicas
        self.number = 0

    def write(self):
        """The next number and the revision that told it."""
        self.number += 1
        self.primary.ask(
            "UPDATE programs_program SET name_en = %s WHERE code = %s",
            str(self.number),
            self.code,
        )
        sql = "SELECT max(revision) FROM registry_change"
        [(revision,)] = self.primary.ask(sql)
        return self.number, revision

    def level(self):
        """Every replica runs and is as far as the primary."""
        for replica in self.replicas:
            replica.resume()
            replica.caught_up_with(self.primary)


@pytest.fixture(scope="session")
def replicated(django_db_setup, django_db_blocker):
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("测副本需要 PostgreSQL · replicas are tested on PostgreSQL only")
    if not servers.programs("initdb", "pg_basebackup", "pg_dump", "psql"):
        pytest.skip("没有 PostgreSQL 的程序 · PostgreSQL's programs are not here")
    with servers.folder() as folder:
        primary = servers.PostgreSQL.primary(folder / "primary")
        with django_db_blocker.unblock():
            shipped = django_db_setup.filled(("shipped",))
        copy(shipped, primary)
        replicas = [primary.standby(folder / f"replica{n}") for n in (1, 2)]
        try:
            yield Replicated(primary, replicas)
        finally:
            for server in (*replicas, primary):
                if (server.data / "postmaster.pid").exists():
                    server.stop("immediate")


def copy(name, server):
    """The server gets all that is in that database."""
    from django.db import connection

    given = connection.settings_dict
    [dump, psql] = servers.programs("pg_dump", "psql")
    where = ["-h", given["HOST"], "-U", given["USER"], "-d", name]
    port = ["-p", str(given["PORT"])] if given["PORT"] else []
    dumped = subprocess.run(
        [dump, *where, *port, "-O"], capture_output=True, check=True
    )
    quiet = ["-q", "-v", "ON_ERROR_STOP=1", "-d", server.url]
    subprocess.run([psql, *quiet], input=dumped.stdout, capture_output=True, check=True)
