"""What a clause of a text, or a summary, says that the records of its passage lack."""

import re
from collections.abc import Iterator

from programs.evidence import Finding
from programs.rows import Row, Rows
from registry.numerals import numerals
from registry.readings import readings

# Words of a clause that date a figure, and that say what a share is a share of.
DATE = re.compile(
    r"截至(?!目前)|[12]\d{3}年|\d{1,2}月|[去今前]年|上年|年[末底初]|季度|上半年"
    r"|(?:as of|in|by) (?:\w+ )?\d{4}",
    re.IGNORECASE,
)
CLAUSE_ENDS = ",;\uff0c\uff1b。\n"
BASE = re.compile(
    "(?:总额|余额|新增额|投资额|交易额|价款|(?<!担)保费|出资额)(?=.{0,12}[%∶])"
)


def around(text: str, start: int, end: int) -> str:
    """The clause in which that stretch stands, after one that only dates it."""
    first = max(text.rfind(mark, 0, start) for mark in CLAUSE_ENDS) + 1
    before = re.split(f"[{CLAUSE_ENDS}]", text[:first].rstrip(CLAUSE_ENDS))[-1]
    dating = before if len(before) < 16 and DATE.search(before) else ""
    ends = [place for mark in CLAUSE_ENDS if (place := text.find(mark, end)) >= 0]
    return dating + text[first : min(ends, default=len(text))]


def unsaid(rows: Rows, code: str, clause: str) -> Iterator[Finding]:
    """A date, or what a share is of, that the clause has and the row lacks."""
    figure, term = rows["figure"].get(code), rows["term"].get(code)
    if figure and not figure["period_end"] and not figure["period_as_written"]:
        told = DATE.search(clause)
        if figure["nature"] != "target" and told:
            yield Finding(code, f"no period, but its clause says {told[0]}")
    share = term and term["unit"] in ("percent", "ratio") and not term["base"]
    if share and (told := BASE.search(clause)):
        yield Finding(code, f"no base, but its clause says {told[0]}")


def summarised(code: str, passage: Row, told: list[str]) -> Iterator[Finding]:
    """Quantities of the summary that no record, name or date of the passage has."""
    known = {numeral.value for text in told for numeral in numerals(text)}
    known |= {reading.value for text in told for reading in readings(text)}
    summary = passage["summary"]
    for reading in readings(summary):
        printed = {
            numeral.value
            for numeral in numerals(summary)
            if reading.start <= numeral.start < reading.end
        }
        # Chinese digits without a unit are parts of words: 一体化, 三方.
        stated = reading.unit or re.search(r"\d", summary[reading.start : reading.end])
        if stated and reading.value not in known and not printed <= known:
            words = summary[reading.start : reading.end]
            yield Finding(code, f"in the summary, but no record says it: {words}")
