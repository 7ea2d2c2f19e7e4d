"""Texts cut into grams, single signs and pairs that stand side by side, for an index.

Folded as search folds (`registry.folding`). ASCII signs that are neither letter nor
digit are in no gram that a search asks for, so that an index may keep them as it likes;
whoever finds rows by their grams compares the texts themselves after that.
"""

from functools import cache
from itertools import pairwise

from registry.folding import fold, foldings


def grams(word: str) -> list[str]:
    """What every text has in which the word stands: its pairs, and signs alone in it.

    Empty for a word of nothing but ASCII signs.
    """
    signs = fold(word)
    found = [one + other for one, other in pairwise(signs) if is_kept(one + other)]
    beside = {sign for pair in found for sign in pair}
    alone = [sign for sign in signs if sign not in beside and is_kept(sign)]
    return list(dict.fromkeys(found + alone))


def cut(text: str) -> set[str]:
    """All grams of a text."""
    signs = fold(text)
    pairs = (one + other for one, other in pairwise(signs))
    return {gram for gram in {*signs, *pairs} if is_kept(gram)}


def is_kept(gram: str) -> bool:
    """Whether a search may ask for it."""
    return all(sign > "\x7f" or sign.isalnum() for sign in gram)


@cache
def unfolded() -> dict[str, str]:
    """What folds to a sign that is in grams, but for the capitals of ASCII."""
    return {
        sign: folded
        for code, folded in foldings().items()
        if (sign := chr(code)) > "\x7f" and is_kept(folded)
    }
