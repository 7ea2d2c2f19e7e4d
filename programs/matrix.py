"""Who answers for what: the bodies and the measures that a document gives them.

A matrix is read for a document, for a region's documents or for what a body answers
for. Bodies that a text doesn't name ("等部门") have a row by document and wording.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from programs.models import Agency, Document, Measure, Passage, Responsibility
from programs.models.regions import within
from registry.models import Publication, visible

UNNAMED = _("Without a record of their own")


@dataclass
class Body:
    """A row: a body, and its duties by the code of the passage that gives them."""

    agency: Agency | None
    as_written: str
    # Of words that name no body, the only document in which they are this one.
    document: Document | None = None
    cells: dict[str, list[Responsibility]] = field(default_factory=dict)
    # It is a part of the body in the row above.
    beneath: bool = False

    @property
    def name(self) -> str:
        return str(self.agency) if self.agency else self.as_written


@dataclass
class Matrix:
    """The measures as columns, in their documents' order; the bodies by kind."""

    columns: list[Passage]
    groups: list[tuple[Any, list[Body]]]

    @cached_property
    def several(self) -> bool:
        """Whether its measures are of more than one document."""
        return len({passage.document_id for passage in self.columns}) > 1

    @property
    def rows(self) -> list[Body]:
        return [body for _title, bodies in self.groups for body in bodies]

    @cached_property
    def duties(self) -> dict[str, list[tuple[Body, Responsibility]]]:
        """What each measure asks, of whom, by its code."""
        found: dict[str, list[tuple[Body, Responsibility]]] = defaultdict(list)
        for body in self.rows:
            for code, duties in body.cells.items():
                found[code] += [(body, duty) for duty in duties]
        for given in found.values():
            given.sort(key=lambda pair: (pair[1].source, pair[1].order))
        return found

    def total(self, passage: Passage) -> int:
        """How many bodies answer for it."""
        return sum(passage.pk in body.cells for body in self.rows)


def duties(
    *, document: str = "", region: str = "", agency: str = "", drafts: bool = False
) -> QuerySet[Responsibility]:
    """Responsibilities of the document, of the region's, and where the body has one.

    Published ones, and with ``drafts`` those not yet published; withdrawn ones never.
    """
    rows = Responsibility.objects.filter(_shown("passage", drafts))
    rows = rows.filter(_shown("passage__document", drafts))
    rows = rows.filter(Q(agency=None) | _shown("agency", drafts))
    if document:
        rows = rows.filter(passage__document=document)
    if region:
        rows = rows.filter(within("passage__document__region", region))
    if agency:
        its = Responsibility.objects.filter(
            Q(agency=agency) | Q(agency__parent=agency), _shown("agency", drafts)
        )
        rows = rows.filter(Exists(its.filter(passage=OuterRef("passage"))))
    return rows


def _shown(record: str, drafts: bool) -> Q:
    if drafts:
        return ~Q(**{f"{record}__publication": Publication.WITHDRAWN})
    return Q(**{f"{record}__publication": Publication.PUBLISHED})


def matrix(
    given: QuerySet[Responsibility], *, alone: bool = False, drafts: bool = False
) -> Matrix:
    """The matrix of those responsibilities.

    Measures of their documents for which nobody answers are columns too, unless
    ``alone``.
    """
    rows = list(
        given.select_related("passage__document", "agency").order_by(
            "passage__document", "passage__order", "source", "order", "code"
        )
    )
    columns = {row.passage_id: row.passage for row in rows}
    if not alone:
        others = Measure.objects.filter(
            _shown("document", drafts),
            document__in={row.passage.document_id for row in rows},
        ).exclude(publication=Publication.WITHDRAWN)
        if not drafts:
            others = others.filter(visible(Passage))
        for measure in others.select_related("document"):
            columns.setdefault(measure.pk, measure)
    ordered = sorted(columns.values(), key=lambda p: (p.document_id, p.order, p.pk))
    return Matrix(ordered, _grouped(_bodies(rows)))


def _bodies(rows: list[Responsibility]) -> list[Body]:
    """A row for each body, in the order in which the texts name them first."""
    found: dict[tuple[str, ...], Body] = {}
    for row in rows:
        if row.agency:
            body = found.setdefault((row.agency.pk,), Body(row.agency, row.as_written))
        else:
            source = row.passage.document
            key = (source.pk, row.as_written)
            body = found.setdefault(key, Body(None, row.as_written, source))
        body.cells.setdefault(row.passage_id, []).append(row)
    return list(found.values())


def _grouped(bodies: list[Body]) -> list[tuple[Any, list[Body]]]:
    """Bodies by kind, those with most measures first; a part follows its whole."""
    bodies = sorted(bodies, key=lambda body: -len(body.cells))
    whole = {
        body.agency.pk
        for body in bodies
        if body.agency and body.agency.kind != Agency.Kind.DIVISION
    }
    parts: dict[str, list[Body]] = defaultdict(list)
    kinds: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        above = body.agency and body.agency.parent_id
        kind = body.agency.kind if body.agency else ""
        if kind == Agency.Kind.DIVISION and above in whole:
            body.beneath = True
            parts[str(above)].append(body)
        else:
            kinds[kind].append(body)
    titles = [*Agency.Kind.choices, ("", UNNAMED)]
    return [
        (
            title,
            [
                row
                for body in kinds[kind]
                for row in (body, *parts[body.agency.pk if body.agency else ""])
            ],
        )
        for kind, title in titles
        if kinds[kind]
    ]
