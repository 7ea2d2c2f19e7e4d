"""Quantities as Chinese and English texts write them: read, and printed again.

Values are exact Decimals in the registry's own units: yuan, percent, months, days.
Comparators follow the Civil Code, article 1259: 以上, 以下, 以内 include the number,
超过, 不满 do not.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from registry import units
from registry.numerals import NUMERAL, Numeral, numerals

SIGNIFICANT_DIGITS = 15

# Comparator → words before the number; longest first where one holds another.
BEFORE = {
    "lte": "最高不超过|不超过|不高于|不多于|最高|最长|最多|至多|up to|at most"
    "|no more than|not exceeding|a maximum of",
    "gte": "不低于|不少于|不小于|至少|最低|at least|no less than|not less than",
    "gt": "超过|超出|突破|高于|大于|超|逾|more than|over|above|exceeding|exceeded"
    "|exceeds|exceed",
    "lt": "低于|不满|不足|小于|少于|less than|below|under",
    "approx": "大约|约|about|around|approximately",
    "approx_below": "接近|近|nearly|almost",
    "order": "in the order of",
}
AFTER = {
    "gte": "及以上|以上",
    "lte": "及以下|以下|以内|之内",
    "approx": "左右|上下",
    "order": "级",
    "gt": "余",
}
# Before 约 and 近 these make another word: 签约, 合约, 最近, 附近.
PARTS_OF_WORDS = ("签", "合", "契", "最", "附")
# Between a comparator and its number (最高可达2000万元), and alone for “exactly”.
REACHES = "(?:可)?(?:达到|提高至|提高到|提升至|提升到|降至|降到|达|至|到|为)?"


class QuantityError(ValueError):
    """A text that states no quantity, with what would."""


@dataclass(frozen=True)
class Quantity:
    """A value in the registry's units; ``unit`` is empty where the text gives none."""

    comparator: str
    value: Decimal
    unit: str
    value_to: Decimal | None = None
    previous: Decimal | None = None


def _words(table: dict[str, str]) -> dict[str, str]:
    """Printed word → comparator."""
    return {word: code for code, words in table.items() for word in words.split("|")}


BEFORE_WORDS = _words(BEFORE)
AFTER_WORDS = _words(AFTER)


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_PREFIX = re.compile(rf"({_alternatives(BEFORE_WORDS)})?\s*{REACHES}\s*", re.IGNORECASE)
_SUFFIX = re.compile(rf"\s*({_alternatives(AFTER_WORDS)})?")


def parse(text: str) -> Quantity:
    """The one quantity that the text states, all of it understood.

    Raises `QuantityError` otherwise, also for more than 15 significant digits. A bare
    number (``1000万``) has the unit ``""``: whoever asked knows it.
    """
    wording = text.strip()
    found = _change(wording) or _range(wording) or _ratio(wording) or _single(wording)
    if found is None:
        raise QuantityError(
            _(
                "“%(text)s” is no quantity. Write for example 1000万元, 92.84亿元,"
                " 0.2‰, 3年, 1∶1, 不超过20万元, 30万元至50万元, 1.23 trillion yuan."
            )
            % {"text": text}
        )
    # Longer runs would be rounded by the arithmetic before they could be counted.
    too_long = re.search(r"[\d,.]{24,}", wording)
    for value in (found.value, found.value_to, found.previous):
        if too_long or (value and len(_digits(value)) > SIGNIFICANT_DIGITS):
            raise QuantityError(
                _("“%(text)s” has more than 15 significant digits.") % {"text": text}
            )
    return found


def _digits(value: Decimal) -> str:
    """The value's digits without zeros before or behind them."""
    return "".join(map(str, value.as_tuple().digits)).strip("0")


def _single(text: str) -> Quantity | None:
    """A comparator, a number, a unit, another comparator; nothing else."""
    if text in units.WORDS:
        value, unit = units.WORDS[text]
        return Quantity("eq", value, unit)
    prefix = _PREFIX.match(text)
    start = prefix.end() if prefix else 0
    word = prefix[1] if prefix else None
    numeral = next((n for n in numerals(text) if n.start == start), None)
    if numeral is None:
        return None
    more = text.startswith("余", numeral.end)
    unit, factor, end = units.unit_at(text, numeral.end + more)
    suffix = _SUFFIX.match(text, end)
    if suffix is None or suffix.end() != len(text):
        return None
    if re.fullmatch(r"(19|20)\d\d", numeral.text) and text.startswith(
        "年", numeral.end
    ):
        return None  # a year of the calendar, no duration
    comparators = {
        BEFORE_WORDS.get(word.lower() if word else "", ""),
        AFTER_WORDS.get(suffix[1] or "", ""),
        "gt" if more or "余" in numeral.text else "",
    } - {""}
    if len(comparators) > 1:
        return None
    value = numeral.value * factor
    return Quantity(comparators.pop() if comparators else "eq", value, unit)


