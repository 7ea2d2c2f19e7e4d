"""Document numbers of Chinese authorities (发文字号): 武政办〔2025〕67号.

Issuer's abbreviation, year in tortoise-shell brackets, number without leading zeros and
号: GB/T 9704-2012, 7.2.5. Copies lose brackets and the closing 号; those are repaired.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# One character for one, so that places in the text stay what they are.
_PLAIN = str.maketrans(
    "０１２３４５６７８９（）［］﹝﹞〖〗\xa0",
    "0123456789()[]〔〕【】 ",
)
_ISSUER = "(?P<issuer>[\u4e00-\u9fff]{2,12}?)"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_SERIAL = r"(?P<serial>[0-9]{1,4})"
_NUMBER = re.compile(
    rf"{_ISSUER}[ ]?(?:"
    # Brackets of whatever kind, of which a copy may have lost the second and 号. A year
    # behind it is a span of years instead: 方案〔20252027年〕.
    rf"[〔【\[][ ]?{_YEAR}[ ]?[〕】\]]?[ ]?{_SERIAL}(?![ ]?[0-9年月日])(?:[ ]?号)?"
    rf"|\([ ]?{_YEAR.replace('year', 'round')}[ ]?\)[ ]?"
    rf"{_SERIAL.replace('serial', 'of_round')}[ ]?号"
    # Both brackets lost: then only 号 tells that it is a number.
    rf"|{_YEAR.replace('year', 'bare')}{_SERIAL.replace('serial', 'of_bare')}[ ]?号"
    ")"
)
# Words that lead up to a number in running text and are no part of it.
_LEADING = re.compile(
    ".*(?:根据|按照|依据|依照|遵照|印发|转发|下发|发布|公布|废止|修订|执行|落实|参见|文件"
    "|文号|通知|意见|方案|办法|关于|以及|[见按以和及与的即为])"
)


class DocumentNumberError(ValueError):
    """A text that is no document number; the message says what is allowed."""


@dataclass(frozen=True)
class DocumentNumber:
    """A number in running text: its place, its printed characters, its proper form."""

    start: int
    end: int
    as_printed: str
    number: str


def normalise(text: str) -> str:
    """The number in its proper form: ``市科发【2024】1号`` gives 市科发〔2024〕1号.

    Raises `DocumentNumberError` for a text that is none, or more than one number.
    """
    match = _NUMBER.fullmatch(text.translate(_PLAIN).strip())
    if match is None:
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise DocumentNumberError(
            _(
                "“%(text)s” is no document number. Write the issuer's abbreviation, "
                "the year in brackets and the number, such as 武政办〔2025〕67号."
            )
            % {"text": shown}
        )
    return _proper(match, match["issuer"])


def find(text: str) -> list[DocumentNumber]:
    """The document numbers of a running text, in order, damaged ones too."""
    found = []
    for match in _NUMBER.finditer(text.translate(_PLAIN)):
        issuer = _LEADING.sub("", match["issuer"])
        if len(issuer) < 2:
            continue
        start = match.end("issuer") - len(issuer)
        found.append(
            DocumentNumber(
                start,
                match.end(),
                text[start : match.end()],
                _proper(match, issuer),
            )
        )
    return found


def _proper(match: re.Match[str], issuer: str) -> str:
    year = match["year"] or match["round"] or match["bare"]
    serial = match["serial"] or match["of_round"] or match["of_bare"]
    return f"{issuer}〔{year}〕{int(serial)}号"
