"""What a cell's number format shows: a date and how far, a percentage, words."""

import re
from dataclasses import dataclass
from functools import lru_cache

# By number, as the file format gives them; 27 to 36 and 50 to 58 as Chinese Excel does.
_YEAR_MONTH = 'yyyy"年"m"月"'
_MONTH_DAY = 'm"月"d"日"'
_HOUR = 'h"时"mm"分"'
BUILT_IN = {
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    "27": _YEAR_MONTH,
    "28": _MONTH_DAY,
    "29": _MONTH_DAY,
    "30": "m-d-yy",
    "31": 'yyyy"年"m"月"d"日"',
    "32": _HOUR,
    "33": 'h"时"mm"分"ss"秒"',
    "34": _HOUR,
    "35": 'h"时"mm"分"ss"秒"',
    "36": _YEAR_MONTH,
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mmss.0",
    "48": "##0.0E+0",
    "49": "@",
    "50": _YEAR_MONTH,
    "51": _MONTH_DAY,
    "52": _YEAR_MONTH,
    "53": _MONTH_DAY,
    "54": _MONTH_DAY,
    "55": _HOUR,
    "56": 'h"时"mm"分"ss"秒"',
    "57": _YEAR_MONTH,
    "58": _MONTH_DAY,
}

# What comes before the first semicolon that stands in no quotation marks.
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_BRACKET = re.compile(r"\[[^\]]*\]")
_FILLER = re.compile(r"[_*].")
_EXPONENT = re.compile(r"e[+-]")
_HALF_DAY = re.compile(r"am/pm|a/p|上午/下午")
_DECIMALS = re.compile(r"\.(0+)")
_SCALED = re.compile(r"[0#?],+(?![0#?])")
# Signs that leave the number what it is.
_HARMLESS = set(" ¥￥-+()_,.:/\u00a0")


@dataclass(frozen=True)
class Shown:
    """What of a number a format shows.

    ``year`` to ``time`` are for dates; ``percent`` for a hundredfold; ``decimals``
    are those that it always shows; ``words`` for a number told in other units: 0"万元".
    """

    year: bool = False
    month: bool = False
    day: bool = False
    time: bool = False
    percent: bool = False
    decimals: int = 0
    words: bool = False

    @property
    def moment(self) -> bool:
        return self.year or self.month or self.day or self.time


@lru_cache(maxsize=1000)
def shown_by(format_: str) -> Shown:
    """What the number format shows of a positive number."""
    if format_.lower() in ("", "general", "@", "standard", "g/通用格式"):
        return Shown()
    positive = _SECTION.match(format_)[0]  # type: ignore[index]  # matches anything
    literal = "".join(a or b for a, b in _LITERAL.findall(positive))
    bare = _LITERAL.sub(" ", positive).lower()
    literal += "".join(_CURRENCY.findall(bare))
    elapsed = _ELAPSED.search(bare) is not None
    bare = _FILLER.sub("", _BRACKET.sub("", bare))
    halves = _HALF_DAY.search(bare) is not None
    exponent = _EXPONENT.search(bare) is not None
    bare = _HALF_DAY.sub("", _EXPONENT.sub("", bare))
    time = elapsed or halves or "h" in bare or "s" in bare
    if time or re.search("[ymd]", bare):
        # Beside hours or seconds m is minutes, unless there are days or years.
        month = "m" in bare and (not time or bool(re.search("[yd]", bare)))
        return Shown(year="y" in bare, month=month, day="d" in bare, time=time)
    decimals = None if exponent else _DECIMALS.search(bare)
    return Shown(
        percent="%" in bare,
        decimals=len(decimals[1]) if decimals else 0,
        words=bool(set(literal + re.sub(r"[0#?%@]", "", bare)) - _HARMLESS)
        or _SCALED.search(bare) is not None,
    )
