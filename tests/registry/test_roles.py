"""deploy/roles.sql: the application's role writes the registry, never the journal."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from programs.models import Program
from registry import past, verification
from registry.models import Change, Entry
from tests import builders

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="roles are theirs"),
]


@pytest.fixture
def as_application():
    """The connection, from here on, in the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        if not cursor.fetchone()[0]:
            pytest.skip("this PostgreSQL lets the tests create no role")
        cursor.execute((settings.BASE_DIR / "deploy" / "roles.sql").read_text())
        cursor.execute("SET ROLE registry_app")
        yield cursor
        cursor.execute("RESET ROLE")


def test_what_it_writes_is_journaled(as_application):
    builders.program(builders.region("310000"), "310000-x")
    Program.objects.update(name="新名")
    assert Entry.objects.filter(kind="program").count() == 2
    assert list(verification.findings()) == []


@pytest.mark.parametrize("table", ["registry_entry", "registry_change"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "INSERT INTO {} DEFAULT VALUES",
        "DROP TABLE {}",
    ],
)
def test_it_can_not_touch_the_journal(as_application, statement, table):
    builders.region("310000")
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        as_application.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE programs_program DISABLE TRIGGER ALL",
        "DROP TRIGGER programs_program__record_insert ON programs_program",
        "TRUNCATE programs_program CASCADE",
        "CREATE OR REPLACE FUNCTION journal_record() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_it_can_not_get_round_the_journal(as_application, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        as_application.execute(statement)


def test_a_temporary_table_of_the_same_name_catches_nothing(as_application):
    with transaction.atomic():
        as_application.execute(
            "CREATE TEMPORARY TABLE registry_change (LIKE public.registry_change"
            " INCLUDING ALL) ON COMMIT DROP"
        )
        builders.region("310000")
    assert Change.objects.filter(entries__key="310000").exists()


def test_a_trigger_of_its_own_can_not_call_the_journals_functions(as_application):
    as_application.execute("CREATE TEMPORARY TABLE forge (code text, name text)")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_application.execute(
            "CREATE TRIGGER t AFTER INSERT ON forge FOR EACH ROW EXECUTE FUNCTION"
            " journal_record('program', '{code}', '{}', '{}')"
        )


def test_it_reads_the_registry_of_an_earlier_day(as_application):
    builders.program(builders.region("310000"), "310000-x", name="旧名")
    then = past.latest_revision()
    Program.objects.update(name="新名")
    with past.as_of(then):
        assert Program.objects.get().name == "旧名"
    assert Program.objects.get().name == "新名"


@pytest.fixture
def own_settings(as_application):
    as_application.execute(
        "SELECT unnest(setconfig) FROM pg_db_role_setting"
        " JOIN pg_roles ON pg_roles.oid = setrole WHERE rolname = 'registry_app'"
    )
    return {setting for (setting,) in as_application.fetchall()}


@pytest.mark.parametrize(
    "setting",
    ["statement_timeout=5min", "idle_in_transaction_session_timeout=10min"],
)
def test_nothing_that_it_begins_lasts_for_ever(own_settings, setting):
    assert setting in own_settings


@pytest.mark.parametrize("setting", ["jit=off", "random_page_cost=1.1"])
def test_its_queries_are_planned_for_what_they_are(own_settings, setting):
    assert setting in own_settings


@pytest.fixture
def as_plain_owner(as_application):
    """The connection in a role with the owner's rights on tables, but CREATEROLE."""
    as_application.execute("RESET ROLE")
    as_application.execute("SELECT current_user")
    [(owner,)] = as_application.fetchall()
    as_application.execute("CREATE ROLE registry_plain")
    as_application.execute(f'GRANT "{owner}" TO registry_plain')
    as_application.execute("SET ROLE registry_plain")
    yield as_application
    as_application.execute("ROLLBACK")
    as_application.execute("RESET ROLE")
    as_application.execute("DROP ROLE registry_plain")


def test_at_an_upgrade_the_owner_needs_not_make_roles(as_plain_owner):
    as_plain_owner.execute((settings.BASE_DIR / "deploy" / "roles.sql").read_text())
    as_plain_owner.execute("SELECT current_user")
    assert as_plain_owner.fetchall() == [("registry_plain",)]


def test_where_it_fails_the_journal_stays_shut(as_plain_owner):
    sql = (settings.BASE_DIR / "deploy" / "roles.sql").read_text()
    # In the middle, behind the rights on all tables.
    there = "  REVOKE INSERT, UPDATE, DELETE\n    ON registry_change"
    assert there in sql
    with pytest.raises(DatabaseError, match="division by zero"):
        as_plain_owner.execute(sql.replace(there, f"  PERFORM 1 / 0;\n{there}"))
    as_plain_owner.execute(
        "SELECT has_table_privilege('registry_app', 'registry_entry', 'INSERT')"
    )
    assert as_plain_owner.fetchall() == [(False,)]
