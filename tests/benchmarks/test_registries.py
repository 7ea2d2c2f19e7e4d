"""The registries that are measured are ones that could be registered."""

import pytest

from benchmarks.rows import Registry
from benchmarks.words import RARE, RARE_PASSAGES
from benchmarks.writing import fill, tables
from programs.models import Passage, Program, Term
from registry import derived, journal

SIZE = 45


@pytest.fixture
def made(db):
    """A registry of so many programs, with every row in the journal."""
    fill(Registry(SIZE), entries=True)


def test_every_row_refers_to_rows_that_are_there(made):
    for model in journal.journaled():
        for field in model._meta.concrete_fields:
            if field.many_to_one:
                named = model._base_manager.filter(**{f"{field.name}__isnull": False})
                there = field.related_model._base_manager.values("pk")
                assert not named.exclude(**{f"{field.attname}__in": there}).exists()


def test_every_program_has_terms_roles_and_a_passage(made):
    assert Program.objects.count() == SIZE
    assert Term.objects.count() == 2 * SIZE
    for name in ("terms", "roles", "citations"):
        assert not Program.objects.filter(**{name: None}).exists()


def test_the_rare_word_stands_in_seven_passages(made):
    assert Passage.objects.filter(summary__contains=RARE).count() == RARE_PASSAGES


def test_derived_columns_are_those_that_saving_gives(made):
    assert not any(derived.stale(model) for model in derived.models_with_any())


def test_the_journal_knows_the_rows_and_stands_again(made, client):
    assert not journal.missing()
    answer = client.get("/api/v1/programs/", {"region": "410000", "include": "terms"})
    assert answer.json()["meta"]["revision"] == 1
    code = Program.objects.published().first().pk
    assert client.get(f"/api/v1/programs/{code}/history/").json()["results"]


def test_the_same_number_gives_the_same_rows():
    once, again = (
        [(model, list(rows)) for model, rows in tables(Registry(SIZE)).items()]
        for _time in range(2)
    )
    assert once == again


def test_sizes_that_fill_no_last_document_are_whole(db):
    fill(Registry(23))
    assert Passage.objects.count() == 23
