"""The closed list of units: the words that name each, and values in natural ones.

Values are kept in base units: yuan, percent (0.2‰ is 0.02), months (15年 is 180) and
days (一周 is 7).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

# Money by ISO 4217.
MONEY = ("CNY", "USD", "HKD")
UNITS = (
    *MONEY,
    "percent",
    "count",
    "instance",
    "month",
    "day",
    "multiple",
    "ratio",
    "tonne_year",
)

# Longer words before the shorter ones they begin with. A word that opens another one
# (3年级, 五成立) is no unit; neither are 工作日 and 百分点, which the list lacks.
_WORDS = (
    ("USD", "1", r"美元|(?:US dollars?|USD)(?![A-Za-z])"),
    ("HKD", "1", r"港元|港币|(?:Hong Kong dollars?|HKD)(?![A-Za-z])"),
    ("CNY", "1", r"元(?:人民币)?(?![件素化])|人民币|(?:yuan|CNY|RMB)(?![A-Za-z])"),
    ("percent", "1", r"%|(?:percent|per cent)(?![A-Za-z])"),
    ("percent", "0.1", r"‰"),
    ("percent", "10", r"成(?![立员果功交为本熟就效])"),
    ("multiple", "1", r"倍|times(?![A-Za-z])"),
    ("instance", "1", r"[家人户]?次|instances?(?![A-Za-z])"),
    ("month", "1", r"个月|months?(?![A-Za-z])"),
    ("month", "12", r"年期?(?![级度代])|years?(?![A-Za-z])"),
    ("day", "7", r"个?(?:周|星期)(?![期年])|weeks?(?![A-Za-z])"),
    ("day", "1", r"天|days?(?![A-Za-z])"),
    ("tonne_year", "1", r"吨(?:/年)?|tonnes? a year(?![A-Za-z])"),
    (
        "count",
        "1",
        r"个(?!工作日|百分点|季度)|家|只|笔|户|件|条|项|款|支|批次?|位|名|人|大|类|种|套"
        r"|台|部门?|份|宗|座|单|所",
    ),
)
_WORD = re.compile(
    r"[ \xa0]?(?:"
    + "|".join(f"(?P<w{n}>{words})" for n, (_, _, words) in enumerate(_WORDS))
    + ")"
)
# A hyphen joins English words only (36-month).
_HYPHENATED = re.compile(r"-(?=[a-z])")

# Quantities said without a numeral. 上半年 and 一季度 are periods, not durations.
_WHOLE_WORDS = (
    ("percent", Decimal(100), r"全覆盖"),
    ("month", Decimal(6), r"(?<![上下])半年"),
    ("month", Decimal(3), r"(?<![0-9一二三四上下本当前首末个])季度"),
)
_WHOLE_WORD = re.compile(
    "|".join(f"(?P<w{n}>{words})" for n, (_, _, words) in enumerate(_WHOLE_WORDS))
)


@dataclass(frozen=True)
class UnitWord:
    """A unit as a text names it: where the word ends, and what one of it holds."""

    end: int
    unit: str
    factor: Decimal


def word_at(text: str, start: int) -> UnitWord | None:
    """The unit named at that place of the text, or None."""
    if hyphen := _HYPHENATED.match(text, start):
        start = hyphen.end()
    match = _WORD.match(text, start)
    if match is None or match.lastgroup is None:
        return None
    unit, factor, _words = _WORDS[int(match.lastgroup[1:])]
    return UnitWord(match.end(), unit, Decimal(factor))


def whole_words(text: str) -> list[tuple[int, int, Decimal, str]]:
    """Start, end, value and unit of each quantity without a numeral: 半年, 全覆盖."""
    found = []
    for match in _WHOLE_WORD.finditer(text):
        if match.lastgroup is not None:
            unit, value, _words = _WHOLE_WORDS[int(match.lastgroup[1:])]
            found.append((match.start(), match.end(), value, unit))
    return found
