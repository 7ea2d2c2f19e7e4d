"""What fits a firm: criteria of programs, each met, not met or not stated.

A criterion is met only where what is stated proves it, and not met only where what is
stated rules it out; all else is not stated, though something near it may be. The
database judges, by two conditions each, so that what is told of a page's programs and
what orders them are the same. The rules in words: docs/api.md, "Match".
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from programs.models import Category, Citation, Document, Program, Region
from programs.models.regions import NATIONAL, lineage, subtree, within
from programs.needs import Verdict, having, stated_terms
from registry.models import visible
from registry.validity import Holds, holding

IN_PLACE = ("active", "pilot")
# Encouraged is neither: that it is, nobody says, nor that it isn't.
NOT_IN_PLACE = ("draft", "sought", "planned", "closed")


def located(code: str) -> Verdict:
    """Whether the program applies at the place, by where it runs, else by its region.

    What runs in some part of the place, or in an area of which the registry doesn't
    know what belongs to it, may apply there.
    """
    above = lineage(code)
    place = Region.objects.filter(pk=code).first()
    area = place is not None and place.level == Region.Level.AREA
    near = (place.parent_id if place and area else None) or code
    vague = Region.objects.filter(
        Q(parent__in=above) | within("parent", near), level=Region.Level.AREA
    )
    covers = Q(region__in=above)
    may = covers | within("region", near)
    may |= Q(region__in=list(vague.values_list("pk", flat=True)))
    places = Program.places.through.objects.all()
    placed = having(places)
    return Verdict(
        having(places.filter(covers)) | ~placed & covers,
        placed & ~having(places.filter(may)) | ~placed & ~may,
    )


def nearness(code: str) -> int:
    """How narrow a region is; the country least of all."""
    return 0 if code == NATIONAL else len(subtree(code)[0])


def meant_for(scheme: str, codes: Iterable[str]) -> Verdict:
    """Whether the program is meant for a firm that is one of these, by its own list.

    Who is a kind of something is that as well. What is meant only for some kinds of
    what the firm is may be meant for it.
    """
    broader = dict(
        Category.objects.filter(scheme=scheme).values_list("pk", "broader_id")
    )
    firm = {upper for code in codes for upper in _upward(code, broader)}
    may = firm | {
        code for code in broader if not set(codes).isdisjoint(_upward(code, broader))
    }
    listed = Program.categories.through.objects.filter(category__scheme=scheme)
    return Verdict(
        having(listed.filter(category__in=sorted(firm))),
        having(listed) & ~having(listed.filter(category__in=sorted(may))),
    )


def _upward(code: str, broader: dict[str, Any]) -> list[str]:
    """The category and those it is a kind of, however they refer to each other."""
    found = [code]
    while (code := broader.get(code) or "") and code not in found:
        found.append(code)
    return found


def of_kind(kinds: list[str]) -> Verdict:
    return Verdict(Q(kind__in=kinds), ~Q(kind__in=kinds))


def in_place() -> Verdict:
    """Whether it is there to be used, by how far it has come."""
    return Verdict(Q(lifecycle__in=IN_PLACE), Q(lifecycle__in=NOT_IN_PLACE))


def valid(day: date) -> Verdict:
    """Whether it runs that day by its own dates, or else by what it is written in.

    It does not where its own dates say so, or where no document of its own region that
    it is written in applies that day; another region's can't end or prolong it.
    """
    begin, end = F("launched"), F("ended")
    over = holding(begin, end, day, Holds.NO)
    cited = Citation.objects.filter(
        visible(Citation), passage__document__region=F("program__region")
    )

    def documents(answer: Holds) -> QuerySet:
        return Document.objects.in_force(day, answer=answer).order_by().values("pk")

    applying = cited.filter(passage__document__in=documents(Holds.YES))
    other = cited.exclude(passage__document__in=documents(Holds.NO))
    return Verdict(
        holding(begin, end, day, Holds.YES) | ~over & having(applying),
        over | having(cited) & ~having(other),
    )


def stating(kinds: list[str]) -> Verdict:
    """Whether it states terms of all these kinds; that it lacks one, it never says."""
    met = Q()
    for kind in kinds:
        met &= having(stated_terms().filter(kind=kind))
    return Verdict(met, Q(pk=None))


def about(words: Iterable[str]) -> Verdict:
    """Whether every word stands in what it is called, says, or is said to be."""
    met = Q()
    cited = Citation.objects.filter(visible(Citation))
    for word in words:
        found = Q()
        for column in ("name", "name_en", "summary", "eligibility"):
            found |= Q(**{f"{column}__holds": word})
        named = Q(as_written__holds=word) | Q(note__holds=word)
        found |= having(cited.filter(named))
        termed = Q(as_written__holds=word) | Q(applies_to__holds=word)
        termed |= Q(condition__holds=word)
        met &= found | having(stated_terms().filter(termed))
    return Verdict(met, Q(pk=None))
