"""Values in the units people use: 1000万元, 3年, 1∶1; exact, never rounded."""

from decimal import Decimal

from registry.units import MONEY

# The largest scale that leaves at most so many decimals is used. Counts are read more
# closely than amounts: 1.5万 but 12345.
_DECIMALS = {"money": 4, "count": 2}
_SCALES = {
    "zh": ((12, "万亿"), (8, "亿"), (4, "万")),
    "en": ((12, " trillion"), (9, " billion"), (6, " million")),
}
# 2024年 is a date, so that a duration never has that many years.
_MOST_YEARS = 1000

_SHAPES = {
    "zh": {
        "CNY": "{}元",
        "USD": "{}美元",
        "HKD": "{}港元",
        "percent": "{}%",
        "instance": "{}次",
        "month": "{}个月",
        "year": "{}年",
        "day": "{}天",
        "multiple": "{}倍",
        "ratio": "{}∶1",
        "tonne_year": "{}吨/年",
    },
    "en": {
        "CNY": "{} yuan",
        "USD": "{} US dollars",
        "HKD": "{} Hong Kong dollars",
        "percent": "{}%",
        "instance": "{} instances",
        "month": "{} months",
        "year": "{} years",
        "day": "{} days",
        "multiple": "{} times",
        "ratio": "{}∶1",
        "tonne_year": "{} tonnes a year",
    },
}
_SINGULAR = {
    "USD": "{} US dollar",
    "HKD": "{} Hong Kong dollar",
    "instance": "{} instance",
    "month": "{} month",
    "year": "{} year",
    "day": "{} day",
    "tonne_year": "{} tonne a year",
}


def spell(value: Decimal, unit: str, language: str = "zh-hans") -> str:
    """The value in natural units, Chinese for any ``zh`` language, else English.

    10000000 CNY is ``1000万元`` or ``10 million yuan``, 36 month ``3年`` or
    ``3 years``. A count, and a value without a unit, is the number alone.
    """
    tongue = "zh" if language.startswith("zh") else "en"
    if unit == "month" and 0 < abs(value) < 12 * _MOST_YEARS and value % 12 == 0:
        value, unit = value / 12, "year"
    number = _number(value, unit, tongue)
    shape = _SHAPES[tongue].get(unit, "{}")
    if tongue == "en" and abs(value) == 1:
        shape = _SINGULAR.get(unit, shape)
    return shape.format(number)


def _number(value: Decimal, unit: str, tongue: str) -> str:
    """The number with the largest scale that suits the unit."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no number.")
    if unit in MONEY:
        most = _DECIMALS["money"]
    elif unit in ("", "count", "instance") and tongue == "zh":
        most = _DECIMALS["count"]
    else:
        return plain(value, tongue)
    for power, name in _SCALES[tongue]:
        # Built from its digits: arithmetic would round to the context's precision.
        scaled = Decimal((sign, digits, exponent - power))
        number = plain(scaled, tongue)
        if abs(scaled) >= 1 and len(number.partition(".")[2]) <= most:
            return number + name
    return plain(value, tongue)


def plain(value: Decimal, tongue: str = "zh") -> str:
    """All digits without an exponent or closing zeros, in thousands in English."""
    number = f"{value:,f}" if tongue == "en" else f"{value:f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return "0" if number == "-0" else number
