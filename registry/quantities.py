"""Quantities as people write them: read exactly, printed in natural units.

Values are in base units (yuan, percent, months, days; see `registry.units`) with at
most 15 significant digits, which both databases keep exactly.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from registry.comparators import COMPARATORS
from registry.readings import readings
from registry.spelling import spell
from registry.units import MONEY, UNITS

SIGNIFICANT_DIGITS = 15
LONGEST = 200

# 从1000万元提高至3000万元, from 10 million yuan to 30 million yuan
_CHANGE = re.compile(
    r"(?:从|由)(?P<old>.+?)"
    r"(?:(?:提高|提升|增加|增长|扩大|上调|上升|升高|延长|降低|下降|下调|减少|缩短|调整"
    r"|[增升提降])?(?:至|到))(?P<new>.+)"
    r"|[Ff]rom (?P<old_en>.+?) to (?P<new_en>.+)"
)

_PHRASES = {
    "zh": {
        "eq": "{}",
        "gt": "超过{}",
        "gte": "不低于{}",
        "lt": "低于{}",
        "lte": "不超过{}",
        "approx": "约{}",
        "approx_below": "近{}",
        "order": "{}级",
        "between": "{}至{}",
    },
    "en": {
        "eq": "{}",
        "gt": "more than {}",
        "gte": "at least {}",
        "lt": "less than {}",
        "lte": "up to {}",
        "approx": "about {}",
        "approx_below": "nearly {}",
        "order": "in the order of {}",
        "between": "{} to {}",
    },
}


class QuantityError(ValueError):
    """A text or value that is no quantity; the message says what is allowed."""


@dataclass(frozen=True)
class Quantity:
    """An exact value with its unit and comparator, and a former value where it changed.

    ``value_to`` is the upper end and goes with the comparator between. ``unit`` is
    empty where a text names none. Raises `QuantityError` for what no column could hold.
    """

    comparator: str
    value: Decimal
    unit: str
    value_to: Decimal | None = None
    previous: Decimal | None = None

    def __post_init__(self) -> None:
        _require_listed(self.comparator, COMPARATORS)
        _require_listed(self.unit, ("", *UNITS))
        for value in (self.value, self.value_to, self.previous):
            _require_exact(value)
        if (self.comparator == "between") != (self.value_to is not None):
            raise QuantityError(
                _("A second value goes with “between”, and “between” with a second.")
            )
        if self.value_to is not None and self.value_to <= self.value:
            raise QuantityError(
                _("A range ends above its beginning; %(high)s is not above %(low)s.")
                % {"low": self.value, "high": self.value_to}
            )


def parse(text: str, *, unit: str = "") -> Quantity:
    """The quantity that the whole text says: ``1.74万亿元``, ``不超过20万元``.

    ``unit`` is taken for a number that names none (``1000万``); empty leaves it open.
    Raises `QuantityError` for anything else, and for words it does not understand.
    """
    if len(text) > LONGEST:
        raise _not_read(text)
    stripped = text.strip()
    if change := _CHANGE.fullmatch(stripped):
        old, new = change["old"] or change["old_en"], change["new"] or change["new_en"]
        quantity = _changed(text, old.strip(), new.strip())
    else:
        quantity = _whole(text, stripped)
    return replace(quantity, unit=quantity.unit or unit)


def phrase(quantity: Quantity, language: str = "zh-hans") -> str:
    """The quantity in words: ``不超过1000万元``, ``up to 10 million yuan``.

    `parse` reads it back to the same quantity; a count needs ``unit="count"`` for that,
    since it is printed without a classifier.
    """
    chinese = language.startswith("zh")
    ends = [spell(quantity.value, quantity.unit, language)]
    if quantity.value_to is not None:
        ends.append(spell(quantity.value_to, quantity.unit, language))
    shape = _PHRASES["zh" if chinese else "en"][quantity.comparator]
    if chinese and quantity.comparator == "approx_below":
        # 近3年 would be the last three years.
        shape = "接近{}" if quantity.unit in ("month", "day") else shape
    if chinese and quantity.comparator == "order" and quantity.unit not in MONEY:
        shape = "{}量级"
    said = shape.format(*ends)
    if quantity.previous is None:
        return said
    former = spell(quantity.previous, quantity.unit, language)
    if not chinese:
        return f"from {former} to {said}"
    verb = "降至" if quantity.value < quantity.previous else "提高至"
    return f"从{former}{verb}{said}"


def _changed(text: str, old: str, new: str) -> Quantity:
    """``new`` with ``old`` as its previous value."""
    former, quantity = _whole(text, old), _whole(text, new)
    # 从1000万提高至3000万元 leaves the first unit out; 从1000提高至3000万元 is unclear.
    left_out = not former.unit and former.value >= 10_000
    if former.comparator != "eq" or not (left_out or former.unit == quantity.unit):
        raise _not_read(text)
    return replace(quantity, previous=former.value)


def _whole(text: str, part: str) -> Quantity:
    """The one number or range that fills the part; errors name the whole text."""
    found = readings(part)
    if not found or found[0].start != 0 or found[-1].end != len(part):
        raise _not_read(text)
    first, last = found[0], found[-1]
    if len(found) == 2 and first.said == last.said == ("between",):
        return Quantity("between", first.value, first.unit, value_to=last.value)
    if len(found) != 1 or len(first.said) > 1:
        raise _not_read(text)
    return Quantity(first.comparator, first.value, first.unit)


def _not_read(text: str) -> QuantityError:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return QuantityError(
        _(
            "“%(text)s” is not read as a quantity. Write one number with its unit, "
            "such as 1000万元, 92.84亿元, 1.23 trillion yuan, 20%%, 0.2‰, 五成, 3年, "
            "18个月, 7天, 1∶1, 1.9倍 or 2180笔; a range, such as 30万元至50万元; or a "
            "change, such as 从1000万元提高至3000万元. 不超过, 不低于, 超, 约, 近, "
            "以上, 以下, 余, up to, at least, more than and the like may touch the "
            "number; no other words may."
        )
        % {"text": shown}
    )


def _require_listed(name: str, allowed: tuple[str, ...]) -> None:
    if name not in allowed:
        raise QuantityError(
            _("“%(name)s” is not listed; use one of: %(allowed)s.")
            % {"name": name, "allowed": ", ".join(filter(None, allowed))}
        )


def _require_exact(value: Decimal | None) -> None:
    if value is None:
        return
    if not value.is_finite():
        raise QuantityError(_("%(value)s is no number.") % {"value": value})
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    if len(digits) > SIGNIFICANT_DIGITS:
        raise QuantityError(
            _("%(value)s has more than %(most)d significant digits.")
            % {"value": value, "most": SIGNIFICANT_DIGITS}
        )
