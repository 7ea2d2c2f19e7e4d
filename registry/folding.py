"""Characters that search takes for one: case, width, accents, forms of one sign.

Folding goes character by character and keeps the length, so that it is the same on
every database (a pattern asks for the alternatives of each character) and a place in
the folded text is the place in the text.
"""

import unicodedata
from collections import defaultdict
from functools import cache
from itertools import chain
from typing import Any

from django.db.models import CharField, Lookup, TextField

# All that Unicode says folds to something lies in these; ideographs and hangul between.
_PLANES = (range(0xD800), range(0xF900, 0x1F000), range(0x2F800, 0x2FA20))
# Signs that keyboards have another of: 武政办[2025]67号, 1:5, Ten-Hundred.
_TYPED = str.maketrans("ı〔〕【】“”„‘’‐‑‒–—―∶•・‧⋅", 'i[][]"""\'\'------:····')
# In PostgreSQL's regular expressions these mean something even in brackets.
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in r"\[]^-"})


def fold(text: str) -> str:
    """The text as it is compared, as long: ``ＮＫＤ Café`` → ``nkd cafe``."""
    return text.translate(foldings())


@cache
def foldings() -> dict[int, str]:
    """Every character that folds to another."""
    found = {}
    for code in chain(*_PLANES):
        sign = chr(code)
        other = _fold_one(sign.translate(_TYPED))
        if other != sign:
            found[code] = other
    return found


def _fold_one(sign: str) -> str:
    split = unicodedata.normalize("NFKD", sign)
    plain = unicodedata.normalize("NFKC", sign)
    if split[0].isascii() and all(map(unicodedata.combining, split[1:])):
        plain = split[0]
    plain = plain.translate(_TYPED)
    for small in (plain.casefold(), plain.lower(), sign.casefold(), sign.lower()):
        if len(small) == 1:
            return small
    return sign


@cache
def _alternatives() -> dict[str, str]:
    """Folded character → all that fold to it, for those that are not alone."""
    found: dict[str, str] = defaultdict(str)
    for code, sign in foldings().items():
        found[sign] += chr(code)
    return {sign: sign + others for sign, others in found.items()}


def glob(word: str) -> str:
    """SQLite's pattern for the word: ``[aàá…]`` where a character has alternatives."""
    return "".join(
        _bracketed(signs) if (signs := _alternatives().get(sign)) else sign
        for sign in fold(word)
    )


def _bracketed(signs: str) -> str:
    """One of the signs; a bracket is one only where it comes first, a hyphen last."""
    special = [sign for sign in "]^-" if sign in signs]
    if not special:
        return f"[{signs}]"
    (sign,) = special
    others = signs.replace(sign, "")
    return f"[{sign}{others}]" if sign == "]" else f"[{others}{sign}]"


def regex(word: str) -> str:
    """PostgreSQL's pattern for the word."""
    return "".join(
        f"[{signs.translate(_ESCAPED)}]"
        if (signs := _alternatives().get(sign))
        else sign
        for sign in fold(word)
    )


def is_plain(word: str) -> bool:
    """Whether no character of the word has alternatives."""
    return not any(sign in _alternatives() for sign in fold(word))


class Folded(Lookup):
    """The column against a word, both folded. PostgreSQL reads LIKE quicker."""

    like = glob = regex = "{}"

    def pattern(self, vendor: str) -> tuple[str, str]:
        """The operator of that kind of database, and the pattern that it takes."""
        word = str(self.rhs)
        if vendor == "sqlite":
            return "GLOB", self.glob.format(glob(word))
        if is_plain(word):
            return "LIKE", self.like.format(fold(word))
        return "~", self.regex.format(regex(word))

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        operator, pattern = self.pattern(connection.vendor)
        return f"{column} {operator} %s", [*params, pattern]


@CharField.register_lookup
@TextField.register_lookup
class Holds(Folded):
    """The word stands somewhere in the column."""

    lookup_name = "holds"
    like, glob, regex = "%{}%", "*{}*", "{}"


@CharField.register_lookup
@TextField.register_lookup
class Begins(Folded):
    """The column begins with the word."""

    lookup_name = "begins"
    like, glob, regex = "{}%", "{}*", "^{}"


@CharField.register_lookup
@TextField.register_lookup
class Is(Folded):
    """The column is the word."""

    lookup_name = "is"
    like, glob, regex = "{}", "{}", "^{}$"
