"""What codes are made of: jurisdiction, and the part of a name that tells it apart."""

import re

from programs.document_numbers import DocumentNumberError, normalise
from programs.models import Region
from programs.models.names import slug
from programs.models.regions import lineage

# Words around a title that tell nothing of it.
_FRAME = re.compile(r"^关于(印发|发布)?|的?(通知|公告)$|〔[^〕]*〕|[《》]")
_NUMBER = re.compile(r"^(.+?)〔(\d{4})〕(\d+)号$")
_SUFFIXES = "壮族自治区 回族自治区 维吾尔自治区 自治区 省 市 区 县".split()


def distinct(name: str, region: str) -> str:
    """The name without its frame and the place that the code's digits say already.

    ``上海市未来产业基金`` in 310000 is ``未来产业基金``; a name that is no more than
    its place stays whole.
    """
    text = _FRAME.sub("", name.strip()) or name
    places = Region.objects.filter(code__in=lineage(region) if region else [])
    for place in sorted(places.values_list("name", flat=True), key=len, reverse=True):
        for called in (place, _short(place)):
            rest = text.removeprefix(called).lstrip(" :：·")
            if called and rest != text and len(rest) > 1:
                return rest
    return text


def _short(place: str) -> str:
    """A place's name as people say it: 宁夏 for 宁夏回族自治区."""
    for suffix in _SUFFIXES:
        if place.endswith(suffix) and len(place) > len(suffix) + 1:
            return place.removesuffix(suffix)
    return place


def of_number(number: str) -> str:
    """A document's number in a code: 武政办〔2025〕67号 → ``wuzhengban-2025-67``.

    Empty where it is none.
    """
    try:
        found = _NUMBER.match(normalise(number))
    except DocumentNumberError:
        return ""
    return "-".join([slug(found[1]), found[2], found[3]]) if found else ""
