"""Whoever alters the journal, or a table behind its back, is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from programs.models import Program
from registry import journal, verification
from registry.models import Change, Entry
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def history():
    """Four changes by two people, with line feeds and backslashes in their reasons."""
    with journal.change(by="li", reason="首次\n录入", path="admin"):
        place = builders.region("310000", name="上海市")
        builders.program(place, "310000-x", name="甲")
    for number in range(3):
        with journal.change(by="wang", reason=f"核对\\{number}", path="admin"):
            Program.objects.filter(pk="310000-x").update(name=f"改{number}")


@pytest.fixture
def tamper():
    """Runs a statement as somebody would who can switch the triggers off."""

    def run(statement, *params):
        with journal.unlocked():
            guards = [n for n in journal.statements(connection.vendor) if "__" in n]
            journal.drop(guards)
            with connection.cursor() as cursor:
                cursor.execute(statement, params)

    return run


def found(**options):
    return "\n".join(verification.findings(**options))


def entry_ids():
    return list(Entry.objects.order_by("id").values_list("pk", flat=True))


def test_an_untouched_journal_is_whole(history):
    assert found() == ""


def test_its_digests_chain_from_the_first(history):
    revision, digest = verification.latest()
    assert revision == Change.objects.count()
    assert Change.objects.get(revision=revision).digest == digest


def test_an_altered_entry_is_found(history, tamper):
    tamper("UPDATE registry_entry SET row = replace(row, '改1', '改9')")
    assert "与其摘要不符" in found()


@pytest.mark.parametrize("column", ["actor", "reason", "path"])
def test_an_altered_author_is_found(history, tamper, column):
    tamper(f"UPDATE registry_change SET {column} = 'zhao' WHERE actor = 'wang'")
    assert "与其摘要不符" in found()


def test_a_line_feed_moved_between_author_and_reason_is_found(db, tamper):
    with journal.change(by="li\n甲", reason="乙", path="admin"):
        builders.region("310000")
    tamper("UPDATE registry_change SET actor = 'li', reason = '甲\n乙'")
    assert "与其摘要不符" in found()


def test_an_altered_time_is_found(history, tamper):
    tamper("UPDATE registry_change SET at = '2020-01-01 00:00:00.000000'")
    assert "与其摘要不符" in found()


def test_a_removed_entry_is_found(history, tamper):
    tamper("DELETE FROM registry_entry WHERE id = %s", entry_ids()[-2])
    assert "与其摘要不符" in found()


def test_a_removed_change_is_found(history, tamper):
    second = Change.objects.order_by("revision")[1]
    tamper("DELETE FROM registry_entry WHERE change_id = %s", second.pk)
    tamper("DELETE FROM registry_change WHERE id = %s", second.pk)
    assert f"修订 {second.revision} 缺失" in found()


def test_two_swapped_entries_are_found(history, tamper):
    first, second = entry_ids()[:2]
    for old, new in ((first, -1), (second, first), (-1, second)):
        tamper("UPDATE registry_entry SET id = %s WHERE id = %s", new, old)
    assert "与其摘要不符" in found()


def test_an_added_entry_is_found(history, tamper):
    tamper(
        "INSERT INTO registry_entry (change_id, kind, key, action, row)"
        " SELECT change_id, kind, key, action, row FROM registry_entry WHERE id = %s",
        entry_ids()[-1],
    )
    assert "与其摘要不符" in found()


def cut_the_tail(tamper):
    last = Change.objects.order_by("revision").last()
    tamper("DELETE FROM registry_entry WHERE change_id = %s", last.pk)
    tamper("DELETE FROM registry_change WHERE id = %s", last.pk)
    tamper("UPDATE programs_program SET name = '改1'")


def test_a_cut_tail_is_found_by_the_digest_noted_before(history, tamper):
    _revision, digest = verification.latest()
    cut_the_tail(tamper)
    assert found() == ""
    assert digest in found(expect=digest)


def test_a_digest_noted_earlier_stays_in_the_chain(history):
    _revision, digest = verification.latest()
    builders.region("420000")
    assert found(expect=digest) == ""


def test_a_table_changed_behind_the_journal_is_found(history, tamper):
    tamper("UPDATE programs_program SET name = '乙'")
    assert "310000-x" in found()


def test_a_row_taken_away_behind_the_journal_is_found(history, tamper):
    tamper("DELETE FROM programs_program")
    assert "不在表中" in found()


def test_the_command_prints_the_last_digest(history, capsys):
    call_command("verify_history")
    assert verification.latest()[1] in capsys.readouterr().out


def test_the_command_fails_on_a_finding(history, tamper):
    tamper("UPDATE registry_change SET actor = 'zhao'")
    with pytest.raises(CommandError, match="does not match"):
        call_command("verify_history")


def test_the_shipped_registry_is_whole(shipped):
    assert found() == ""


def test_an_edit_of_nothing_but_owned_rows_is_whole(history):
    program = Program.objects.get()
    with transaction.atomic():
        program.claim()
        program.roles.create(role="lender", order=1, as_written="银行")
    assert found() == ""
