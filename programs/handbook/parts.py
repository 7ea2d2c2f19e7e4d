"""What a handbook consists of; what is not stated is empty, nothing is made up."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models import Agency, Category, Citation, Document, Program
from registry.validity import Holds

# The kinds of program in chapters, in the order in which a firm looks for money.
CHAPTERS = [
    ("debt", _("Debt finance"), "loan bridge_loan leasing loan_equity bond"
     " securitisation"),
    ("risk", _("Guarantee, insurance and risk sharing"), "guarantee insurance"
     " risk_sharing"),
    ("equity", _("Equity and capital market"), "fund equity market listing"
     " cross_border"),
    ("fiscal", _("Public money"), "subsidy interest_subsidy fee_subsidy voucher"
     " tax_relief"),
    ("monetary", _("Monetary policy"), "monetary_tool"),
    ("service", _("Platforms and services"), "service_scheme platform venue directory"
     " recognition event talent"),
    ("governance", _("Organisation and rules"), "framework campaign mechanism"
     " cooperation institution_building regulation"),
]  # fmt: skip
PLACE_OF_KIND = {
    kind: (chapter, place)
    for chapter, (_name, _title, kinds) in enumerate(CHAPTERS)
    for place, kind in enumerate(kinds.split())
}

STAGES = {"seed": 1, "startup": 2, "growth": 3, "mature": 4}


@dataclass
class Source:
    """A document of the list of sources, with its number there."""

    number: int
    document: Document
    in_force: Holds

    @property
    def anchor(self) -> str:
        return f"source-{self.number}"


@dataclass
class Cited:
    """A term, a figure or a case, with the source and the place that it was read at."""

    row: Any
    source: Source


@dataclass
class Link:
    """Another program and how it is linked; its entry where the handbook has it."""

    program: Program
    entry: "Entry | None"


@dataclass
class Entry:
    """A program with its number in the handbook, and its page once that is known."""

    program: Program
    number: str
    terms: list[Cited] = field(default_factory=list)
    figures: list[Cited] = field(default_factory=list)
    cases: list[Cited] = field(default_factory=list)
    links: dict[str, list[Link]] = field(default_factory=dict)
    sources: list[tuple[Source, list[Citation]]] = field(default_factory=list)
    page: int | None = None

    @property
    def anchor(self) -> str:
        return f"program-{self.program.code}"

    @property
    def meant_for(self) -> list[Category]:
        """Audiences, industries, and stages in the order of a firm's life."""
        found = self.program.categories.all()
        return sorted(found, key=lambda one: STAGES.get(one.code, 0))

    @property
    def not_stated(self) -> list[str]:
        """What a reader looks for and no text says."""
        program = self.program
        clients = [role for role in program.roles.all() if role.role == "client"]
        looked_for = [
            (_("lifecycle"), program.lifecycle),
            (_("for whom"), clients or program.eligibility or self.meant_for),
            (_("who runs it"), program.roles.all()),
            (_("terms"), self.terms),
        ]
        return [str(label) for label, said in looked_for if not said]


@dataclass
class Chapter:
    number: int
    name: str
    title: Any
    entries: list[Entry]
    page: int | None = None

    @property
    def anchor(self) -> str:
        return f"chapter-{self.name}"


@dataclass
class Involved:
    """An agency of the index: the programs that it takes part in, with its roles."""

    agency: Agency
    entries: list[tuple[Entry, list[str]]]


@dataclass
class Handbook:
    """What is printed. ``left_out`` counts chosen programs by their publication."""

    title: str
    chosen: list[tuple[str, str]]
    on: date
    revision: int
    drafts: bool
    chapters: list[Chapter]
    agencies: list[Involved]
    sources: list[Source]
    left_out: Counter
    pages: dict[str, int] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        return [entry for chapter in self.chapters for entry in chapter.entries]

    @property
    def back_matter(self) -> list[tuple[Any, str, int | None]]:
        """Title, anchor and page of what stands behind the chapters."""
        parts: list[tuple[Any, str, list[Any]]] = [
            (_("Index of agencies"), "agencies", self.agencies),
            (pgettext_lazy("handbook", "Sources"), "sources", self.sources),
        ]
        return [(title, at, self.pages.get(at)) for title, at, rows in parts if rows]

    def number_pages(self, pages: dict[str, int]) -> None:
        """Let the contents and the index say on which pages things begin."""
        self.pages = pages
        for chapter in self.chapters:
            chapter.page = pages.get(chapter.anchor)
        for entry in self.entries:
            entry.page = pages.get(entry.anchor)
