"""The index of search: kept by the database, and never what an answer depends on."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from programs.models import Agency, AgencyAlias, Program
from registry import search_index
from registry.folding import foldings
from registry.grams import COMMON, cut, grams, number
from registry.search import everything, matching
from registry.search_conditions import HasGrams, unused
from tests import builders

pytestmark = pytest.mark.django_db
POSTGRESQL = connection.vendor == "postgresql"
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TRICKY = st.sampled_from("aAÁßKΣİ0０%_\\[-*?|( 贷款犇豈𠮷𝐚①\n\u0301‮")
TEXTS = st.text(TRICKY | SIGNS, max_size=20)


def found(word):
    """Codes of the programs found by the index alone, whatever stands in them."""
    held = HasGrams(Program, grams(word))
    return set(Program.objects.filter(held).values_list("pk", flat=True))


def searched(word, paths=("name",)):
    rows = matching(Program.objects.all(), [word], list(paths), among=everything)
    return set(rows.values_list("pk", flat=True))


@pytest.fixture
def program():
    return builders.program(builders.region(), name="新动力贷")


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_saved_row_is_in_it(program):
    assert found("动力") == {program.pk}


def test_update_keeps_it(program):
    Program.objects.update(name="宁科贷")
    assert (found("动力"), found("宁科")) == (set(), {program.pk})


def test_raw_sql_keeps_it(program):
    raw("UPDATE programs_program SET name = %s", "宁科贷")
    assert (found("动力"), found("宁科")) == (set(), {program.pk})


def test_deleting_keeps_it(program):
    raw("DELETE FROM programs_program")
    assert found("动力") == set()


def test_a_cascade_keeps_it():
    place = builders.region()
    agency = Agency.objects.create(
        code="310000-bank", name="某银行", kind="bank", region=place
    )
    AgencyAlias.objects.create(agency=agency, region=place, name="犇犇行")
    agency.delete()
    held = HasGrams(AgencyAlias, grams("犇犇"))
    assert not AgencyAlias.objects.filter(held).exists()
    assert not search_index.out_of_step()


def test_what_is_rolled_back_is_not_in_it(program):
    with transaction.atomic():
        Program.objects.update(name="宁科贷")
        transaction.set_rollback(True)
    assert (found("动力"), found("宁科")) == ({program.pk}, set())


@pytest.mark.skipif(not POSTGRESQL, reason="COPY is PostgreSQL's")
def test_copy_keeps_it():
    builders.region("310000")
    columns = (
        "code, name, name_en, kind, stip_instrument, fund_strategy, fund_vehicle,"
        " lifecycle, region_id, summary, eligibility, launched, ended, website,"
        " publication"
    )
    row = ["310000-x", "宁科贷", "", "loan", *[""] * 4, "310000", *[""] * 5, "draft"]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY programs_program ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row(row)
    assert found("宁科") == {"310000-x"}


def plan(queryset):
    with connection.cursor() as cursor:
        explain = "EXPLAIN" if POSTGRESQL else "EXPLAIN QUERY PLAN"
        sql, params = queryset.query.sql_with_params()
        if POSTGRESQL:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("word", ["宁科", "犇", "nkd", "宁科贷款"])
def test_a_search_asks_it(word):
    rows = matching(Program.objects.all(), [word], ["name"], among=everything)
    name = "programs_program__search" if POSTGRESQL else "registry_grams VIRTUAL TABLE"
    assert name in plan(rows)


@pytest.mark.parametrize("word", ["宁科贷", "犇", "科", "[", "ｎｋ", "𠮷", "𠮷野"])
def test_search_finds_by_it_and_without_it(word):
    place = builders.region()
    for key, name in (("a", "宁科贷犇["), ("b", "NK科𠮷野"), ("c", "𠮷")):
        builders.program(place, f"{place.pk}-{key}", name=name)
    with unused():
        scanned = searched(word)
    assert searched(word) == scanned != set()


@given(word=st.text(TRICKY, min_size=1, max_size=3), before=TEXTS, after=TEXTS)
def test_a_text_has_the_grams_of_every_word_in_it(word, before, after):
    assert cut(before + word + after).issuperset(grams(word))


def sql_grams(texts):
    """What PostgreSQL cuts of each text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_grams(said) FROM unnest(%s::text[])"
            " WITH ORDINALITY AS said (said, place) ORDER BY place",
            [texts],
        )
        return [set(row[0]) for row in cursor.fetchall()]


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite cuts by the same Python")
def test_postgresql_folds_every_character_as_python_does():
    """Alone it is a gram only where it is rare; after 犇 every one is in a pair."""
    signs = [chr(code) for code in foldings()]
    signs += [chr(code) for code in (*range(1, 0x3400), *range(0xF900, 0x10000))]
    texts = [f"犇{sign}" for sign in signs]
    for text, cuts in zip(texts, sql_grams(texts), strict=True):
        assert cuts.issuperset(map(number, cut(text))), text


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite cuts by the same Python")
@given(texts=st.lists(TEXTS, min_size=1, max_size=20))
def test_postgresql_cuts_what_python_cuts(texts):
    for text, cuts in zip(texts, sql_grams(texts), strict=True):
        assert cuts.issuperset(map(number, cut(text)))


def test_a_text_of_ten_thousand_characters_is_in_it(program):
    Program.objects.update(summary="科技" * 4999 + "犇羴")
    assert searched("犇羴", ["summary"]) == {program.pk}


def test_common_characters_alone_are_looked_for_by_a_scan():
    assert [grams(sign) for sign in COMMON] == [[]] * len(COMMON)


def test_it_stands_in_an_empty_database():
    assert (search_index.missing(), search_index.out_of_step()) == ([], False)


def break_it():
    """As a restore that went wrong would leave it."""
    if POSTGRESQL:
        # Else rows that wait for their foreign keys to be checked keep it standing.
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        raw('DROP INDEX "programs_program__search"')
    else:
        raw('DROP TRIGGER "programs_program__search_update"')


def test_the_check_says_what_is_missing(program):
    break_it()
    assert "registry.W002" in [said.id for said in run_checks(databases=["default"])]


def test_rebuilding_puts_it_back(program):
    if POSTGRESQL:
        # What was dropped can't be got past.
        Program.objects.update(name="宁科贷")
    break_it()
    if not POSTGRESQL:
        Program.objects.update(name="宁科贷")
    with pytest.raises(CommandError, match="rebuild_search"):
        call_command("rebuild_search", check=True)
    call_command("rebuild_search")
    call_command("rebuild_search", check=True)
    assert found("宁科") == {program.pk}


@pytest.mark.skipif(POSTGRESQL, reason="PostgreSQL keeps it itself")
def test_what_got_past_the_triggers_is_noticed(program):
    sql = search_index.statements()["programs_program__search_update"]
    break_it()
    raw("UPDATE programs_program SET name = %s", "宁科贷")
    raw(sql)
    assert search_index.missing() == []
    assert search_index.out_of_step()
