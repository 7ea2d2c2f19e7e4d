"""Migrations, back to the first and forward again, over the shipped registry."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from programs.models import Passage, Program
from registry import column_checks, journal, search_index
from registry.fields import PartialDateField
from registry.models import Entry

OWN = ("registry", "programs")
# What the code fills by itself, and what migrating itself writes.
NOT_KEPT = {
    "django_migrations", "registry_publicrevision", "auth_permission",
    "django_content_type", "sqlite_sequence", "registry_searched", "registry_grams",
    "registry_grams_data", "registry_grams_idx", "registry_grams_docsize",
    "registry_grams_config",
}  # fmt: skip
FILLED = {"pinyin"}


def steps():
    """Own migrations after the first of each application, in the order of applying."""
    graph = MigrationLoader(connection, ignore_no_migrations=True).graph
    order = []
    for leaf in graph.leaf_nodes():
        order += [node for node in graph.forwards_plan(leaf) if node not in order]
    return [node for node in order if node[0] in OWN and "0001" not in node[1]]


def before(app, name):
    """The migration of the same application that comes before it."""
    graph = MigrationLoader(connection, ignore_no_migrations=True).graph
    return max(n for a, n in graph.nodes if a == app and n < name)


def contents():
    """Table → (its columns, what each row has in them, in one order)."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(
            set(connection.introspection.table_names(cursor)) - NOT_KEPT
        ):
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
            columns = sorted({column[0] for column in cursor.description} - FILLED)
            listed = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {listed} FROM "{table}"')
            found[table] = (columns, cursor.fetchall())
    return found


def shared(first, second):
    """Of the first, what stands in tables and columns that the second has as well."""
    found = {}
    for table in first.keys() & second.keys():
        columns, rows = first[table]
        places = [n for n, name in enumerate(columns) if name in second[table][0]]
        found[table] = sorted(repr([row[n] for n in places]) for row in rows)
    return found


@pytest.mark.django_db(transaction=True)
def test_each_goes_back_and_forward_without_losing_what_both_states_hold(
    shipped, tmp_path
):
    # Longer ones don't fit the columns of before, and are refused rather than cut.
    for passage in Passage.objects.filter(locator__regex=r"^.{41,}$"):
        Passage.objects.filter(pk=passage.pk).update(locator=passage.locator[:40])
    call_command("dump_registry", output=tmp_path / "first.json", verbosity=0)
    states = [contents()]
    for app, name in reversed(steps()):
        call_command("migrate", app, before(app, name), verbosity=0)
        states.append(contents())
        assert shared(states[-1], states[-2]) == shared(states[-2], states[-1]), name
    for number, (app, name) in enumerate(steps()):
        call_command("migrate", app, name, verbosity=0)
        were = states[-2 - number]
        now = contents()
        assert shared(now, states[-1]) == shared(states[-1], now), name
        assert now.keys() == were.keys(), name
        assert journal.missing() == [], name
        assert not search_index.stands() or search_index.missing() == [], name
    call_command("dump_registry", output=tmp_path / "last.json", verbosity=0)
    assert (tmp_path / "last.json").read_bytes() == (
        tmp_path / "first.json"
    ).read_bytes()
    written = Entry.objects.count()
    Program.objects.filter(pk=Program.objects.first().pk).update(name="新名")
    assert Entry.objects.count() == written + 1
    call_command("verify_history", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_check_counts_the_triggers(capsys):
    first = sorted(journal.statements(connection.vendor))[0]
    journal.drop([first])
    call_command("check", databases=[DEFAULT_DB_ALIAS])
    assert "1 triggers" in capsys.readouterr().err
    call_command("migrate", verbosity=0)
    call_command("check", databases=[DEFAULT_DB_ALIAS])
    assert "triggers" not in capsys.readouterr().err


@pytest.fixture
def earlier(shipped, monkeypatch):
    """A registry of an earlier release, which knew the form of a date alone."""
    call_command("migrate", "programs", "0006", verbosity=0)
    launched = Program._meta.get_field("launched")
    journal.drop(journal.standing())
    with monkeypatch.context() as then, connection.schema_editor() as editor:
        then.setattr(
            PartialDateField,
            "db_check",
            lambda field, _connection: f"length({field.column}) < 11",
        )
        column_checks.rewrite(editor, Program, [launched])
    journal.install()
    search_index.install()
    Program.objects.filter(pk="640000-ningkedai").update(launched="2024-02-31")


@pytest.mark.django_db(transaction=True)
def test_days_of_no_calendar_are_named_before_the_database_refuses_them(earlier):
    with pytest.raises(CommandError, match="640000-ningkedai launched: 2024-02-31"):
        call_command("migrate", verbosity=0)
    assert journal.missing() == []
    rows = Program.objects.filter(pk="640000-ningkedai")
    rows.update(launched="2024-02-29")
    call_command("migrate", verbosity=0)
    assert journal.missing() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(launched="2024-02-31")
