"""What the numbers of a text state: value, unit and the comparator that touches them.

Typed amounts (`registry.quantities`) and the wordings that a fact was read from go
through the same reading, so that a form and a check of the evidence never disagree.
"""

import re
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, Decimal, Inexact, localcontext
from itertools import pairwise

from registry import comparators, units
from registry.numerals import FULL_WIDTH, Numeral, numerals

# Behind a numeral these make a date, a period, or a unit that the closed list lacks.
_NO_QUANTITY = re.compile(r"[ ]?[月日号]|季度|分[之点]|余?个?百分点|余?个工作日")
_YEAR_WORD = re.compile(r"[ ]?年(?!期(?!间))|[-—–至到][0-9]{4}年")
_MORE = re.compile("余(?!额)|多")
_RATIO = re.compile("[∶:]")
_RANGE = re.compile(r"[ ]?(?:[至到~～—–−-]|——)[ ]?|[ ]+to[ ]+")
_LIST = re.compile(r"[ ]?[、和及与或][ ]?|,?[ ](?:and|or)[ ]|,[ ]")
_FROM = ("从", "由", "from ", "From ")
_MINUS = "-−"
_BEFORE_MINUS = frozenset(" (（、，,:：至到~～")


@dataclass(frozen=True)
class Reading:
    """One number of a text with the words that belong to it.

    ``value`` is in base units (yuan, percent, months, days); ``unit`` is empty where
    the text names none. ``said`` holds each comparator that touches the number, eq
    excepted, in printed order; both ends of a range say between.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    said: tuple[str, ...]

    @property
    def comparator(self) -> str:
        """The last comparator that touches the number; eq where none does."""
        return self.said[-1] if self.said else "eq"


@dataclass
class _Number:
    """A number with the unit behind it, before its comparators are known."""

    start: int
    end: int
    value: Decimal
    unit: str
    factor: Decimal = Decimal(1)
    scale: Decimal = Decimal(1)
    inner: tuple[str, ...] = ()
    multiplied: bool = False  # ends in 万 or the like

    @property
    def duration(self) -> bool:
        return self.unit in ("month", "day")


def readings(text: str) -> list[Reading]:
    """Every number that the text states, in order.

    Dates (2024年, 7月3日) and ordinals (第十届) are none. In a list or range the unit
    at its end holds for all: 30、20、10万元.
    """
    plain = text.translate(FULL_WIDTH)
    with localcontext(prec=9 * len(plain) + 30, Emax=MAX_EMAX):
        numbers = _numbers(plain)
        _share_units(plain, numbers)
        found = _with_comparators(plain, numbers)
    for right in range(1, len(found)):
        if _is_range(plain, found[right - 1], found[right]):
            found[right - 1] = replace(found[right - 1], said=("between",))
            found[right] = replace(found[right], said=("between",))
    return found


def stated(text: str, unit: str) -> list[Decimal]:
    """The values in that unit that the text states, in order.

    Years count as 12 months, weeks as 7 days, ‰ and 成 as percent, a∶b as a/b. Where
    the text names the unit nowhere: the numbers with no unit (突破万亿, 45 branches).
    """
    return [reading.value for reading in _in_unit(text, unit)]


def comparators_in(text: str, unit: str) -> list[str]:
    """The comparators of the values that `stated` gives, in the same order."""
    return [reading.comparator for reading in _in_unit(text, unit)]


def _in_unit(text: str, unit: str) -> list[Reading]:
    found = readings(text)
    return [r for r in found if r.unit == unit] or [r for r in found if not r.unit]


def _numbers(text: str) -> list[_Number]:
    found = [_Number(*word) for word in units.whole_words(text)]
    previous: Numeral | None = None
    for numeral in numerals(text):
        left, previous = previous, numeral
        if _is_date_or_ordinal(text, numeral):
            continue
        if left and _RATIO.fullmatch(text, left.end, numeral.start):
            found = [number for number in found if number.start != left.start]
            found += _ratio(left, numeral)
        else:
            found.append(_measured(text, numeral))
    return sorted(found, key=lambda number: number.start)


def _is_date_or_ordinal(text: str, numeral: Numeral) -> bool:
    """Whether the numeral names a day, a year or a rank instead of a quantity."""
    is_year = 1900 <= numeral.value < 2200 and _YEAR_WORD.match(text, numeral.end)
    return bool(
        is_year
        or text.endswith("第", 0, numeral.start)
        or _NO_QUANTITY.match(text, numeral.end)
    )


def _ratio(left: Numeral, right: Numeral) -> list[_Number]:
    """a∶b as a/b; nothing where that has no exact value (1∶3) or is a time (11:00)."""
    with localcontext() as context:
        context.traps[Inexact] = True
        try:
            value = left.value / right.value
        except ArithmeticError:
            return []
    return [_Number(left.start, right.end, value, "ratio")]


def _measured(text: str, numeral: Numeral) -> _Number:
    """The number with 余 or 多, and the unit behind it."""
    number = _Number(numeral.start, numeral.end, numeral.value, "", scale=numeral.scale)
    number.multiplied = numeral.text[-1] in "十百千万亿"
    if "余" in numeral.text or "多" in numeral.text:
        number.inner = ("gt",)
    elif (more := _MORE.match(text, number.end)) and (
        # 多 is part of another word (多元) unless a unit follows.
        more[0] == "余" or units.word_at(text, more.end())
    ):
        number.inner, number.end = ("gt",), more.end()
    if word := units.word_at(text, number.end):
        number.unit, number.factor, number.end = word.unit, word.factor, word.end
        number.value *= word.factor
        if word.factor == 12 and text.startswith("半", word.end):
            number.value, number.end = number.value + 6, word.end + 1
    return number


def _share_units(text: str, numbers: list[_Number]) -> None:
    """Give numbers without a unit that of the next in the same list or range."""
    for this, following in reversed(list(pairwise(numbers))):
        gap = (this.end, following.start)
        joined = _LIST.fullmatch(text, *gap)
        if this.unit or not following.unit or following.unit == "ratio":
            continue
        if not joined and not _RANGE.fullmatch(text, *gap):
            continue
        this.unit, this.factor = following.unit, following.factor
        this.value *= this.factor
        scaled = this.value * following.scale
        # 500至1000万元 begins at 500万元; 5000至1万元 can't begin at 5000万元.
        if this.scale == 1 and (joined or scaled < following.value):
            this.value, this.scale = scaled, following.scale


def _with_comparators(text: str, numbers: list[_Number]) -> list[Reading]:
    found: list[Reading] = []
    leading: list[str] = []
    for number in numbers:
        since = found[-1].end if found else 0
        start, value = number.start, number.value
        if _is_minus(text, start - 1, since):
            start, value = start - 1, -value
        continues = (
            bool(found)
            and number.unit == found[-1].unit
            and _LIST.fullmatch(text, since, start) is not None
        )
        begins, words = comparators.before(text, start, since, duration=number.duration)
        if words:
            leading = words
        elif limits := comparators.limit_over_base(text, start, since):
            leading = limits
        elif not continues:
            leading = []
        end, behind = comparators.after(text, number.end, duration=number.duration)
        if behind == ["order"] and not (
            number.unit or number.multiplied or text[end - 2] == "量"
        ):
            end, behind = number.end, []  # 一级, 三级: a rank, not an order
        every = dict.fromkeys([*leading, *number.inner, *behind])
        said = tuple(word for word in every if word != "eq")
        found.append(Reading(begins, end, value, number.unit, said))
    return found


def _is_minus(text: str, place: int, since: int) -> bool:
    """Whether a minus sign stands there: none joins two numbers (2025-2027)."""
    if place < since or text[place] not in _MINUS:
        return False
    if since and not text[since:place].strip():
        return False
    return (
        place == 0
        or text[place - 1] in _BEFORE_MINUS
        or bool(comparators.before(text, place, since)[1])
    )


def _is_range(text: str, left: Reading, right: Reading) -> bool:
    return (
        _RANGE.fullmatch(text, left.end, right.start) is not None
        and left.unit == right.unit
        and left.value < right.value
        and not left.said
        and not right.said
        and not text.endswith(_FROM, 0, left.start)
    )
