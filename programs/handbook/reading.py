"""The handbook of some programs, read in a fixed number of queries.

Only what is published is in it, unless drafts were asked for; what was withdrawn never
is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.handbook.parts import (
    CHAPTERS,
    PLACE_OF_KIND,
    Chapter,
    Cited,
    Entry,
    Handbook,
    Involved,
    Link,
    Source,
)
from programs.models import (
    Agency,
    Case,
    Citation,
    Document,
    DocumentRole,
    Figure,
    Program,
    ProgramLink,
    ProgramRole,
    Term,
)
from registry import journal, past
from registry.models import Publication

# How a program stands to one that says so of itself.
FROM_THE_OTHER_SIDE = {
    "variant_of": _("local variants"),
    "part_of": _("consists of"),
    "offered_on": _("offers"),
    "funded_by": _("funds"),
    "linked_with": _("linked with"),
}


def read(
    programs: QuerySet[Program],
    *,
    title: str,
    chosen: list[tuple[str, str]],
    drafts: bool = False,
) -> Handbook:
    """The handbook of those programs, as the registry stands at one moment.

    ``chosen`` says in words which they are: (name of a filter, its value).
    """
    states = [Publication.PUBLISHED.value] + [Publication.DRAFT.value] * drafts
    with journal.reading():
        revision = past.latest_revision()
        counted = programs.order_by().values_list("publication")
        left_out = Counter(dict(counted.annotate(n=Count("pk"))))
        rows = list(_with_all(programs.filter(publication__in=states), states))
        sources = _sources(rows, states)
    for state in states:
        del left_out[state]
    chapters = _chapters(rows)
    entries = [entry for chapter in chapters for entry in chapter.entries]
    _fill(entries, sources)
    return Handbook(
        title=title,
        chosen=chosen,
        on=localdate(),
        revision=revision,
        drafts=drafts,
        chapters=chapters,
        agencies=_agencies(entries),
        sources=list(sources.values()),
        left_out=left_out,
    )


def _with_all(programs: QuerySet[Program], states: list[str]) -> QuerySet[Program]:
    """The programs with their rows, as far as these are in one of the states."""

    def in_state(*paths: str) -> Q:
        return Q(**{f"{path}__in": states for path in paths})

    def if_any(path: str) -> Q:
        return Q(**{f"{path}__isnull": True}) | in_state(f"{path}__publication")

    cited = in_state("passage__publication", "passage__document__publication")
    told = cited & in_state("publication")
    in_order = ("passage__document", "passage__order")
    not_hidden = if_any("case") & if_any("agency") & if_any("document")
    figures = Figure.objects.filter(told, not_hidden, restates=None)
    figures = figures.select_related("passage", "indicator", "versus")
    figures = figures.order_by(*in_order, "code")
    return programs.select_related("region").prefetch_related(
        "categories",
        "places",
        Prefetch(
            "terms",
            Term.objects.filter(told)
            .select_related("passage")
            .order_by(*in_order, "order", "code"),
        ),
        Prefetch("figures", figures),
        Prefetch(
            "roles",
            ProgramRole.objects.filter(if_any("agency"))
            .select_related("agency__region")
            .order_by("order", "code"),
        ),
        Prefetch(
            "links",
            ProgramLink.objects.filter(in_state("target__publication"))
            .select_related("target__region")
            .order_by("code"),
        ),
        Prefetch(
            "linked_from",
            ProgramLink.objects.filter(in_state("program__publication"))
            .select_related("program__region")
            .order_by("code"),
        ),
        Prefetch(
            "citations",
            Citation.objects.filter(cited)
            .select_related("passage")
            .order_by(*in_order),
        ),
        Prefetch(
            "cases",
            Case.objects.filter(told, if_any("agency"), if_any("provider"))
            .select_related("passage", "agency", "provider")
            .prefetch_related(Prefetch("figures", figures))
            .order_by(*in_order, "code"),
        ),
    )


def _sources(programs: list[Program], states: list[str]) -> dict[str, Source]:
    """Code → source: every document that something is read from, numbered by place."""
    codes = {
        row.passage.document_id for program in programs for row in _read_from(program)
    }
    issuers = DocumentRole.objects.filter(
        Q(agency=None) | Q(agency__publication__in=states)
    ).select_related("agency")
    documents = (
        Document.objects.filter(pk__in=codes)
        .prefetch_related(Prefetch("roles", issuers.order_by("order", "code")))
        .order_by("region", "issued_on", "published_on", "code")
    )
    today = localdate()
    return {
        document.pk: Source(number, document, document.in_force_on(today))
        for number, document in enumerate(documents, start=1)
    }


def _read_from(program: Program) -> Iterable[Any]:
    """Its rows that were read from a passage."""
    for name in ("citations", "terms", "figures", "cases"):
        yield from getattr(program, name).all()


def _chapters(programs: list[Program]) -> list[Chapter]:
    """The programs by kind, national ones first, numbered; no empty chapter."""
    programs.sort(key=lambda p: (PLACE_OF_KIND[p.kind], p.region_id, p.code))
    by_chapter: dict[int, list[Program]] = defaultdict(list)
    for program in programs:
        by_chapter[PLACE_OF_KIND[program.kind][0]].append(program)
    return [
        Chapter(
            number,
            CHAPTERS[place][0],
            CHAPTERS[place][1],
            [Entry(one, f"{number}.{n}") for n, one in enumerate(found, start=1)],
        )
        for number, (place, found) in enumerate(by_chapter.items(), start=1)
    ]


def _fill(entries: list[Entry], sources: dict[str, Source]) -> None:
    """Give each entry what its program's rows say, with sources and linked entries."""
    by_code = {entry.program.pk: entry for entry in entries}
    for entry in entries:
        program = entry.program
        for name in ("terms", "figures", "cases"):
            cited = [
                Cited(row, sources[row.passage.document_id])
                for row in getattr(program, name).all()
            ]
            setattr(entry, name, cited)
        by_document: dict[str, list[Citation]] = defaultdict(list)
        for citation in program.citations.all():
            by_document[citation.passage.document_id].append(citation)
        entry.sources = [
            (source, by_document[code])
            for code, source in sources.items()
            if code in by_document
        ]
        for label, other in _linked(program):
            link = Link(other, by_code.get(other.pk))
            entry.links.setdefault(label, []).append(link)


def _linked(program: Program) -> Iterable[tuple[str, Program]]:
    """How it stands to which others, whichever of the two says so; none twice."""
    found = [
        (str(link.get_relation_display()), link.target) for link in program.links.all()
    ]
    found += [
        (str(FROM_THE_OTHER_SIDE[link.relation]), link.program)
        for link in program.linked_from.all()
    ]
    return dict.fromkeys(found)


def _agencies(entries: list[Entry]) -> list[Involved]:
    """Agencies that take part in a program, in the order of their pinyin or letters."""
    found: dict[str, tuple[Agency, dict[str, tuple[Entry, list[str]]]]] = {}
    for entry in entries:
        for role in entry.program.roles.all():
            if role.agency is None:
                continue
            _agency, parts = found.setdefault(role.agency.pk, (role.agency, {}))
            _entry, labels = parts.setdefault(entry.number, (entry, []))
            labels.append(str(role.get_role_display()))
    listed = [
        Involved(agency, list(parts.values())) for agency, parts in found.values()
    ]
    english = get_language() == "en"
    return sorted(
        listed,
        key=lambda one: (
            str(one.agency).casefold() if english else one.agency.pinyin,
            one.agency.pk,
        ),
    )
