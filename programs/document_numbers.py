"""Numbers of Chinese official documents (发文字号): 武政办〔2025〕67号.

The proper form puts the year in 〔 〕 (U+3014, U+3015): GB/T 9704-2012, 7.2.5.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

YEAR = r"(?:19|20)\d{2}"
AGENCY = r"[\u4e00-\u9fff]{2,12}?"
# Words before a number in running text that are no part of its issuer.
LEAD_IN = re.compile("^.*(?:根据|按照|依据|印发|发布|关于|文件|见|即|的)")
SHAPES = (
    # In any bracket, or with its closing half lost: 〔2025〕67号, 【2024】1号, 〔202567
    re.compile(rf"({AGENCY})[〔\[【((]\s*({YEAR})\s*[〕\]】))]?\s*(\d{{1,4}})\s*号?"),
    # Both brackets lost: 许政202220号
    re.compile(rf"({AGENCY})({YEAR})(\d{{1,4}})\s*号"),
)


def normalise(text: str) -> str:
    """The number in its proper form, mended where damaged.

    Raises ``ValueError`` when the text is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for shape in SHAPES:
        if match := shape.fullmatch(plain):
            return _proper(match)
    raise ValueError(
        _("“%(text)s” is no document number. Write for example 武政办〔2025〕67号.")
        % {"text": text}
    )


def find(text: str) -> list[str]:
    """The numbers printed in running text, as they stand there."""
    found: list[tuple[int, str]] = []
    for shape in SHAPES:
        for match in shape.finditer(text):
            if not any(start <= match.start() < start + len(t) for start, t in found):
                found.append((match.start(), LEAD_IN.sub("", match[0]).strip()))
    return [number for _start, number in sorted(found)]


def _proper(match: re.Match[str]) -> str:
    agency, year, number = match.groups()
    return f"{agency}〔{year}〕{int(number)}号"
