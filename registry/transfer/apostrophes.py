"""The apostrophe before a text that a spreadsheet would make something else of.

Excel and LibreOffice turn 50%, 1/2, 3:1, 5-3 and March 2025 of a CSV into numbers,
dates and times, and save them so; with an apostrophe before it a text stays one.
"""

import re

from registry.cells import DANGEROUS
from registry.transfer.tables import Column, Holds

_MONTH = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
# Digits with what numbers, percents, amounts, dates, times and fractions are made of;
# more than spreadsheets reinterpret, so that no language of theirs is left out.
_LIKE_A_VALUE = re.compile(
    r"(?=.*[0-9０-９])"
    rf"(?:[0-9０-９\s.,:;/\\+\-–−%‰()\[\]$€£¥￥'．，：／－％年月日号时時分秒上下午]"
    rf"|(?i:(?:{_MONTH})[a-z]*|[ap]\.?m\b|[et]|cny|rmb|usd))+",
    re.DOTALL,
)
_NAMED_VALUES = re.compile(r"(?i:true|false)|真|假|#[A-Z/0-9]+[!?]?")
_MONTHLY = re.compile(r"[0-9]{4}-[0-9]{2}")
_PLAIN = re.compile(r"0|[1-9][0-9]{0,14}")


def is_guarded(text: str, column: Column) -> bool:
    """Whether the text gets an apostrophe in a CSV.

    Numbers never do; of dates those that are known to the month, which Excel shows and
    saves as Apr-24; of codes no whole number and none of digits only, whose zeros come
    back.
    """
    if column.holds is Holds.NUMBER:
        return False
    if column.holds is Holds.DATE:
        return _MONTHLY.fullmatch(text) is not None
    if text.startswith(DANGEROUS):
        return True
    if column.digits and text.isdecimal():
        return False
    if column.holds is not Holds.TEXT and _PLAIN.fullmatch(text):
        return False
    stripped = text.strip()
    return bool(_LIKE_A_VALUE.fullmatch(stripped) or _NAMED_VALUES.fullmatch(stripped))


def guarded(text: str, column: Column) -> str:
    """The text as it stands in a CSV."""
    return f"'{text}" if is_guarded(text, column) else text


def restored(text: str, column: Column) -> str:
    """The text that `guarded` made this of; every other as it is."""
    own = text.startswith("'") and is_guarded(text[1:], column)
    return text[1:] if own else text
