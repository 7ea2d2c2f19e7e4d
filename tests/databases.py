"""The databases of a worker: each kind is filled once and stays as it is.

A test that commits works on a copy, which is new or put back for every such test; every
other runs on the kept one, inside a transaction that is rolled back.
"""

import shutil
from itertools import count
from pathlib import Path

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction


def fill_with_groups():
    call_command("loaddata", "groups", by="operator", verbosity=0)


def fill_with_shipped():
    from programs import fixtures, seed_plan, seeding, sheets

    plan = seed_plan.plan(sheets.read(fixtures.SEEDS).rows)
    seeding.apply(plan, by="operator", reason="shipped data")


# What a test may ask for, by the name of its fixture.
CONTENTS = {"groups": fill_with_groups, "shipped": fill_with_shipped}


class Databases:
    """Leads the connections of all threads to the database that a test asks for."""

    def __init__(self):
        self.empty = str(connection.settings_dict["NAME"])
        self.kept = {(): self.empty}
        # Two of this thread: asgiref gives another one while a browser's loop runs.
        self.connections = set()
        self.close()

    def give(self, *contents, of_its_own):
        """Django uses a database with those contents, of the test's own if it commits.

        Called before every test that asks for a database.
        """
        kept = self.filled(contents)
        self.use(self.copy_of(kept) if of_its_own else kept)

    def filled(self, contents):
        """The name of the kept database with those contents, filled where it isn't."""
        if contents not in self.kept:
            *before, last = contents
            kept, name = self.filled(tuple(before)), "_".join((self.empty, *contents))
            self.copy(kept, name)
            self.use(name)
            CONTENTS[last]()
            self.kept[contents] = name
        return self.kept[contents]

    def use(self, name):
        if name != str(connection.settings_dict["NAME"]):
            self.close()
            # The same mapping for all threads.
            connection.settings_dict["NAME"] = name

    def close(self):
        self.connections.add(connections[DEFAULT_DB_ALIAS])
        for each in self.connections:
            each.close()


class SQLite(Databases):
    def __init__(self):
        super().__init__()
        self.number = count(1)
        self.own = None

    def copy_of(self, kept):
        """A new file each time, as a thread may still have the last one open."""
        if self.own:
            self.remove(self.own)
        self.own = f"{self.empty}_own{next(self.number)}"
        self.copy(kept, self.own)
        return self.own

    def copy(self, kept, name):
        # Nobody else has it open, so that closing leaves all of it in the file.
        self.close()
        self.remove(name)
        shutil.copyfile(kept, name)

    def remove(self, name):
        self.close()
        for path in (name, f"{name}-wal", f"{name}-shm"):
            Path(path).unlink(missing_ok=True)

    def remove_all(self):
        """None is left but the empty one, which is Django's to remove."""
        for name in (*self.kept.values(), self.own):
            if name and name != self.empty:
                self.remove(name)
        self.use(self.empty)


class PostgreSQL(Databases):
    """A copy takes a tenth of a second there, so that one is made once and put back.

    Unless the tests' role is no superuser: then it is made anew each time.
    """

    def __init__(self):
        super().__init__()
        # Copy → the rows of each of its tables, as COPY gives them.
        self.copies = {}

    def copy_of(self, kept):
        name = f"{kept}_own"
        if name in self.copies:
            self.use(name)
            put_back(self.copies[name])
            return name
        self.copy(kept, name)
        self.use(name)
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            rows = {table: rows_of(cursor, table) for table in tables}
            cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
            if cursor.fetchone()[0]:
                self.copies[name] = rows
        return name

    def copy(self, kept, name):
        self.remove(name)
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')

    def remove(self, name):
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement):
        self.close()
        self.use(self.empty)
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def remove_all(self):
        """None is left but the empty one, which is Django's to remove."""
        for kept in self.kept.values():
            self.remove(f"{kept}_own")
            if kept != self.empty:
                self.remove(kept)
        self.close()


def rows_of(cursor, table):
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


def put_back(rows):
    """Every table has those rows again; no trigger fires and no reference is checked.

    Only a superuser may do so.
    """
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in rows
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(filled)
        now = {table for (table,) in cursor.fetchall()}
        for table, were in rows.items():
            if table in now and (not were or rows_of(cursor, table) != were):
                cursor.execute(f'DELETE FROM "{table}"')
                now.remove(table)
            if were and table not in now:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(were)
