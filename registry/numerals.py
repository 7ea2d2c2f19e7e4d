"""Numerals in running text, Arabic, Chinese and English, as exact decimals.

A numeral is each maximal run of them: ``1.74万亿``, ``2000余万`` and ``900 billion``
are one, ``2025-2027`` is two. What a numeral counts is the business of
`registry.readings`.
"""

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, Decimal, localcontext

FULL_WIDTH = str.maketrans("０１２３４５６７８９．％：－", "0123456789.%:-")

DIGITS = {
    character: str(value) for value, character in enumerate("零一二三四五六七八九")
} | {"〇": "0", "两": "2"}

MULTIPLIERS = {
    "十": Decimal("1E1"),
    "百": Decimal("1E2"),
    "千": Decimal("1E3"),
    "万": Decimal("1E4"),
    "亿": Decimal("1E8"),
    "hundred": Decimal("1E2"),
    "thousand": Decimal("1E3"),
    "million": Decimal("1E6"),
    "billion": Decimal("1E9"),
    "trillion": Decimal("1E12"),
}

_UNITS = "one two three four five six seven eight nine".split()
_TEENS = (
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = (
    {word: value for value, word in enumerate(_UNITS + _TEENS, start=1)}
    | {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    | {"zero": 0}
)

_DIGIT = "".join(DIGITS)
_CHINESE = f"[{_DIGIT}十百千万亿]"
# 多 and 余 inside a numeral (2000余万) belong to it; after it they are comparators.
_MORE = "[余多]"
_ARABIC = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9])|[0-9]+)"  # 2,000,000 or 2000000
    r"(?:\.[0-9]+)?"
)
_SCALE = "(?:hundred|thousand|million|billion|trillion)"
_WORD = (
    rf"(?:(?:{'|'.join(_TENS)})-(?:{'|'.join(_UNITS)})"
    rf"|{'|'.join(sorted(WORDS, key=len, reverse=True))}|{_SCALE})"
)
_NUMERAL = re.compile(
    rf"{_ARABIC}[ \xa0]?(?i:{_SCALE}(?:[ \xa0]{_SCALE})*)(?![A-Za-z])"
    rf"|{_ARABIC}(?:{_MORE}?[百千万亿]+"
    rf"(?:(?:{_ARABIC}|[{_DIGIT}]+)[十百千万亿]+)*(?:{_ARABIC})?)?"
    rf"|{_CHINESE}+(?:{_MORE}(?=[万亿]){_CHINESE}+)*"
    rf"|(?<![A-Za-z])(?i:{_WORD}(?:[ \xa0]{_SCALE})*)(?![A-Za-z])"
)
_TOKEN = re.compile(rf"{_ARABIC}|[{_DIGIT}]+|[十百千万亿]|[a-z-]+")
_LAST_SCALE = re.compile(rf"[万亿]+$|{_SCALE}(?: {_SCALE})*$")


@dataclass(frozen=True)
class Numeral:
    """A numeral of a text: where it stands, its own characters, and its value."""

    start: int
    end: int
    text: str
    value: Decimal

    @property
    def scale(self) -> Decimal:
        """The 万, 亿 or billion at its end as a number; 1 where there is none."""
        plain = self.text.replace("\xa0", " ").lower()
        found = _LAST_SCALE.search(plain)
        return value_of(found[0]) if found else Decimal(1)


def numerals(text: str) -> list[Numeral]:
    """Every numeral of the text, in order, full-width digits included.

    No Arabic or Chinese digit is left out, not even inside a word (一体化, 3D).
    """
    return [
        Numeral(
            match.start(),
            match.end(),
            text[match.start() : match.end()],
            value_of(match[0]),
        )
        for match in _NUMERAL.finditer(text.translate(FULL_WIDTH))
    ]


def value_of(numeral: str) -> Decimal:
    """The exact value of one numeral's characters (``1.74万亿`` is 1740000000000)."""
    plain = re.sub(_MORE, "", numeral).replace("\xa0", " ").lower()
    with localcontext() as exact:
        # Enough for the sum of any two parts; the largest multiplier has nine digits.
        exact.prec = 9 * len(plain) + 9
        exact.Emax = MAX_EMAX
        value = _sum(_TOKEN.findall(plain))
        small = value.as_tuple().exponent
        if isinstance(small, int) and 0 < small <= 30:
            value = value.quantize(Decimal(1))
    return value


def _sum(tokens: list[str]) -> Decimal:
    """Parts such as 三亿 and 五千万, each number times the multipliers behind it."""
    parts: list[Decimal] = []
    last = Decimal(0)  # the last token as a multiplier, 0 for a number
    for position, token in enumerate(tokens):
        multiplier = MULTIPLIERS.get(token)
        if multiplier is None:
            number = _number(token)
            colloquial = (
                position == len(tokens) - 1
                and len(token) == 1
                and token in DIGITS
                and last >= 100
            )
            # 一万五 is fifteen thousand; 一万零五 says so when it means five.
            parts.append(number * last / 10 if colloquial else number)
            last = Decimal(0)
            continue
        # 十 after 百 opens a part of its own (一百十五); 亿 after 万 multiplies.
        product = parts.pop() if parts and last <= multiplier else None
        while parts and parts[-1] < multiplier:
            product = parts.pop() + (product or 0)
        parts.append(multiplier if product is None else product * multiplier)
        last = multiplier
    return sum(parts, Decimal(0))


def _number(token: str) -> Decimal:
    """A number without multipliers: ``2,180``, ``二〇二五`` or ``fifty-seven``."""
    if token[0] in DIGITS:
        return Decimal("".join(DIGITS[character] for character in token))
    if token[0].isascii() and token[0].isalpha():
        return Decimal(sum(WORDS[word] for word in token.split("-")))
    return Decimal(token.replace(",", ""))
