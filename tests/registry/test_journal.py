"""Every way of writing leaves its journal, and the journal can't be rewritten."""

import json
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from programs.models import Agency, Category, Program, ProgramRole, Region, Term
from registry import journal
from registry.models import Change, Conflict, Entry
from tests import builders


@pytest.fixture
def region(db):
    return builders.region("310000", name="上海市")


def entries(kind, key):
    found = Entry.objects.filter(kind=kind, key=key).order_by("id")
    return [(entry.action, json.loads(entry.row)) for entry in found]


def actions(kind, key):
    return [action for action, _row in entries(kind, key)]


def test_saving_leaves_the_whole_row(region):
    Program.objects.create(code="310000-x", name="新动力贷", kind="loan", region=region)
    ((action, row),) = entries("program", "310000-x")
    assert (action, row["name"], row["region_id"]) == ("I", "新动力贷", "310000")


def test_a_derived_column_is_not_kept(region):
    Program.objects.create(code="310000-x", name="x", kind="loan", region=region)
    assert "province" not in entries("program", "310000-x")[0][1]


def test_bulk_create_leaves_an_entry_for_each_row(region):
    Program.objects.bulk_create(
        Program(code=f"310000-p{n}", name="x", kind="loan", region=region)
        for n in range(3)
    )
    assert Entry.objects.filter(kind="program", action="I").count() == 3


def test_update_leaves_the_row_as_it_became(region):
    builders.program(region, "310000-x")
    Program.objects.filter(code="310000-x").update(name="新名")
    action, row = entries("program", "310000-x")[-1]
    assert (action, row["name"]) == ("U", "新名")


def test_taking_a_version_leaves_nothing(region):
    program = builders.program(region, "310000-x")
    program.claim()
    assert Program.objects.get().version == program.version == 2
    assert actions("program", "310000-x") == ["I"]


def test_an_update_of_nothing_but_its_instant_is_kept(region):
    builders.program(region, "310000-x", name="x")
    Program.objects.update(name="x", updated_at="2024-01-01T00:00:00Z")
    assert actions("program", "310000-x") == ["I", "U"]


def test_a_cascade_leaves_the_owned_rows_that_went(region):
    program = builders.program(region, "310000-x")
    role = program.roles.create(role="lender", order=1, as_written="银行")
    program.delete()
    assert actions("programrole", role.code) == ["I", "D"]


def test_a_many_to_many_line_is_kept_under_both_codes(region):
    program = builders.program(region, "310000-x")
    seed = Category.objects.create(code="seed", scheme="stage", name="种子期")
    program.categories.add(seed)
    program.categories.remove(seed)
    assert actions("program_categories", "310000-x.seed") == ["I", "D"]


def test_a_row_whose_code_changes_is_gone_under_the_old_one(region):
    ProgramRole.objects.create(
        program=builders.program(region), role="lender", as_written="银行", order=1
    )
    (code,) = ProgramRole.objects.values_list("code", flat=True)
    ProgramRole.objects.update(code=f"{code}-2")
    assert actions("programrole", code) == ["I", "D"]
    assert actions("programrole", f"{code}-2") == ["I"]


def test_a_line_of_a_relation_that_changes_is_gone_and_new(region):
    program = builders.program(region)
    program.places.add(region)
    other = builders.region("640000")
    Program.places.through.objects.update(region=other)
    assert actions("program_places", f"{program.pk}.{region.pk}") == ["I", "D"]
    assert actions("program_places", f"{program.pk}.{other.pk}") == ["I"]


def test_raw_sql_leaves_its_entry(region):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programs_region SET name = %s WHERE code = %s", ["沪", "310000"]
        )
    action, row = entries("region", "310000")[-1]
    assert (action, row["name"]) == ("U", "沪")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="COPY is PostgreSQL's")
def test_copy_leaves_its_entries(region):
    with connection.cursor() as cursor:
        into = "COPY programs_category (code, scheme, name, name_en) FROM STDIN"
        with cursor.copy(into) as copy:
            copy.write_row(("growth", "stage", "成长期", ""))
    assert actions("category", "growth") == ["I"]


def test_an_amount_is_kept_exactly(region):
    term = builders.term(region, value=Decimal("1740000000000.25"), unit="CNY")
    text = Entry.objects.get(kind="term", key=term.code).row
    kept = json.loads(text, parse_float=Decimal)["value"]
    assert Decimal(kept) == Decimal("1740000000000.25")


def test_a_change_says_who_why_and_on_which_way(db):
    with journal.change(by="li", reason="核对原文", path="shell"):
        builders.region("310000")
    change = Change.objects.latest("id")
    assert (change.actor, change.reason, change.path) == ("li", "核对原文", "shell")


def test_a_write_outside_change_is_kept_as_direct(db):
    builders.region("310000")
    assert Change.objects.latest("id").path == "direct"


def test_one_transaction_is_one_change(db):
    before = Change.objects.count()
    with transaction.atomic():
        builders.region("310000")
        builders.region("420000")
    assert Change.objects.count() <= before + 1
    assert Entry.objects.values("change").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_statement_on_its_own_is_one_change():
    Region.objects.bulk_create(
        Region(code=code, name=code, level="country" if code == "000000" else "city",
               parent_id=None if code == "000000" else "000000")
        for code in ("000000", "110000", "120000")
    )  # fmt: skip
    Region.objects.exclude(level="country").update(level="province")
    assert Change.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_nothing():
    with transaction.atomic():
        builders.region("310000")
        transaction.set_rollback(True)
    builders.region("420000")
    assert [e.key for e in Entry.objects.all()] == ["000000", "420000"]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_does_not_break_the_change():
    with transaction.atomic():
        try:
            with transaction.atomic():
                builders.region("310000")
                raise RuntimeError
        except RuntimeError:
            pass
        builders.region("420000")
    assert Change.objects.filter(entries__key="420000").get().revision is not None


