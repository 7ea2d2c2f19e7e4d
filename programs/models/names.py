"""Chinese names as ASCII: the keys of rows that a record owns."""

import re

from pypinyin import Style, lazy_pinyin

LONGEST_KEY = 60


def slug(name: str) -> str:
    """The name's pinyin in one word (宁夏科技厅 → ``ningxiakejiting``), cut at 60."""
    return _ascii("".join(lazy_pinyin(name)))


def initials(name: str) -> str:
    """The first letters of the name's pinyin (宁夏科技厅 → ``nxkjt``)."""
    return _ascii("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)))


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())[:LONGEST_KEY] or "x"
