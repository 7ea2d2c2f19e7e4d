"""Quantities printed in natural units, in Chinese and English, without rounding."""

from decimal import Decimal

from registry.quantities import Quantity

CHINESE_SCALES = (("万亿", 10**12), ("亿", 10**8), ("万", 10**4), ("", 1))
ENGLISH_SCALES = (
    (" trillion", 10**12),
    (" billion", 10**9),
    (" million", 10**6),
    ("", 1),
)
MONEY = {"CNY": ("元", " yuan"), "USD": ("美元", " USD"), "HKD": ("港元", " HKD")}
COMPARATORS = {
    "eq": ("{}", "{}"),
    "gt": ("超过{}", "more than {}"),
    "gte": ("不低于{}", "at least {}"),
    "lt": ("低于{}", "less than {}"),
    "lte": ("不超过{}", "up to {}"),
    "approx": ("约{}", "about {}"),
    "approx_below": ("近{}", "nearly {}"),
    "order": ("{}级", "in the order of {}"),
}


def number(value: Decimal) -> str:
    """The value in plain digits, without an exponent or trailing zeros."""
    return f"{value.normalize():f}" if value else "0"


def spell(value: Decimal, unit: str, language: str = "zh-hans") -> str:
    """A value in the unit a reader expects: 1000万元, ``10 million yuan``, 3年, 0.02%.

    Exact: the largest scale that needs no more than four decimals, else plain digits.
    """
    english = language.startswith("en")
    if unit in MONEY:
        digits, scale = _scaled(value, english)
        return f"{digits}{scale}{MONEY[unit][english]}"
    if unit == "percent":
        return f"{number(value)}%"
    if unit == "month":
        return _months(value, english)
    if unit == "day":
        return _counted(value, "天", "day", english)
    if unit == "ratio":
        return f"{number(value)}∶1"
    suffixes = {
        "multiple": ("倍", " times"),
        "instance": ("次", " instances"),
        "tonne_year": ("吨", " tonnes a year"),
    }
    digits = f"{value.normalize():,f}" if english and value else number(value)
    return digits + suffixes.get(unit, ("", ""))[english]


def phrase(quantity: Quantity, language: str = "zh-hans") -> str:
    """A quantity with its comparator: 不超过1000万元, ``up to 10 million yuan``."""
    english = language.startswith("en")
    value = spell(quantity.value, quantity.unit, language)
    if quantity.previous is not None:
        before = spell(quantity.previous, quantity.unit, language)
        if english:
            return f"from {before} to {value}"
        turn = "降至" if quantity.value < quantity.previous else "提高至"
        return f"从{before}{turn}{value}"
    if quantity.value_to is not None:
        upper = spell(quantity.value_to, quantity.unit, language)
        return f"between {value} and {upper}" if english else f"{value}至{upper}"
    return COMPARATORS[quantity.comparator][english].format(value)


def _months(value: Decimal, english: bool) -> str:
    if value and value % 12 == 0:
        return _counted(value / 12, "年", "year", english)
    return _counted(value, "个月", "month", english)


def _counted(value: Decimal, chinese: str, word: str, english: bool) -> str:
    if not english:
        return number(value) + chinese
    return f"{number(value)} {word}" + ("" if value == 1 else "s")


def _scaled(value: Decimal, english: bool) -> tuple[str, str]:
    for name, scale in ENGLISH_SCALES if english else CHINESE_SCALES:
        scaled = value / scale
        places = -int(scaled.normalize().as_tuple().exponent)
        if abs(scaled) >= 1 and (places <= 4 or scale == 1):
            return number(scaled), name
    return number(value), ""
