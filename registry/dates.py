"""Partial dates: text of year, month or day (``2024``, ``2024-04``, ``2024-04-01``).

Plain text order sorts them; empty text means not stated. Words of a text (去年4月, 今年
一季度) resolve against the document's own date.
"""

import calendar
import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

FORMS = re.compile(
    r"(?P<year>\d{4})(?:(?:-|年)(?P<month>\d{1,2})(?:(?:-|月)(?P<day>\d{1,2})日?)?)?[年月]?"
)
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name)}


def parse(text: str) -> str:
    """The partial date in its one form; 2024年4月 is read too.

    Raises ``ValueError`` that names the accepted forms.
    """
    match = FORMS.fullmatch(text.strip())
    if match:
        parts = [match["year"], match["month"], match["day"]]
        known = [int(part) for part in parts if part]
        try:
            date(*([*known, 1, 1])[:3])
        except ValueError:
            match = None
        else:
            return "-".join(f"{n:04}" if n == known[0] else f"{n:02}" for n in known)
    raise ValueError(
        _("“%(text)s” is no date. Write 2024, 2024-04, 2024-04-01 or 2024年4月1日.")
        % {"text": text}
    )


def first_day(text: str) -> date:
    """The first day that the partial date may mean."""
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """The last day that the partial date may mean."""
    parts = list(map(int, text.split("-")))
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    if len(parts) == 3:
        return date(*parts)
    return date(year, month, calendar.monthrange(year, month)[1])


def lower_bound(text: str) -> str:
    """What a column compares with as text: its first day ≥ this one's, iff it is ≥."""
    day = first_day(text).isoformat()
    return day.removesuffix("-01").removesuffix("-01")


def upper_bound(text: str) -> str:
    """Likewise for last days: iff the column with ``-99`` behind it is ≤ this."""
    day = last_day(text)
    if day != last_day(f"{day:%Y-%m}"):
        return f"{day.isoformat()}-99"
    return f"{day:%Y}-99" if day.month == 12 else f"{day:%Y-%m}-99"


def spell(text: str, language: str = "zh-hans") -> str:
    """The date as a reader expects it, whatever the browser's own habits."""
    parts = text.split("-") if text else []
    if language.startswith("en"):
        if len(parts) < 2:
            return text
        month = calendar.month_abbr[int(parts[1])]
        return " ".join([*(str(int(day)) for day in parts[2:]), month, parts[0]])
    units = ("年", "月", "日")
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(parts, units, strict=False)
    )


def add_months(text: str, months: int) -> str:
    """The day on which a validity of so many months from that day lapses.

    The corresponding day is the last one (Civil Code, articles 201 and 202).
    """
    start = first_day(text)
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day).isoformat()


def resolve(words: str, today: str) -> tuple[str, str]:
    """First and last date of the period that words of a text dated ``today`` mean.

    The first is empty for a date alone (as of, until). Raises ``ValueError`` for words
    that it does not know.
    """
    year = int(today[:4])
    text = re.sub(r"\s", "", words)
    text = re.sub(
        r"^(截至|截止|到|至|于|自|从|力争|在)|(期间|底前|以来|的时间)$", "", text
    )
    text = text.replace("年年", "年").replace("去年", f"{year - 1}年")
    text = re.sub(r"今年|本年|年内", f"{year}年", text)
    if found := _relative(text, words, today):
        return found
    first, until, last = re.fullmatch(r"(.*?)(至今|至|到|$)(.*)", text).groups()  # type: ignore[union-attr]
    if until == "至今":
        return _day(first.removesuffix("上线"), year)[1], today[:7]
    if until:
        return _day(first, year)[1], _day(last, year)[1]
    return _day(first, year)


def _relative(text: str, words: str, today: str) -> tuple[str, str] | None:
    year = int(today[:4])
    if match := re.search(r"近(\d+)个月", text):
        back = first_day(today[:7]) - timedelta(days=1)
        for _step in range(int(match[1]) - 1):
            back = back.replace(day=1) - timedelta(days=1)
        return f"{back:%Y-%m}", today[:7]
    if match := re.search(r"(?:(\d{4})年)?([一二三四])季度$", text):
        quarter = "一二三四".index(match[2])
        of = match[1] or year
        return f"{of}-{quarter * 3 + 1:02}", f"{of}-{quarter * 3 + 3:02}"
    if re.search(r"(未来|今后)五年", text) or "next five years" in words.lower():
        return "", str(year + 5)
    if match := re.search(r"(\d+)年左右", text):
        return "", str(year + int(match[1]))
    match = re.search(r"(?i)as of ([a-z]+) (\d{4})", words)
    if match and match[1].lower() in MONTHS:
        return "", f"{match[2]}-{MONTHS[match[1].lower()]:02}"
    return None


def _day(text: str, year: int) -> tuple[str, str]:
    """One date in words: 2025年3月末, 5月末, 7月3日, 2024年底, 年初, 2024年."""
    match = re.fullmatch(
        r"(?:(\d{4})年?)?(?:(\d{1,2})月(?:份)?(?:(\d{1,2})日)?)?(末|底|初|年底|年末|年初)?",
        text,
    )
    if not match or not text:
        raise ValueError(f"{text!r}: no known words for a time.")
    given, month, day, edge = match.groups()
    known = str(given or year)
    if month:
        known += f"-{int(month):02}"
    if day:
        known += f"-{int(day):02}"
    known = parse(known)
    if edge and edge[-1] in "末底":
        return "", last_day(known).isoformat()
    if given and not month and not edge:
        return known, known
    return "", known
