"""What a cell's text means in its column: the registry's own form, or what is wrong.

A number keeps its wording (1000万元), which is read where its unit is known; dates,
codes and yes or no get their stored form.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from registry import dates
from registry.numerals import FULL_WIDTH
from registry.transfer.sentences import Refused, shown
from registry.transfer.tables import Column, Holds

YES, NO = "true", "false"
_YES_NO = dict.fromkeys(("1", "true", "yes", "y", "是"), YES) | dict.fromkeys(
    ("0", "false", "no", "n", "否"), NO
)

_BETWEEN = re.compile(r"[\s,;，；、]+")
_SHORTENED = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COMMAS = re.compile(r"[+-]?[0-9.]*,[0-9.,]*")
_PARTS = re.compile(
    r"([0-9]{4})(?P<sep>[/.-])([0-9]{1,2})(?:(?P=sep)([0-9]{1,2}))?"
    r"(?: 0{1,2}:00(?::00)?)?"
)
_SERIAL = re.compile(r"[0-9]{5}")
_DAY_ZERO = date(1899, 12, 30)


def understood(text: str, column: Column) -> str:
    """The cell's text in the form that its column keeps; raises `Refused`."""
    if "\0" in text:
        raise Refused(_("The cell has a NUL character, which no text may have."))
    meaning = _MEANINGS.get(column.holds, _kept)
    return meaning(text, column)


def _kept(text: str, column: Column) -> str:
    return text


def _stripped(text: str, column: Column) -> str:
    return text.strip()


def _code(text: str, column: Column) -> str:
    code = text.strip()
    if _SHORTENED.fullmatch(code) and "+" in code:
        raise _digits_lost(code)
    return with_zeros(code, column.digits) if column.digits else code


def _codes(text: str, column: Column) -> str:
    codes = filter(None, _BETWEEN.split(text))
    return " ".join(_code(code, column) for code in codes)


def with_zeros(code: str, digits: int) -> str:
    """The code with the zeros that a spreadsheet took for those of a number."""
    return code.zfill(digits) if re.fullmatch("[0-9]+", code) else code


def _number(text: str, column: Column) -> str:
    number = text.translate(FULL_WIDTH).replace("，", ",").strip()
    if _SHORTENED.fullmatch(number):
        raise _digits_lost(number)
    if _THOUSANDS.fullmatch(number):
        return number.replace(",", "")
    if _COMMAS.fullmatch(number):
        raise Refused(
            _(
                "“%(text)s” can be read in two ways. Write thousands as 1,000 or 1000 "
                "and decimals as 1.5."
            ),
            text=shown(text),
        )
    # Anything with words keeps its wording, full-width characters included.
    return number if re.fullmatch(r"[+-]?[0-9.]+%?", number) else text.strip()


def _digits_lost(text: str) -> Refused:
    return Refused(
        _(
            "“%(text)s” is a number that a spreadsheet shortened: its digits are gone. "
            "Format the column as text or as a number without exponent, and write the "
            "number again."
        ),
        text=shown(text),
    )


def _date(text: str, column: Column) -> str:
    written = text.translate(FULL_WIDTH).strip()
    if not written:
        return ""
    parts = _PARTS.fullmatch(written)
    # 2024.1 may be a number that was 2024.10.
    if parts and not (parts["sep"] == "." and parts[4] is None):
        written = "-".join(
            part.zfill(2) for part in (parts[1], parts[3], parts[4]) if part
        )
    if _SERIAL.fullmatch(written):
        raise Refused(
            _(
                "“%(text)s” is no date but may be a spreadsheet's number for the day "
                "%(day)s. Write the date: 2024, 2024-04 or 2024-04-01."
            ),
            text=written,
            day=(_DAY_ZERO + timedelta(days=int(written))).isoformat(),
        )
    try:
        return dates.parse(written)
    except dates.DateError:
        raise Refused("%(sentence)s", sentence=_no_date(text.strip())) from None


def _why_no_date(text: str) -> str:
    try:
        dates.parse(text)
    except dates.DateError as error:
        return str(error)
    return ""


# Of the language in which it is read, not of the one in which the file was.
_no_date = lazy(_why_no_date, str)


def _yes_no(text: str, column: Column) -> str:
    word = text.strip().lower()
    if not word:
        return ""
    if word not in _YES_NO:
        raise Refused(
            _("“%(text)s” is neither yes nor no. Write 是 or 否, yes or no, 1 or 0."),
            text=shown(text),
        )
    return _YES_NO[word]


_MEANINGS: dict[Holds, Callable[[str, Column], Any]] = {
    Holds.CODE: _code,
    Holds.CODES: _codes,
    Holds.CHOICE: _stripped,
    Holds.NUMBER: _number,
    Holds.DATE: _date,
    Holds.YES_NO: _yes_no,
}
