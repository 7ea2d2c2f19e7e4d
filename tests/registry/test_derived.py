"""The column of readings follows the names, whichever way they are written."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from programs import fixtures
from programs import rows as plain_rows
from programs.models import Agency, Category, Program, Region
from registry import derived
from registry.models import Change, Entry
from tests import builders

pytestmark = pytest.mark.django_db


def pinyin(row):
    return type(row).objects.values_list("pinyin", flat=True).get(pk=row.pk)


@pytest.fixture
def program():
    return builders.program(builders.region(), name="新动力贷")


def rename_behind_its_back(program, name):
    table = program._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET name = %s WHERE code = %s", [name, program.pk]
        )


def test_saving_writes_it(program):
    assert pinyin(program) == "xindonglidai xdld"


def test_saving_another_name_writes_it_anew(program):
    program.name = "宁科贷"
    program.save()
    assert pinyin(program) == "ningkedai nkd"


def test_saving_the_name_alone_writes_it_too(program):
    program.name = "宁科贷"
    program.save(update_fields=["name"])
    assert pinyin(program) == "ningkedai nkd"


def test_saving_what_was_fetched_in_part_keeps_it(program):
    part = Program.objects.only("name", "version").get()
    part.name = "宁科贷"
    part.save()
    assert pinyin(program) == "ningkedai nkd"


def test_bulk_create_writes_it():
    Category.objects.bulk_create([Category(code="a", scheme="audience", name="企业")])
    assert Category.objects.get(pinyin="qiye qy")


def test_bulk_update_writes_it(program):
    program.name = "宁科贷"
    Program.objects.bulk_update([program], ["name"])
    assert pinyin(program) == "ningkedai nkd"


def test_an_update_writes_it_without_another_version(program):
    Program.objects.filter(name="新动力贷").update(name="宁科贷")
    assert pinyin(program) == "ningkedai nkd"
    assert Program.objects.get().version == 2


def test_update_or_create_writes_it(program):
    Region.objects.update_or_create(code="310000", defaults={"name": "上海市"})
    assert Region.objects.get(pk="310000", pinyin="shanghaishi shs")


def test_loaddata_writes_it(tmp_path):
    country = {"name": "全国", "level": "country"}
    path = tmp_path / "regions.json"
    path.write_text(
        json.dumps([{"model": "programs.region", "pk": "000000", "fields": country}])
    )
    call_command("loaddata", path, verbosity=0)
    assert Region.objects.get(pinyin="quanguo qg")


def test_it_has_the_readings_of_every_name():
    agency = Agency.objects.create(
        code="310000-x",
        name="上海市创投协会",
        short_name="创协",
        kind="association",
        region=builders.region(),
    )
    assert pinyin(agency) == "shanghaishichuangtouxiehui shsctxh chuangxie cx"


def test_the_check_names_what_raw_sql_left_stale(program, capsys):
    rename_behind_its_back(program, "宁科贷")
    with pytest.raises(CommandError):
        call_command("refresh_pinyin", "--check")
    assert program.pk in capsys.readouterr().out


def test_the_command_mends_what_raw_sql_left_stale(program):
    rename_behind_its_back(program, "宁科贷")
    call_command("refresh_pinyin", verbosity=0)
    assert pinyin(program) == "ningkedai nkd"
    call_command("refresh_pinyin", "--check")


def test_mending_is_no_change_of_the_record(program):
    rename_behind_its_back(program, "宁科贷")
    before = Change.objects.count(), Entry.objects.count()
    derived.refresh_all()
    assert (Change.objects.count(), Entry.objects.count()) == before
    assert Program.objects.get().version == 1


def test_the_journal_has_no_readings(program):
    entry = Entry.objects.get(kind="program", key=program.pk)
    assert "pinyin" not in json.loads(entry.row)


def test_fixtures_have_no_readings(program):
    assert "pinyin" not in fixtures.dumped()
    assert "pinyin" not in plain_rows.columns(Program)


@pytest.mark.django_db(transaction=True)
def test_migrate_brings_it_up_to_date():
    program = builders.program(builders.region(), name="新动力贷")
    rename_behind_its_back(program, "宁科贷")
    call_command("migrate", verbosity=0)
    assert pinyin(program) == "ningkedai nkd"
