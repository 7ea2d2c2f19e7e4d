"""``loaddata`` writes under a name, into an empty registry only."""

import json

import pytest
from django.core.management import CommandError, call_command

from programs.models import Program, Region
from registry import fixture_files
from registry.models import Change, Entry
from tests import builders


@pytest.fixture
def fixture(tmp_path):
    country = {"name": "中国", "level": "country"}
    path = tmp_path / "regions.json"
    path.write_text(
        json.dumps([{"model": "programs.region", "pk": "000000", "fields": country}])
    )
    return path


def test_an_empty_registry_is_filled(db, fixture):
    call_command("loaddata", fixture, verbosity=0)
    assert Region.objects.get().name == "中国"


def test_the_journal_says_who_loaded_what(db, fixture):
    call_command("loaddata", fixture, by="li", verbosity=0)
    change = Change.objects.get()
    assert (change.actor, change.reason, change.path) == (
        "li",
        f"loaddata {fixture}",
        "loaddata",
    )


def test_all_of_it_is_one_change(db, fixture):
    call_command("loaddata", fixture, verbosity=0)
    assert Entry.objects.values("change").distinct().count() == 1


def test_a_registry_with_rows_is_refused_in_both_languages(db, fixture):
    builders.region("310000")
    with pytest.raises(CommandError, match=r"不是空库(.|\n)*is not empty"):
        call_command("loaddata", fixture, verbosity=0)


def test_what_is_refused_changes_nothing(db, fixture):
    builders.region("000000", name="改过的名")
    with pytest.raises(CommandError):
        call_command("loaddata", fixture, verbosity=0)
    assert Region.objects.get().name == "改过的名"


def test_asked_for_an_empty_one_only_it_leaves_the_rows_alone(db, fixture):
    builders.region("000000", name="改过的名")
    call_command("loaddata", fixture, if_empty=True, verbosity=0)
    assert Region.objects.get().name == "改过的名"


@pytest.mark.django_db(transaction=True)
def test_a_fixture_with_a_broken_reference_loads_nothing(fixture):
    rows = json.loads(fixture.read_text())
    lost = {"name": "上海市", "level": "province", "parent": "990000"}
    rows.append({"model": "programs.region", "pk": "310000", "fields": lost})
    fixture.write_text(json.dumps(rows))
    with pytest.raises(Exception, match="990000"):
        call_command("loaddata", fixture, verbosity=0)
    assert not Region.objects.exists()


def of(*rows):
    """A fixture of regions and programs: (model, code, fields)."""
    return json.dumps(
        [{"model": f"programs.{m}", "pk": code, "fields": f} for m, code, f in rows]
    )


COUNTRY = ("region", "000000", {"name": "中国", "level": "country"})
LOAN = {"name": "宁科贷", "kind": "loan", "region": "000000", "places": ["000000"]}


def refusal(fixture, *rows):
    fixture.write_text(of(*rows))
    with pytest.raises(CommandError) as error:
        call_command("loaddata", fixture, verbosity=0)
    assert not Region.objects.exists()
    return str(error.value)


def test_a_second_run_writes_nothing(db, fixture):
    fixture.write_text(of(COUNTRY, ("program", "000000-nkd", LOAN)))
    call_command("loaddata", fixture, verbosity=0)
    before = Entry.objects.count()
    call_command("loaddata", fixture, verbosity=0)
    assert Entry.objects.count() == before


def test_a_second_run_says_that_all_is_there(db, fixture, capsys):
    call_command("loaddata", fixture, verbosity=0)
    call_command("loaddata", fixture)
    assert "已全部在库" in capsys.readouterr().out


def test_a_relation_that_somebody_added_is_no_second_run(db, fixture):
    fixture.write_text(of(COUNTRY, ("program", "000000-nkd", LOAN)))
    call_command("loaddata", fixture, verbosity=0)
    Program.objects.get().places.add(builders.region("310000"))
    with pytest.raises(CommandError):
        call_command("loaddata", fixture, verbosity=0)


def test_what_is_derived_follows(db, fixture):
    fixture.write_text(of(COUNTRY, ("program", "000000-nkd", LOAN)))
    call_command("loaddata", fixture, verbosity=0)
    assert Program.objects.filter(pinyin="ningkedai nkd", province="00").exists()


def test_a_value_that_the_database_refuses_is_named_with_its_row(db, fixture):
    good = [("program", f"000000-p{n}", LOAN) for n in range(5)]
    bad = ("program", "000000-weg", LOAN | {"kind": "loans"})
    said = refusal(fixture, COUNTRY, *good, bad, *good[:1])
    assert "Object 7 (programs.program 000000-weg)" in said
    assert "第 7 个对象" in said


def test_a_code_that_leads_nowhere_is_named_with_its_row(db, fixture):
    said = refusal(fixture, COUNTRY, ("program", "000000-x", LOAN | {"region": "99"}))
    assert "Object 2 (programs.program 000000-x)" in said
    assert "region: 99?" in said


def test_a_text_that_is_too_long_is_named_with_its_row(db, fixture):
    said = refusal(fixture, ("region", "000000", {"name": "长" * 201}))
    assert "Object 1 (programs.region 000000)" in said


def test_a_column_that_is_none_is_named(db, fixture):
    assert "nom" in refusal(fixture, ("region", "000000", {"nom": "中国"}))


def test_what_is_no_json_is_refused_in_both_languages(db, fixture):
    fixture.write_text('[{"model": ')
    with pytest.raises(CommandError, match=r"不是 JSON(.|\n)*is no list in JSON"):
        call_command("loaddata", fixture, verbosity=0)


def test_a_fixture_read_in_small_parts_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(fixture_files, "CHUNK", 7)
    path = tmp_path / "parts.json"
    path.write_text('[ {"a": "宁科贷]"},\n{"b": [1.10, {}]} ]\n', "utf-8")
    with path.open("rb") as file:
        told = list(fixture_files.objects(file))
    assert str(told) == "[{'a': '宁科贷]'}, {'b': [Decimal('1.10'), {}]}]"