def _ratio(text: str) -> Quantity | None:
    match = re.fullmatch(r"(.*?)(\d+(?:\.\d+)?)[∶::](\d+(?:\.\d+)?)", text)
    if not match or not Decimal(match[3]):
        return None
    head = _PREFIX.fullmatch(match[1])
    if head is None:
        return None
    comparator = BEFORE_WORDS.get((head[1] or "").lower(), "eq")
    return Quantity(comparator, Decimal(match[2]) / Decimal(match[3]), "ratio")


def _range(text: str) -> Quantity | None:
    match = re.fullmatch(
        r"(?:between\s+)?(.+?)\s*(?:至|到|—|–|~|-| and )\s*(.+)", text, re.IGNORECASE
    )
    if not match:
        return None
    low, high = _single(match[1]), _single(match[2])
    if not low or not high or {low.comparator, high.comparator} != {"eq"}:
        return None
    value = low.value
    if low.unit != high.unit:
        if low.unit or not high.unit:
            return None
        # 30—50万元: the multiplier and the unit stand once, behind both.
        (last,) = numerals(match[2])[:1]
        digits = NUMERAL.match(match[2])
        scale = last.value / Decimal(digits["digits"]) if digits else Decimal(1)
        value = low.value * scale * units.unit_at(match[2], last.end)[1]
    if high.value <= value:
        return None
    return Quantity("between", value, high.unit, value_to=high.value)


def _change(text: str) -> Quantity | None:
    match = re.fullmatch(
        r"(?:从|由)(.+?)(?:提高|提升|增加|降低|调整|扩大|降)(?:至|到|为)(.+)"
        r"|from (.+?) to (.+)",
        text,
        re.IGNORECASE,
    )
    if not match:
        return None
    before, after = _single(match[1] or match[3]), _single(match[2] or match[4])
    if not before or not after or before.unit not in ("", after.unit):
        return None
    return Quantity(after.comparator, after.value, after.unit, previous=before.value)


def stated(text: str, unit: str) -> list[Decimal]:
    """The values in that unit that the text states, in its order.

    A numeral with no unit of its own counts for money and for counts.
    """
    if unit == "ratio":
        pairs = re.findall(r"(\d+(?:\.\d+)?)\s*[∶::]\s*(\d+(?:\.\d+)?)", text)
        return [Decimal(a) / Decimal(b) for a, b in pairs if Decimal(b)]
    found: list[tuple[int, Decimal]] = []
    for numeral in numerals(text):
        after = numeral.end + text.startswith("余", numeral.end)
        printed, factor, _end = units.unit_at(text, after)
        if printed == unit or (not printed and unit in ("CNY", "count", "multiple")):
            found.append((numeral.start, numeral.value * factor))
        elif {printed, unit} == {"count", "instance"}:
            found.append((numeral.start, numeral.value))
    for word, (value, of) in units.WORDS.items():
        if of == unit and word in text:
            found.append((text.index(word), value))
    return [value for _start, value in sorted(found)]


def comparator_of(text: str, numeral: Numeral) -> str:
    """The comparator whose word touches the numeral; ``eq`` where none does.

    A longer word may leave its base between (不低于当年新增投资额的20%), 约, 近 and 余
    may not: those of 签约, 近年 and 余额 say nothing of a number.
    """
    after = numeral.end
    if "余" in numeral.text or text.startswith("余", after):
        return "gt"
    _unit, _factor, end = units.unit_at(text, after)
    if (suffix := _SUFFIX.match(text, end)) and suffix[1] and suffix[1] != "余":
        return AFTER_WORDS[suffix[1]]
    head = text[: numeral.start]
    close = re.search(rf"({_alternatives(BEFORE_WORDS)})\s*{REACHES}\s*$", head, re.I)
    if close and head[: close.start()][-1:] not in PARTS_OF_WORDS:
        return BEFORE_WORDS[close[1].lower()]
    long = {word: c for word, c in BEFORE_WORDS.items() if word not in "约近超逾"}
    apart = re.search(rf"({_alternatives(long)})[^,,;;。]{{0,16}}$", head, re.I)
    return BEFORE_WORDS[apart[1].lower()] if apart else "eq"
