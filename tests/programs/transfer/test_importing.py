"""``import_records``: what files change, and that nothing else does."""

import pytest
from django.core.management import CommandError, call_command

from programs.bundles import BUNDLES
from programs.models import Agency, Program, ProgramRole, Region, Term
from registry import publication
from registry.models import Change, Entry, Publication
from tests import builders

NEW = {"code": "310000-kejidai", "name": "科技贷", "kind": "loan", "region": "310000"}


def row_of(exported, table, **cells):
    """The first exported row of the table with those cells."""
    rows = exported()[table]
    return [{**rows[0], **cells}]


def test_a_new_row_becomes_a_draft(program, load):
    load(programs=[NEW])
    assert Program.objects.get(pk="310000-kejidai").publication == Publication.DRAFT


def test_a_cell_changes_its_column(program, load):
    load(programs=[{"code": program.pk, "name": "新动力贷2.0"}])
    assert Program.objects.get().name == "新动力贷2.0"


def test_columns_that_the_file_lacks_stay(program, load):
    Program.objects.update(summary="摘要")
    load(programs=[{"code": program.pk, "name": "新动力贷2.0"}])
    assert Program.objects.get().summary == "摘要"


def test_an_empty_cell_empties_its_column(program, load):
    Program.objects.update(summary="摘要")
    load(programs=[{"code": program.pk, "summary": ""}])
    assert Program.objects.get().summary == ""


@pytest.mark.django_db(transaction=True)
def test_the_journal_says_who_imported_and_why(program, load):
    load(programs=[NEW], reason="新表")
    change = Change.objects.order_by("id").last()
    assert (change.actor, change.reason, change.path) == ("li", "新表", "import")


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_one_change(program, load):
    before = Change.objects.count()
    load(
        programs=[NEW, {**NEW, "code": "310000-rencaidai"}],
        roles=[
            {"program": NEW["code"], "role": "lead", "order": "1", "as_written": "处"}
        ],
    )
    assert Change.objects.count() == before + 1


def test_what_the_registry_says_already_writes_nothing(program, load, exported):
    before = Entry.objects.count()
    load(**exported())
    assert Entry.objects.count() == before


def test_it_says_how_many_rows_are_new_changed_and_unchanged(program, load):
    report = load(
        programs=[NEW, {**NEW, "code": program.pk, "name": "改"}],
        citations=[{"program": program.pk, "passage": "310000-wenjian.p1"}],
    )
    assert "programs\t1\t1\t0" in report
    assert "citations\t0\t0\t1" in report


def test_one_wrong_row_keeps_all_others_out(program, load, ignored):
    with ignored:
        load(programs=[NEW, {**NEW, "code": "310000-b", "kind": "lone"}])
    assert not Program.objects.filter(pk=NEW["code"]).exists()


def test_a_dry_run_keeps_nothing(program, files):
    call_command("import_records", "programs", *files(programs=[NEW]), dry_run=True)
    assert not Program.objects.filter(pk=NEW["code"]).exists()


def test_amounts_are_read_as_texts_write_them(program, load, exported):
    load(terms=row_of(exported, "terms", value="1.5亿元"))
    assert Term.objects.get().value == 150_000_000


def test_an_amount_fills_its_empty_unit_and_comparator(program, load):
    load(
        terms=[
            {
                "program": program.pk,
                "passage": "310000-wenjian.p1",
                "kind": "tenor",
                "value": "不超过3年",
                "as_written": "不超过3年",
            }
        ]
    )
    term = Term.objects.get(kind="tenor")
    assert (term.value, term.unit, term.comparator) == (36, "month", "lte")


def test_relations_to_many_are_set(program, load):
    builders.region("310115", name="浦东新区", level="district")
    load(programs=[{"code": program.pk, "places": "310115"}])
    assert list(program.places.values_list("pk", flat=True)) == ["310115"]


def test_a_change_of_nothing_but_places_counts_as_a_version(program, load):
    builders.region("310115", name="浦东新区", level="district")
    load(programs=[{"code": program.pk, "places": "310115"}])
    assert Program.objects.get().version == program.version + 1


def test_a_row_of_a_program_takes_the_programs_version(program, load):
    load(
        roles=[
            {"program": program.pk, "role": "lead", "order": "1", "as_written": "处"}
        ]
    )
    assert Program.objects.get().version == program.version + 1


def test_several_rows_of_a_program_take_one_version(program, load):
    row = {"program": program.pk, "role": "lead", "order": "1", "as_written": "甲"}
    load(
        programs=[{"code": program.pk, "name": "改"}],
        roles=[row, {**row, "as_written": "乙", "order": "2"}],
    )
    assert Program.objects.get().version == program.version + 1


