"""Partial dates as text: ``2024``, ``2024-04``, ``2024-04-01``.

Plain text order sorts them. What words such as 去年4月 mean is in
`registry.relative_dates`.
"""

import re
from calendar import monthrange
from datetime import date

from django.utils.translation import gettext_lazy as _

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_CHINESE = re.compile(
    r"([0-9]{4})\s*年(?:\s*([0-9]{1,2})\s*月(?:\s*([0-9]{1,2})\s*日)?)?"
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class DateError(ValueError):
    """A text that is no partial date; the message says what is allowed."""


def parse(text: str) -> str:
    """The partial date in its stored form; 2024年4月1日, 2024年4月 and 2024年 are read.

    Raises `DateError`, which names these forms, for anything else and for days that no
    calendar has.
    """
    stripped = text.strip()
    match = _ISO.fullmatch(stripped) or _CHINESE.fullmatch(stripped)
    if match is None:
        raise _no_date(text)
    return spelled_out(*(int(part) for part in match.groups() if part))


def spelled_out(year: int, month: int | None = None, day: int | None = None) -> str:
    """The stored form of a date known so far; `DateError` for a day that is none."""
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        known = [part for part in (month, day) if part is not None]
        given = "-".join([f"{year:04}", *(f"{part:02}" for part in known)])
        raise _no_date(given) from error
    text = f"{year:04}"
    for part in (month, day):
        text += "" if part is None else f"-{part:02}"
    return text


def first_day(text: str) -> date:
    """The first day that the partial date covers."""
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The last day that the partial date covers."""
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def lower_bound(text: str) -> str:
    """What a column is compared with for “begins no earlier than ``text`` does”.

    For every partial date r: ``first_day(r) >= first_day(text)`` if and only if
    ``r >= lower_bound(text)`` as plain text.
    """
    day = first_day(text).isoformat()
    if day.endswith("-01-01"):
        return day[:4]
    return day[:7] if day.endswith("-01") else day


def upper_bound(text: str) -> str:
    """What a column with ``-99`` behind it is compared with for “ends no later”.

    For every partial date r: ``last_day(r) <= last_day(text)`` if and only if
    ``r + "-99" <= upper_bound(text)`` as plain text.
    """
    day = last_day(text)
    if day.day != monthrange(day.year, day.month)[1]:
        return f"{day.isoformat()}-99"
    return f"{day.isoformat()[: 4 if day.month == 12 else 7]}-99"


def spell(text: str, language: str = "zh-hans") -> str:
    """The date for readers, alike in every browser: 2024年4月1日, ``1 Apr 2024``."""
    year, month, day = _parts(text)
    if language.startswith("zh"):
        parts = ((year, "年"), (month, "月"), (day, "日"))
        return "".join(f"{number}{name}" for number, name in parts if number)
    shown = [str(day)] if day else []
    shown += [_MONTHS[month - 1]] if month else []
    return " ".join([*shown, str(year)])


def add_months(text: str, months: int) -> str:
    """The end of a validity: so many months after the date, known as far as it is.

    The first day does not count and the corresponding day is the last; where the month
    has none, its last day (Civil Code, articles 201 and 202). A year alone takes whole
    years only; otherwise, and beyond the year 9999, raises `DateError`.
    """
    year, month, day = _parts(text)
    years, index = divmod((month or 1) - 1 + months, 12)
    year += years
    if (not month and index) or not 1 <= year <= 9999:
        raise DateError(
            _("No date is %(months)d months from %(text)s; give a month (2024-04).")
            % {"months": months, "text": text}
        )
    if not month:
        return spelled_out(year)
    if not day:
        return spelled_out(year, index + 1)
    return spelled_out(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month and day, 0 for what is not known."""
    match = _ISO.fullmatch(text)
    if match is None:
        raise _no_date(text)
    spelled_out(*(int(part) for part in match.groups() if part))
    year, month, day = (int(part or 0) for part in match.groups())
    return year, month, day


def _no_date(text: str) -> DateError:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return DateError(
        _(
            "“%(text)s” is no date. Write 2024, 2024-04, 2024-04-01, 2024年, 2024年4月 "
            "or 2024年4月1日, a day of the calendar."
        )
        % {"text": shown}
    )
