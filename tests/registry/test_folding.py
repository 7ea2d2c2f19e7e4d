"""Folding: one sign for all its forms, the same in Python and on either database."""

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Value
from hypothesis import given
from hypothesis import strategies as st

from registry.folding import Begins, Holds, Is, fold
from registry.search import LONGEST_WORD

# Any text that a database takes, and often what means something in patterns.
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TRICKY = st.sampled_from("aAａÁßſKµΣςİı%_\\[]^-*?$.|(){}〔‐＼％①²㎡金⾦贷\n\u0301𝐚𠮷")
TEXTS = st.text(TRICKY | SIGNS, max_size=12)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＮＫＤ２００％", "nkd200%"),
        ("Café Łódź ǅ", "cafe łodz ǆ"),
        ("武政办〔2025〕67号", "武政办[2025]67号"),
        ("“债”—1∶5", '"债"-1:5'),
        ("⼈⽣金㈱", "人生金㈱"),
        ("Ⅷ①²ﬁ", "ⅷ12ﬁ"),
        ("ΣΑΣ Й", "σασ й"),
    ],
)
def test_forms_of_a_sign_fold_to_one(written, folded):
    assert fold(written) == folded


@given(TEXTS)
def test_folding_keeps_the_length_and_does_no_more_the_second_time(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_both_cases_of_every_letter_fold_to_one():
    cases = [
        (letter, other)
        for letter in map(chr, range(0x20000))
        for other in (letter.lower(), letter.upper())
        if other != letter and len(other) == 1
    ]
    assert [pair for pair in cases if fold(pair[0]) != fold(pair[1])] == []


@pytest.mark.django_db
@given(data=st.data(), text=TEXTS)
def test_the_database_finds_what_folding_finds(data, text):
    first = data.draw(st.integers(0, len(text)))
    some = text[first : data.draw(st.integers(first, len(text)))]
    word = data.draw(st.sampled_from([some.upper(), some.lower(), some]) | TEXTS)
    inside, whole = fold(word), fold(text)
    assert asked(Holds, text, word) == (inside in whole)
    assert asked(Begins, text, word) == whole.startswith(inside)
    assert asked(Is, text, word) == (whole == inside)


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["o", "a", "]", "\\", "贷"])
def test_the_longest_word_is_no_more_than_a_database_takes(sign):
    word = sign * LONGEST_WORD
    assert asked(Holds, f"x{word}x", word)


def asked(lookup, text, word):
    """What the database says of a text."""
    condition = lookup(Value(text), word)
    return Permission.objects.annotate(said=condition).values_list("said")[0] == (True,)