@pytest.mark.parametrize("table", ["registry_entry", "registry_change"])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "UPDATE {} SET id = id + 1000", "TRUNCATE {} CASCADE"],
)
@pytest.mark.django_db(transaction=True)
def test_the_journal_refuses(statement, table):
    if connection.vendor == "sqlite" and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    builders.region("310000")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_a_deleted_records_code_is_not_used_again(region):
    builders.program(region, "310000-x").delete()
    with pytest.raises(IntegrityError, match="never reused"), transaction.atomic():
        builders.program(region, "310000-x")


def test_a_code_never_changes(region):
    builders.program(region, "310000-x")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Program.objects.filter(code="310000-x").update(code="310000-y")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statement")
def test_an_entry_is_not_replaced(region):
    row = Entry.objects.latest("id")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(
            "REPLACE INTO registry_entry (id, change_id, kind, key, action, row)"
            " SELECT id, change_id, kind, key, action, '{}' FROM registry_entry"
            " WHERE id = %s",
            [row.id],
        )
    assert Entry.objects.get(pk=row.id).row == row.row


def test_a_deleted_categorys_code_is_not_used_again(db):
    Category.objects.create(code="tech", scheme="audience", name="甲").delete()
    with pytest.raises(IntegrityError, match="never reused"), transaction.atomic():
        Category.objects.create(code="tech", scheme="audience", name="乙")


def test_a_categorys_code_never_changes(db):
    Category.objects.create(code="tech", scheme="audience", name="甲")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Category.objects.update(code="technology")


def test_replaying_the_journal_gives_the_tables(region):
    program = builders.program(region, "310000-x")
    builders.term(region, program=program)
    Program.objects.update(summary="改")
    Agency.objects.create(code="310000-a", name="甲", kind="bank", region=region)
    Agency.objects.all().delete()
    replayed = {}
    for entry in Entry.objects.order_by("id"):
        replayed[entry.kind, entry.key] = None if entry.action == "D" else entry.row
    standing = {key: json.loads(row) for key, row in replayed.items() if row}
    assert standing["program", "310000-x"]["summary"] == "改"
    counts = {
        model: sum(1 for kind, _key in standing if kind == journal.kind_of(model))
        for model in journal.journaled()
    }
    assert counts == {m: m._base_manager.count() for m in journal.journaled()}


def test_the_second_writer_of_a_version_is_refused(region):
    builders.program(region, "310000-x")
    first = Program.objects.get(code="310000-x")
    second = Program.objects.get(code="310000-x")
    first.name = "甲"
    first.save()
    second.name = "乙"
    with pytest.raises(Conflict):
        second.save()
    assert Program.objects.get(code="310000-x").name == "甲"


@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_writes_from_one_version_one_wins():
    region = builders.region("310000")
    builders.program(region, "310000-x")
    copies = [Program.objects.get(code="310000-x") for _ in range(50)]
    won = []

    def write(batch):
        for copy in batch:
            copy.name = f"{id(copy)}"
            try:
                copy.save()
                won.append(copy)
            except Conflict:
                pass
        connection.close()

    run_together([lambda b=copies[n::5]: write(b) for n in range(5)])
    assert len(won) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_revisions_without_gap_in_commit_order():
    region = builders.region("310000")
    first = Change.objects.count()
    seen, stop = [], threading.Event()

    def poll():
        while not stop.is_set():
            seen.append(sorted(
                n for n in Change.objects.values_list("revision", flat=True)
                if n is not None
            ))  # fmt: skip
        connection.close()

    def write(writer):
        for number in range(10):
            with journal.change(by=f"w{writer}", reason="", path="test"):
                builders.program(region, f"310000-w{writer}-{number}")
        connection.close()

    poller = threading.Thread(target=poll)
    poller.start()
    run_together([lambda w=w: write(w) for w in range(8)])
    stop.set()
    poller.join()
    revisions = list(
        Change.objects.order_by("revision").values_list("revision", flat=True)
    )
    assert revisions == list(range(1, first + 80 + 1))
    # Whoever saw a revision saw all before it: that is what commit order means.
    assert all(saw == list(range(1, len(saw) + 1)) for saw in seen)


def test_the_check_finds_a_missing_trigger(region):
    name = "programs_program__code_update"
    on = " ON programs_program" if connection.vendor == "postgresql" else ""
    connection.cursor().execute(f'DROP TRIGGER "{name}"{on}')
    assert journal.missing() == [name]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite had no such")
def test_a_trigger_of_an_earlier_release_is_taken_away(region):
    """Else every row would be journaled twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER programs_region__record BEFORE UPDATE ON programs_region"
            " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
        assert journal.missing() == ["programs_region__record"]
        journal.install()
    assert not journal.missing()


def test_every_registered_table_is_journaled(db):
    assert {"program", "term", "figure", "agencyalias", "program_places"} <= {
        journal.kind_of(model) for model in journal.journaled()
    }
    assert issubclass(Term, tuple(journal.journaled()))


def run_together(jobs):
    failed = []

    def guarded(job):
        try:
            job()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
