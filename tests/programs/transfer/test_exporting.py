"""``export_records``: what it writes, and that importing that changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from programs.bundles import BUNDLES
from registry.models import Entry
from registry.transfer import exporting
from registry.transfer.reading import read
from tests import builders


def rows(bundle, path):
    """Table → codes in a file that was exported."""
    with path.open("rb") as file:
        sheets = read([(path.name, file)], BUNDLES[bundle].tables)
        return {s.table.name: [row.cells["code"] for row in s] for s in sheets}


@pytest.mark.parametrize("place", [0, 1], ids=["xlsx", "csv"])
def test_all_that_ships_comes_back_unchanged(shipped, tmp_path, place):
    before = Entry.objects.count()
    for name, bundle in BUNDLES.items():
        if not bundle.model.objects.exists():
            continue
        path = tmp_path / f"{name}.{exporting.endings(bundle)[place]}"
        call_command("export_records", name, path)
        call_command("import_records", name, path, verbosity=0)
    assert Entry.objects.count() == before


def test_drafts_are_exported_too(program, tmp_path):
    draft = builders.program(program.region, "310000-kejidai", publication="draft")
    path = tmp_path / "programs.xlsx"
    call_command("export_records", "programs", path)
    assert draft.pk in rows("programs", path)["programs"]


def test_terms_come_with_their_programs(program, tmp_path):
    path = tmp_path / "programs.zip"
    call_command("export_records", "programs", path)
    (term,) = program.terms.all()
    assert rows("programs", path)["terms"] == [term.pk]


def test_a_region_bounds_it(program, tmp_path):
    place = builders.region("640000", name="宁夏回族自治区")
    builders.program(place, "640000-ningkedai")
    path = tmp_path / "programs.xlsx"
    call_command("export_records", "programs", path, region="640000")
    assert rows("programs", path)["programs"] == ["640000-ningkedai"]


def test_a_region_that_is_none_is_refused(program, tmp_path):
    with pytest.raises(CommandError, match="999999"):
        call_command("export_records", "programs", tmp_path / "a.xlsx", region="999999")


def test_another_kind_of_file_is_refused(program, tmp_path):
    with pytest.raises(CommandError, match=r"\.xlsx, \.zip"):
        call_command("export_records", "programs", tmp_path / "programs.pdf")


def test_one_that_fails_leaves_the_file_of_before(program, tmp_path):
    path = tmp_path / "programs.xlsx"
    path.write_text("昨天的")
    type(program).objects.update(summary="长" * 40_000)
    with pytest.raises(CommandError):
        call_command("export_records", "programs", path)
    assert path.read_text() == "昨天的"
