"""The databases of a worker: each kind is filled once and stays as it is.

A test that commits gets a copy of its own, thrown away after it; every other runs on
the kept one, inside a transaction that is rolled back.
"""

import shutil
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections


def fill_with_groups():
    call_command("loaddata", "groups", by="operator", verbosity=0)


def fill_with_shipped():
    from programs import fixtures, seed_plan, seeding, sheets

    plan = seed_plan.plan(sheets.read(fixtures.SEEDS).rows)
    seeding.apply(plan, by="operator", reason="shipped data")


# What a test may ask for, by the name of its fixture.
CONTENTS = {"groups": fill_with_groups, "shipped": fill_with_shipped}


class Databases:
    """Leads the connection, of all threads, to the database that a test asks for."""

    def __init__(self):
        self.empty = str(connection.settings_dict["NAME"])
        self.kept = {(): self.empty}
        self.own = None
        self.number = count(1)
        # Two of this thread: asgiref gives another one while a browser's loop runs.
        self.connections = set()
        self._close()

    def give(self, *contents, of_its_own):
        """The database with those contents is the one that Django uses."""
        self.throw_away()
        name = self.filled(contents)
        if of_its_own:
            kept, name = name, f"{self.empty}_own{next(self.number)}"
            self._copy(kept, name)
            self.own = name
        self._use(name)

    def filled(self, contents):
        """The name of the kept database with those contents, filled where it isn't."""
        if contents not in self.kept:
            *before, last = contents
            kept, name = self.filled(tuple(before)), "_".join((self.empty, *contents))
            self._remove(name)
            self._copy(kept, name)
            self._use(name)
            CONTENTS[last]()
            self.kept[contents] = name
        return self.kept[contents]

    def throw_away(self):
        """The copy of the last test is gone."""
        if self.own:
            self._remove(self.own)
            self.own = None

    def remove_all(self):
        """None is left but the empty one, which is Django's to remove."""
        self.throw_away()
        for contents, name in self.kept.items():
            if contents:
                self._remove(name)
        self._close()

    def _use(self, name):
        if name != str(connection.settings_dict["NAME"]):
            self._close()
            # The same mapping for all threads.
            connection.settings_dict["NAME"] = name

    def _close(self):
        self.connections.add(connections[DEFAULT_DB_ALIAS])
        for each in self.connections:
            each.close()

    def _copy(self, kept, name):
        if connection.vendor == "postgresql":
            self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')
        else:
            # Nobody else has it open, so that closing leaves all of it in the file.
            self._close()
            shutil.copyfile(kept, name)

    def _remove(self, name):
        if connection.vendor == "postgresql":
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        else:
            self._close()
            for path in (name, f"{name}-wal", f"{name}-shm"):
                Path(path).unlink(missing_ok=True)

    def _execute(self, statement):
        self._close()
        self._use(self.empty)
        with connection.cursor() as cursor:
            cursor.execute(statement)
