"""The drill: a backup, an empty database, and the registry is as it was."""

import json
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction
from django.test import Client

from programs.models import Program, Region
from registry import journal, verification
from registry.backups import contents, sqlite
from registry.models import Change, Token, User
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def rows():
    """Table → how many rows, and their hash."""
    if connection.vendor == "sqlite":
        return sqlite.tables()
    with transaction.atomic(), connection.cursor() as cursor:
        return contents.of_postgresql(cursor)


def alter_manifest(dump, **facts):
    listed = dump.with_name(f"{dump.name}.json")
    listed.write_text(json.dumps(json.loads(listed.read_text()) | facts))


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def without_triggers(part):
    """The journal lacks those whose names have that part; gives how many."""
    lost = [name for name in journal.statements(connection.vendor) if part in name]
    journal.drop(lost)
    yield len(lost)
    journal.install()


def test_the_shipped_registry_comes_back_row_for_row(
    shipped, groups, back_up, elsewhere, restore
):
    before, journal_before = rows(), verification.latest()
    dump = back_up()
    elsewhere()
    assert "Restored and verified" in restore(dump)
    assert rows() == before
    assert verification.latest() == journal_before


def test_afterwards_people_sign_in_and_write(registry, back_up, elsewhere, restore):
    dump = back_up()
    elsewhere()
    restore(dump)
    client = Client()
    signed_in = client.post(
        "/admin/login/?next=/admin/", {"username": "li", "password": "geheim-geheim"}
    )
    assert signed_in.status_code == 302
    said = {"name": "北京市", "level": "province", "code": "110000", "parent": "000000"}
    said["reason"] = "录入"
    added = client.post("/admin/programs/region/add/", said)
    assert added.status_code == 302
    assert Region.objects.filter(code="110000").exists()
    assert Change.objects.latest("revision").actor == "li"
    assert list(verification.findings()) == []


def test_tokens_are_still_good(registry, back_up, elsewhere, restore):
    _row, token = Token.make(user=User.objects.get(), name="pandas", days=1)
    dump = back_up()
    elsewhere()
    restore(dump)
    headers = {"Authorization": f"Token {token}"}
    assert Client().get("/api/v1/programs/", headers=headers).status_code == 200


def test_what_it_tries_is_undone(registry, back_up, elsewhere, restore):
    dump = back_up()
    elsewhere()
    restore(dump)
    assert User.objects.count() == 1
    assert Change.objects.count() == verification.latest()[0]


def test_another_future_has_other_etags(registry, back_up, elsewhere, restore):
    dump = back_up()
    Program.objects.update(name="乙")
    then = verification.latest()[0], Client().get("/api/v1/programs/")["ETag"]
    elsewhere()
    restore(dump)
    Program.objects.update(name="丙")
    now = verification.latest()[0], Client().get("/api/v1/programs/")["ETag"]
    assert now[0] == then[0]
    assert now[1] != then[1]


def test_a_database_in_use_is_refused_and_stays(registry, back_up, restore):
    dump = back_up()
    Program.objects.update(name="乙")
    with pytest.raises(CommandError, match=r"不是空的(.|\n)*is not empty"):
        restore(dump)
    assert Program.objects.get().name == "乙"


def test_it_can_be_checked_without_writing(registry, back_up, elsewhere, restore):
    dump = back_up()
    elsewhere()
    assert "is whole" in restore(dump, check=True)
    assert connection.introspection.table_names() == []


@pytest.mark.parametrize("damage", [lambda old: old[:-1], lambda old: b"x" + old[1:]])
def test_a_damaged_dump_is_refused(registry, back_up, elsewhere, restore, damage):
    dump = back_up()
    dump.write_bytes(damage(dump.read_bytes()))
    elsewhere()
    with pytest.raises(CommandError, match=r"被截断或改动(.|\n)*cut off or altered"):
        restore(dump)
    assert connection.introspection.table_names() == []


def test_a_dump_without_its_manifest_is_refused(registry, back_up, elsewhere, restore):
    dump = back_up()
    dump.with_name(f"{dump.name}.json").unlink()
    elsewhere()
    with pytest.raises(CommandError, match=r"没有清单即未完成(.|\n)*not finished"):
        restore(dump)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"vendor": "oracle"}, "备份取自 oracle(.|\n)*is of oracle"),
        ({"migrations": ["registry.9999_later"]}, "更新的版本(.|\n)*newer release"),
        ({"format": 2}, "格式版本不是 1(.|\n)*of format 1"),
        ({"tables": []}, "不是本系统的备份清单(.|\n)*no manifest"),
    ],
)
def test_what_this_release_can_not_take_is_refused(
    registry, back_up, elsewhere, restore, facts, sentence
):
    dump = back_up()
    alter_manifest(dump, **facts)
    elsewhere()
    with pytest.raises(CommandError, match=sentence):
        restore(dump)


def test_a_table_that_is_not_as_it_was_is_told(registry, back_up, elsewhere, restore):
    dump = back_up()
    told = json.loads(dump.with_name(f"{dump.name}.json").read_text())["tables"]
    told["programs_program"]["hash"] += "1"
    alter_manifest(dump, tables=told)
    elsewhere()
    with pytest.raises(CommandError, match="表 programs_program 与备份时不同"):
        restore(dump)


def test_a_journal_that_is_not_as_it_was_is_told(registry, back_up, elsewhere, restore):
    dump = back_up()
    alter_manifest(dump, digest="0" * 64)
    elsewhere()
    with pytest.raises(CommandError, match="does not end with"):
        restore(dump)


def test_lacking_triggers_are_told(registry, back_up, elsewhere, restore):
    with without_triggers("program__") as number:
        dump = back_up()
    elsewhere()
    with pytest.raises(CommandError, match=rf"lacks {number} triggers"):
        restore(dump)


def test_a_write_that_leaves_no_entry_is_told(registry, back_up, elsewhere, restore):
    with without_triggers("programs_program__"):
        dump = back_up()
    elsewhere()
    with pytest.raises(CommandError, match="does not keep what is written"):
        restore(dump)


def test_numbers_that_lag_behind_are_told(registry, back_up, elsewhere, restore):
    if connection.vendor == "sqlite":
        execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'registry_entry'")
    else:
        execute("SELECT setval('registry_entry_id_seq', 1)")
    dump = back_up()
    if connection.vendor == "postgresql":
        # For the tests to come, which have the same database.
        execute("SELECT setval('registry_entry_id_seq', 1000000)")
    elsewhere()
    with pytest.raises(CommandError, match="the numbers of registry_entry lag"):
        restore(dump)


def test_of_an_earlier_release_it_says_what_to_do(
    registry, back_up, elsewhere, restore
):
    dump = back_up()
    told = json.loads(dump.with_name(f"{dump.name}.json").read_text())["migrations"]
    alter_manifest(dump, migrations=told[:-1])
    elsewhere()
    assert "run manage.py migrate" in restore(dump)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="roles are theirs")
def test_the_application_can_take_it(registry, back_up, elsewhere, restore):
    execute((settings.BASE_DIR / "deploy" / "roles.sql").read_text())
    owner = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "registry_app"
    try:
        dump = back_up()
    finally:
        connection.close()
        connection.settings_dict["USER"] = owner
    elsewhere()
    assert "Restored and verified" in restore(dump)


def test_a_registry_without_a_record_comes_back(db, back_up, elsewhere, restore):
    builders.region("310000")
    dump = back_up()
    elsewhere()
    assert "Restored and verified" in restore(dump)
