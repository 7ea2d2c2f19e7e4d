"""The fixture: in step with the sheets, and the same bytes on every way round."""

from django.core.management import call_command

from programs import fixtures


def test_it_is_in_step_with_the_sheets():
    call_command("build_fixtures", check=True, verbosity=0)


def test_seeded_and_dumped_it_is_the_same_bytes(shipped, tmp_path):
    call_command("dump_registry", output=tmp_path / "dump.json")
    assert (tmp_path / "dump.json").read_bytes() == fixtures.FIXTURE.read_bytes()


def test_loaded_and_dumped_it_is_the_same_bytes(db, tmp_path):
    call_command("loaddata", str(fixtures.FIXTURE), verbosity=0)
    call_command("dump_registry", output=tmp_path / "dump.json")
    assert (tmp_path / "dump.json").read_bytes() == fixtures.FIXTURE.read_bytes()
