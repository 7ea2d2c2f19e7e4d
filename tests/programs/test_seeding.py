"""Seeding is idempotent and never undoes what an analyst changed."""

import shutil
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from programs import fixtures, seed_plan, seeding, sheets
from programs.models import Agency, Document, Program, ProgramRole, Term
from registry import journal
from registry.models import Change, Conflict
from tests import builders

# Real transactions: the journal tells a seed from an edit by the change it stands in.
pytestmark = pytest.mark.django_db(transaction=True)

NINGKEDAI = "640000-ningkedai"
SHEET = Path("documents/640000-kejiribao-xietongwang.yaml")


@pytest.fixture
def seeds(tmp_path):
    """A copy of the sheets that a test may change, with two of the documents."""
    needed = {SHEET.name, "000000-jianbao-288.yaml"}

    def others(folder, names):
        return set(names) - needed if Path(folder).name == "documents" else set()

    return shutil.copytree(fixtures.SEEDS, tmp_path / "seeds", ignore=others)


def seed(folder, capsys, **options):
    call_command("seed", seeds=folder, by="operator", **options)
    return capsys.readouterr().out


def rewrite(folder, old, new):
    path = folder / SHEET
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def edit(code, **facts):
    with journal.change(by="li", reason="", path="admin"):
        program = Program.objects.get(code=code)
        for name, value in facts.items():
            setattr(program, name, value)
        program.save()


def test_an_empty_registry_is_filled(seeds, capsys):
    seed(seeds, capsys)
    assert Program.objects.get(code=NINGKEDAI).name == "宁科贷"


def test_a_second_run_writes_nothing(shipped, capsys):
    before = Change.objects.count()
    seed(fixtures.SEEDS, capsys)
    assert Change.objects.count() == before


def test_a_dry_run_writes_nothing(seeds, capsys):
    assert "program " in seed(seeds, capsys, dry_run=True)
    assert not Program.objects.exists()


def test_the_journal_says_that_it_was_seeded(seeds, capsys):
    seed(seeds, capsys)
    change = Change.objects.latest("id")
    assert (change.actor, change.path) == ("operator", "seed")


def test_a_changed_sheet_updates_the_record(seeds, capsys):
    seed(seeds, capsys)
    rewrite(seeds, "name: 宁科贷", "name: 宁科贷(新)")
    seed(seeds, capsys)
    assert Program.objects.get(code=NINGKEDAI).name == "宁科贷(新)"


def test_what_an_analyst_changed_is_kept_and_reported(seeds, capsys):
    seed(seeds, capsys)
    edit(NINGKEDAI, name="宁夏科技贷")
    report = seed(seeds, capsys)
    assert Program.objects.get(code=NINGKEDAI).name == "宁夏科技贷"
    assert "宁夏科技贷" in report


def test_it_is_kept_after_the_sheet_changed_another_column(seeds, capsys):
    seed(seeds, capsys)
    edit(NINGKEDAI, name="宁夏科技贷")
    rewrite(seeds, "lifecycle: active", "lifecycle: pilot")
    seed(seeds, capsys)
    seed(seeds, capsys)
    program = Program.objects.get(code=NINGKEDAI)
    assert (program.name, program.lifecycle) == ("宁夏科技贷", "pilot")


def test_what_an_analyst_changes_while_it_plans_is_not_overwritten(seeds, capsys):
    seed(seeds, capsys)
    rewrite(seeds, "name: 宁科贷", "name: 宁科贷(新)")
    planned = seed_plan.plan(sheets.read(seeds).rows)
    edit(NINGKEDAI, name="宁夏科技贷")
    with pytest.raises(Conflict):
        seeding.apply(planned, by="operator", reason="")
    assert Program.objects.get(code=NINGKEDAI).name == "宁夏科技贷"


def test_a_changed_owned_row_counts_as_an_edit_of_its_record(seeds, capsys):
    seed(seeds, capsys)
    seed_role = ProgramRole.objects.filter(program=NINGKEDAI).first()
    planned = seed_plan.plan(sheets.read(seeds).rows)
    planned.updated["programrole"] = {seed_role.code: {"since": "2025"}}
    planned.replaced["programrole"] = {seed_role.code: {"since": seed_role.since}}
    seeding.apply(planned, by="operator", reason="")
    assert Program.objects.get(code=NINGKEDAI).version == 2


def test_an_owned_row_that_an_analyst_removed_stays_removed(seeds, capsys):
    seed(seeds, capsys)
    with journal.change(by="li", reason="", path="admin"):
        ProgramRole.objects.filter(program=NINGKEDAI, role="lead").delete()
    seed(seeds, capsys)
    assert not ProgramRole.objects.filter(program=NINGKEDAI, role="lead").exists()


def test_every_mistake_in_the_sheets_is_named_at_once(seeds, capsys):
    rewrite(seeds, "kind: loan", "kind: loans")
    rewrite(seeds, "lifecycle: active", "livecycle: active")
    with pytest.raises(CommandError) as error:
        seed(seeds, capsys)
    assert "loans" in str(error.value)
    assert "livecycle" in str(error.value)


def test_a_key_given_twice_is_refused(seeds, capsys):
    rewrite(seeds, "  kind: news\n", "  kind: news\n  kind: bulletin\n")
    with pytest.raises(CommandError, match="given twice"):
        seed(seeds, capsys)


