"""What the words for a time mean, read from the date of the document they stand in.

A period has a start and an end; a point in time (截至, 到, 末, 底) has an end alone,
and an end is known as far as the words say: 到2027年 is 2027, 2027年底 its last day.
"""

import re

from django.utils.translation import gettext_lazy as _

from registry.dates import DateError, add_months, last_day, parse, spelled_out
from registry.numerals import FULL_WIDTH, numerals

Period = tuple[str, str]

_YEARS_BACK = {"前年": 2, "去年": 1, "今年": 0, "本年": 0, "当年": 0, "明年": -1}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}

_YEAR = rf"(?:(?P<year>[0-9]{{4}})年|(?P<back>{'|'.join(_YEARS_BACK)}))"
_COUNT = r"(?P<count>[0-9]+|[一二三四五六七八九十两]+|[a-z]+)"

# The parts of a year, each with or without the year before it.
_IN_YEAR = re.compile(
    rf"{_YEAR}?(?:"
    r"(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日|(?P<month_end>[末底])|[初份])?"
    r"|第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>[末底])?"
    r"|(?P<half>[上下])半年"
    r")(?:期间)?"
)
_WHOLE_YEAR = re.compile(rf"{_YEAR}(?:全年|年度|度|年?初|年?内|期间)?|年[初内]")
_YEAR_END = re.compile(rf"{_YEAR}年?[末底]|年[末底]")
_ENGLISH = re.compile(
    rf"(?:in )?(?P<end>the end of )?"
    rf"(?:(?P<name>{'|'.join(_MONTHS)})[a-z]* )?(?P<year>[0-9]{{4}})"
)

_UNTIL = re.compile(
    r"(?:截至|截止|到|至)(?P<point>.+)|(?:as of|by|until) (?P<point_en>.+)"
)
_BEGUN = "(?:上线|推出|成立|启动|实施|开展|发布|设立)"
_SINCE = re.compile(rf"[自从]?(?P<point>.+?[年月日初]){_BEGUN}?(?:以来|至今)")
# What began then may be named: 从5月推出债券市场“科技板”到6月30日.
_EVENT = re.compile(rf"(?<=[年月日初]){_BEGUN}.*")
_SPAN = re.compile(r"[自从]?(?P<start>.+?)\s?(?:至|到|[-—–])\s?(?P<end>.+)")
_RECENT = re.compile(rf"最?近{_COUNT}(?:(?P<months>个月)|年)")
_AHEAD = re.compile(
    rf"(?:未来|今后){_COUNT}年|通过{_COUNT.replace('count', 'about')}年(?:左右)?的时间"
    rf"|(?:over|in|within) the next {_COUNT.replace('count', 'next')} years"
)


def resolve(words: str, today: str) -> Period:
    """Start and end of what the words mean in a document dated ``today``.

    ``去年4月上线至今`` in a document of 2025-07-02 is ``("2024-04", "2025-07")``; a
    point in time has no start: ``截至2025年3月末`` is ``("", "2025-03-31")``. Raises
    `DateError` for words it does not know, and where ``today`` is known
    less far than they need.
    """
    said = " ".join(words.translate(FULL_WIDTH).lower().split())
    if match := _RECENT.fullmatch(said):
        return _recent(match, today)
    if match := _AHEAD.fullmatch(said):
        count = match["count"] or match["about"] or match["next"]
        return "", spelled_out(_year_of(today) + _whole(count, words))
    if match := _UNTIL.fullmatch(said):
        _start, end = _period(match["point"] or match["point_en"], today, words)
        return "", end
    if match := _SINCE.fullmatch(said):
        start, end = _period(match["point"], today, words)
        return start or end, _month_of(today)
    found = _simple(said, today)
    if found is None and (match := _SPAN.fullmatch(said)):
        return _span(match["start"], match["end"], today, words)
    if found is None:
        raise _unknown(words)
    return found


def _span(first: str, last: str, today: str, words: str) -> Period:
    first = _EVENT.sub("", first)
    if re.fullmatch("[0-9]{4}", first) and last.endswith("年"):
        first += "年"  # 2025—2027年
    start, only = _period(first, today, words)
    start = start or only
    # The year stands once: 2024年5月至6月.
    _start, end = _period(last, start, words)
    if end < start:
        raise _unknown(words)
    return start, end


def _recent(match: re.Match[str], today: str) -> Period:
    """From the month (or year) so many before to the document's own."""
    count = _whole(match["count"], match[0])
    if match["months"]:
        month = _month_of(today)
        return add_months(month, -count), month
    year = _year_of(today)
    return spelled_out(year - count), spelled_out(year)


def _period(said: str, today: str, words: str) -> Period:
    found = _simple(said, today)
    if found is None:
        raise _unknown(words)
    return found


def _simple(said: str, today: str) -> Period | None:
    """One date, month, quarter, half year or year; None for other words."""
    try:
        known = parse(said)
    except DateError:
        pass
    else:
        return known, known
    if match := _ENGLISH.fullmatch(said):
        month = _MONTHS.index(match["name"]) + 1 if match["name"] else None
        known = spelled_out(int(match["year"]), month)
        return ("", last_day(known).isoformat()) if match["end"] else (known, known)
    if match := _YEAR_END.fullmatch(said):
        return "", spelled_out(_named_year(match, today), 12, 31)
    if match := _WHOLE_YEAR.fullmatch(said):
        known = spelled_out(_named_year(match, today))
        return known, known
    if match := _IN_YEAR.fullmatch(said):
        return _within(match, _named_year(match, today))
    return None


def _within(match: re.Match[str], year: int) -> Period:
    if match["month"]:
        day = int(match["day"]) if match["day"] else None
        known = spelled_out(year, int(match["month"]), day)
        at_end = match["month_end"]
        return ("", last_day(known).isoformat()) if at_end else (known, known)
    if match["half"]:
        first, last = (1, 6) if match["half"] == "上" else (7, 12)
    else:
        quarter = _QUARTERS.get(match["quarter"]) or int(match["quarter"])
        first, last = 3 * quarter - 2, 3 * quarter
    end = spelled_out(year, last)
    if match["quarter_end"]:
        return "", last_day(end).isoformat()
    return spelled_out(year, first), end


def _named_year(match: re.Match[str], today: str) -> int:
    """The year that the words name or point to; the document's where they do not."""
    if match["year"]:
        return int(match["year"])
    return _year_of(today) - _YEARS_BACK.get(match["back"] or "", 0)


def _whole(count: str, words: str) -> int:
    found = numerals(count)
    if len(found) != 1 or found[0].text != count or not 0 < found[0].value < 1000:
        raise _unknown(words)
    return int(found[0].value)


def _year_of(today: str) -> int:
    return int(parse(today)[:4])


def _month_of(today: str) -> str:
    month = parse(today)[:7]
    if len(month) < 7:
        raise DateError(
            _("These words need the document's month; it is dated %(today)s only.")
            % {"today": today}
        )
    return month


def _unknown(words: str) -> DateError:
    shown = words if len(words) <= 40 else words[:40] + "…"
    return DateError(
        _(
            "“%(words)s” names no time. Known are dates (2024年4月1日, 5月末, "
            "2024年底), periods (去年4月, 今年一季度, 上半年, 2024年期间, 近1个月, "
            "5月7日至6月30日, 去年4月上线至今), ends (截至2025年3月末, 到2027年, "
            "未来五年, 通过3年左右的时间), as of March 2025, over the next five years."
        )
        % {"words": shown}
    )
