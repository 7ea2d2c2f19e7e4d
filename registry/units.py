"""Units as texts print them, and how many of the registry's own units each holds."""

import re
from decimal import Decimal

# Printed form → (unit of the registry, how many of it). Months and days stay apart:
# a year is 12 months, a week 7 days, and no month is turned into days.
UNITS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("元人民币", "元", "yuan", "CNY", "RMB"), ("CNY", Decimal(1))),
    **dict.fromkeys(("美元", "US dollars", "USD"), ("USD", Decimal(1))),
    **dict.fromkeys(("港元", "HK dollars", "HKD"), ("HKD", Decimal(1))),
    **dict.fromkeys(("%", "％", "percent", "per cent"), ("percent", Decimal(1))),
    "‰": ("percent", Decimal("0.1")),
    "成": ("percent", Decimal(10)),
    **dict.fromkeys(("年期", "年", "years", "year"), ("month", Decimal(12))),
    **dict.fromkeys(("个季度", "季度", "quarters"), ("month", Decimal(3))),
    **dict.fromkeys(("个月", "月", "months", "month"), ("month", Decimal(1))),
    **dict.fromkeys(("周", "weeks", "week"), ("day", Decimal(7))),
    **dict.fromkeys(("天", "日", "days", "day"), ("day", Decimal(1))),
    **dict.fromkeys(("倍", "times"), ("multiple", Decimal(1))),
    **dict.fromkeys(("家次", "人次", "次", "instances"), ("instance", Decimal(1))),
    **dict.fromkeys(("吨", "tonnes a year"), ("tonne_year", Decimal(1))),
    **dict.fromkeys("个家户笔只款支项件条名位批张所人单份", ("count", Decimal(1))),
}
_LONGEST_FIRST = sorted(UNITS, key=len, reverse=True)
UNIT = re.compile("|".join(map(re.escape, _LONGEST_FIRST)), re.IGNORECASE)
_BY_LOWER = {printed.lower(): unit for printed, unit in UNITS.items()}

# Words that state a quantity without a numeral.
WORDS: dict[str, tuple[Decimal, str]] = {
    "全覆盖": (Decimal(100), "percent"),
    "每半年": (Decimal(6), "month"),
    "半年": (Decimal(6), "month"),
    "按季度": (Decimal(3), "month"),
    "每季度": (Decimal(3), "month"),
    "季度": (Decimal(3), "month"),
}


def unit_at(text: str, position: int) -> tuple[str, Decimal, int]:
    """(unit, factor, where it ends) printed there; ``("", 1, position)`` for none."""
    space = re.match(r"\s*", text[position:])
    start = position + (space.end() if space else 0)
    match = UNIT.match(text, start)
    if not match or (
        match[0].isascii() and match[0].isalpha() and text[match.end() :][:1].isalpha()
    ):
        return "", Decimal(1), position
    unit, factor = _BY_LOWER[match[0].lower()]
    return unit, factor, match.end()