def test_a_code_that_nobody_defines_is_refused(seeds, capsys):
    path = seeds / "agencies" / "640000.yaml"
    agencies = yaml.safe_load(path.read_text("utf-8"))
    del agencies["640000-kejiting"]
    path.write_text(yaml.safe_dump(agencies, allow_unicode=True), "utf-8")
    with pytest.raises(CommandError, match="640000-kejiting"):
        seed(seeds, capsys)


def test_an_alias_that_another_body_has_is_refused(seeds, capsys):
    path = seeds / "agencies/640000.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("aliases: [财政厅]", "aliases: [科技厅]"), "utf-8")
    with pytest.raises(CommandError, match="科技厅, 640000 already"):
        seed(seeds, capsys)


def test_a_text_that_no_column_would_hold_is_refused(seeds, capsys):
    rewrite(seeds, "author: 王迎霞、黄莉", "author: " + "王" * 201)
    with pytest.raises(CommandError, match=r"author.*200"):
        seed(seeds, capsys)


def test_a_changed_term_counts_as_an_edit_of_the_term(shipped):
    planned = seed_plan.plan(sheets.read(fixtures.SEEDS).rows)
    term = Term.objects.filter(condition="").first()
    planned.updated["term"] = {term.pk: {"condition": "x"}}
    planned.replaced["term"] = {term.pk: {"condition": ""}}
    seeding.apply(planned, by="operator", reason="")
    assert Term.objects.get(pk=term.pk).version == 2


def test_what_a_sheet_takes_away_and_gives_again_comes_back(seeds, capsys):
    seed(seeds, capsys)
    rewrite(seeds, "for: [tech_msme], summary: 自治区", "summary: 自治区")
    seed(seeds, capsys)
    assert not Program.objects.get(code=NINGKEDAI).categories.exists()
    rewrite(seeds, "summary: 自治区", "for: [tech_msme], summary: 自治区")
    seed(seeds, capsys)
    assert Program.objects.get(code=NINGKEDAI).categories.exists()


def planned(change):
    """The plan for the shipped sheets after somebody changed what they say."""
    wanted = sheets.read(fixtures.SEEDS).rows
    change(wanted)
    return seed_plan.plan(wanted)


def test_a_name_that_an_analyst_gave_already_is_kept_and_reported(shipped):
    body = Agency.objects.get(pk="310000-bocom")
    body.aliases.create(name="交行上海", region_id="310000")
    alias = {"name": "交行上海", "region_id": "310000", "passage_id": None}
    plan = planned(
        lambda rows: rows["agencyalias"].update(
            {"310000-bocom.sheets": alias | {"agency_id": "310000-bocom"}}
        )
    )
    seeding.apply(plan, by="operator", reason="更新")
    assert [kept.code for kept in plan.kept] == ["310000-bocom.sheets"]
    assert body.aliases.filter(name="交行上海").count() == 1


def test_a_row_under_a_record_deleted_here_is_kept_out_and_reported(shipped):
    place = Program.objects.get(pk=NINGKEDAI).region
    builders.program(place, "640000-weg", publication="draft").delete()
    link = {"program_id": "310000-xindonglidai", "relation": "linked_with"}
    plan = planned(
        lambda rows: rows["programlink"].update(
            {"310000-xindonglidai.new": link | {"target_id": "640000-weg"}}
        )
    )
    seeding.apply(plan, by="operator", reason="更新")
    assert [kept.code for kept in plan.kept] == ["310000-xindonglidai.new"]


def test_a_new_row_takes_its_records_next_version(shipped):
    """Whoever has the record's form open meets the conflict."""
    stale = Program.objects.get(pk=NINGKEDAI)
    role = {"program_id": NINGKEDAI, "role": "partner", "order": 9, "since": ""}
    plan = planned(
        lambda rows: rows["programrole"].update(
            {f"{NINGKEDAI}.neu": role | {"agency_id": None, "as_written": "某行"}}
        )
    )
    seeding.apply(plan, by="operator", reason="更新")
    with pytest.raises(Conflict):
        stale.save()


def test_a_row_changed_after_the_plan_is_not_taken_away(shipped):
    role = ProgramRole.objects.filter(program=NINGKEDAI).first()
    plan = planned(lambda rows: rows["programrole"].pop(role.pk))
    assert plan.removed == {"programrole": [role.pk]}
    ProgramRole.objects.filter(pk=role.pk).update(as_written="我改的")
    with pytest.raises(Conflict):
        seeding.apply(plan, by="operator", reason="更新")
    assert ProgramRole.objects.get(pk=role.pk).as_written == "我改的"


def test_a_number_that_one_document_gives_up_another_takes_at_once():
    standing = {"a": {"number": "1"}}
    made = seed_plan.Plan()
    made.updated = {"document": {"a": {"number": "2"}}}
    said = seed_plan.Said({"document": standing})
    assert not seed_plan._taken(made, said, Document, {"number": "1"})


def test_a_number_that_an_analyst_gave_is_kept_and_reported():
    standing = {"mine": {"number": "1"}, "a": {"number": "0"}}
    made = seed_plan.Plan()
    made.updated = {"document": {"a": {"number": "1"}}}
    said = seed_plan.Said({"document": standing})
    assert (
        seed_plan._taken(made, said, Document, {"number": "1"}, "a") == "said by mine"
    )
