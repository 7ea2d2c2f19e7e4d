"""China's provinces, cities and counties by GB/T 2260, as python-stdnum has them."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LINE = re.compile(r'^(?P<deep> *)(?P<digits>\d+) (?:province|county)="(?P<name>.*)"$')
NATIONAL = "000000"


@dataclass(frozen=True)
class Place:
    """A region that stands today, and the one that it lies in."""

    code: str
    name: str
    level: str
    parent: str | None

    @property
    def short(self) -> str:
        """Its name as products carry it: 郑州市 → 郑州."""
        cut = re.sub("(自治区|自治州|自治县|地区|省|市|区|县|盟|旗)$", "", self.name)
        return cut if len(cut) > 1 else self.name


@cache
def places() -> tuple[Place, ...]:
    """The country and every standing province, city and county, parents first."""
    names = _standing()
    found = [Place(NATIONAL, "全国", "country", None)]
    for code in sorted(names, key=lambda code: (_depth(code), code)):
        above = f"{code[:4]}00" if _depth(code) == 2 else f"{code[:2]}0000"
        parent = NATIONAL if _depth(code) == 0 else above
        if parent not in names and parent != NATIONAL:
            parent = f"{code[:2]}0000"
        level = ("province", "city", "district")[_depth(code)]
        found.append(Place(code, names[code], level, parent))
    return tuple(found)


def provinces() -> list[str]:
    """Codes of the provinces."""
    return [place.code for place in places() if place.level == "province"]


def _depth(code: str) -> int:
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _standing() -> dict[str, str]:
    """Code → name of all that have no end; a name may begin and end several times."""
    text = resources.files("stdnum.cn").joinpath("loc.dat").read_text("utf-8")
    found, province = {}, ""
    for line in text.splitlines():
        if not (match := _LINE.match(line)):
            continue
        if not match["deep"]:
            province = match["digits"]
            continue
        for name in match["name"].split(","):
            period = re.match(r"\[(\d*)-(\d*)\](.*)", name)
            if period and not period[2]:
                found[province + match["digits"]] = period[3]
            elif not period:
                found[province + match["digits"]] = name
    return found
