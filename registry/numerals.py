"""Numbers in running text: Arabic, Chinese, and English words and multipliers."""

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5} | {
    "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
MULTIPLIERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9} | {
    "trillion": 10**12
}
WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen"
        " fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        start=1,
    )
}

_CHINESE = "".join((*DIGITS, *SMALL, *LARGE))
_PLACES = "".join((*SMALL, *LARGE))
NUMERAL = re.compile(
    rf"""
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)
      (?:(?P<places>余?[{_PLACES}]+)|\s+(?P<multiplier>{"|".join(MULTIPLIERS)})\b)?
    | (?P<chinese>[{_CHINESE}]+(?:余[{"".join(LARGE)}]+)?)
    | (?<![A-Za-z])(?P<word>{"|".join(WORDS)})
      (?:\s+(?P<times>{"|".join(MULTIPLIERS)}))?(?![A-Za-z])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Numeral:
    """A number as it stands in a text: where, its characters, its exact value."""

    start: int
    end: int
    text: str
    value: Decimal


def numerals(text: str) -> list[Numeral]:
    """Every numeral of the text in order, those inside words (一体化) included.

    A 余 inside belongs to it: 2000余万 is 20,000,000. Adjoining Arabic digits are one
    numeral, ``2025-2027`` is two.
    """
    return [
        Numeral(match.start(), match.end(), match[0], _value(match))
        for match in NUMERAL.finditer(text)
    ]


def _value(match: re.Match[str]) -> Decimal:
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
        if match["places"]:
            value *= read_chinese(match["places"].replace("余", ""))
        if match["multiplier"]:
            value *= MULTIPLIERS[match["multiplier"].lower()]
        return value
    if match["chinese"]:
        return read_chinese(match["chinese"].replace("余", ""))
    times = MULTIPLIERS[match["times"].lower()] if match["times"] else 1
    return Decimal(WORDS[match["word"].lower()] * times)


def read_chinese(text: str) -> Decimal:
    """The value of Chinese numerals: 一百二十三, 万亿; 二〇二五 digit by digit."""
    total, section, digit = 0, 0, None
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character] + (digit or 0) * 10
        elif character in SMALL:
            section += (1 if digit is None else digit) * SMALL[character]
            digit = None
        else:
            part = section + (digit or 0)
            if character == "亿":
                total = (total + part or 1) * LARGE[character]
            else:
                total += (part or 1) * LARGE[character]
            section, digit = 0, None
    return Decimal(total + section + (digit or 0))