def test_a_row_without_a_code_is_not_added_twice(program, load):
    row = {"program": program.pk, "role": "lead", "order": "1", "as_written": "处"}
    load(roles=[row])
    load(roles=[row])
    assert ProgramRole.objects.count() == 1


def test_rows_may_refer_to_later_ones_of_their_table(program, load):
    load(
        "agencies",
        agencies=[
            {
                "code": "310000-jrj-yichu",
                "name": "一处",
                "kind": "division",
                "region": "310000",
                "parent": "310000-jrj",
            },
            {
                "code": "310000-jrj",
                "name": "金融局",
                "kind": "department",
                "region": "310000",
                "parent": "",
            },
        ],
    )
    assert Agency.objects.get(pk="310000-jrj-yichu").parent_id == "310000-jrj"


def test_what_is_withdrawn_stays_as_it_is(program, wrong):
    publication.withdraw(
        *Term.objects.all(), Program.objects.get(), by="li", reason="错"
    )
    (line,) = wrong(programs=[{"code": program.pk, "name": "改"}])
    assert "withdrawn" in line


def test_a_change_of_what_is_published_needs_a_reason(program, load):
    with pytest.raises(CommandError, match="Give a reason"):
        load(programs=[{"code": program.pk, "name": "改"}], reason="")


def test_drafts_need_no_reason(program, load):
    load(programs=[NEW], reason="")
    assert Program.objects.filter(pk=NEW["code"]).exists()


def test_what_is_published_may_not_come_to_refer_to_a_draft(program, wrong):
    Agency.objects.create(
        code="310000-jrj", name="局", kind="department", region_id="310000"
    )
    (line,) = wrong(
        roles=[
            {
                "program": program.pk,
                "role": "lead",
                "order": "1",
                "agency": "310000-jrj",
            }
        ]
    )
    assert "310000-jrj, which is not published" in line


def test_with_four_eyes_only_drafts_can_be_imported(program, wrong, settings):
    settings.FOUR_EYES = True
    (line,) = wrong(programs=[{"code": program.pk, "name": "改"}])
    assert "proposals" in line


def test_a_file_made_before_somebody_elses_change_is_refused(program, exported, wrong):
    tables = exported()
    tables["programs"][0]["name"] = "我的"
    Program.objects.get().save()
    Program.objects.update(name="别人的")
    (line,) = wrong(programs=tables["programs"])
    assert "was changed after the file was made" in line


def test_a_row_of_such_a_program_is_refused_too(program, exported, wrong):
    citations = exported()["citations"]
    citations[0]["note"] = "我的"
    Program.objects.get().save()
    (line,) = wrong(citations=citations)
    assert "was changed after the file was made" in line


def test_the_same_file_again_changes_nothing(program, exported, load):
    tables = exported()
    tables["programs"][0]["name"] = "我的"
    load(**tables)
    before = Entry.objects.count()
    load(**tables)
    assert Entry.objects.count() == before


def test_the_fixture_itself_comes_back_unchanged(shipped, load, exported):
    before = Entry.objects.count()
    for bundle in BUNDLES:
        if tables := exported(bundle):
            load(bundle, **tables)
    assert Entry.objects.count() == before


def test_regions_are_no_bundle(program, load):
    with pytest.raises(CommandError, match="invalid choice"):
        load("regions", regions=[{"code": "110000"}])
    assert not Region.objects.filter(pk="110000").exists()


def test_a_row_older_than_the_rest_of_the_file_is_refused(program, exported, wrong):
    stale = exported()["citations"][0] | {"note": "我的"}
    program.citations.update(note="别人的")
    Program.objects.get().save()
    now = exported()["programs"][0] | {"name": "改"}
    (line,) = wrong(programs=[now], citations=[stale])
    assert line.startswith("citations.csv · row 2")
    assert "was changed after the file was made" in line


def test_rows_of_a_record_go_without_its_column(program, load):
    (citation,) = program.citations.all()
    load(citations=[{"code": citation.pk, "note": "注"}])
    assert program.citations.get().note == "注"


def test_a_new_row_says_what_all_of_its_list_say(program, load):
    load("funds", funds=[{"code": "310000-muji", "name": "母基金", "region": "310000"}])
    assert Program.objects.get(pk="310000-muji").kind == "fund"


def test_spaces_that_a_file_cannot_keep_are_no_change(program, exported, load):
    Program.objects.update(summary=" 第一行\r\n第二行 \n")
    before = Entry.objects.count()
    load(**exported())
    assert Entry.objects.count() == before
