"""``loaddata`` writes under a name, into an empty registry only."""

import json

import pytest
from django.core.management import CommandError, call_command

from programs.models import Region
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
