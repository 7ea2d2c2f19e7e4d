"""The responsibility matrix: a page, and the same as CSV and XLSX."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs import matrix
from programs.admin.filters import branch, is_long, tree
from programs.admin.matrix_files import csv, xlsx
from programs.matrix import Body, Matrix
from programs.models import Agency, Document, Measure, Passage, Region, Responsibility
from programs.models.regions import NATIONAL, within
from registry.admin.lists import Unanswerable
from registry.admin.pages import MOST_OPTIONS, Page, Select, asked, one_of
from registry.models import Publication

OF = ["document", "region", "agency"]
PARAMETERS = [*OF, "publication", "format"]
# More columns than these are for a file.
MOST_COLUMNS = 120

Role = Responsibility.Role
# Of more measures than these there is neither a page nor a file.
MOST_MEASURES = 1000
# The documents that the page leads to while nothing is chosen.
MOST_DOCUMENTS = 100
# One character for each role; the words are beside it for those who hear the page.
SIGNS = {
    Role.LEAD: pgettext_lazy("sign of a role", "L"),
    Role.JOINT: pgettext_lazy("sign of a role", "J"),
    Role.RESPONSIBLE: pgettext_lazy("sign of a role", "R"),
    Role.PARTICIPANT: pgettext_lazy("sign of a role", "P"),
    Role.SUPPORT: pgettext_lazy("sign of a role", "S"),
}


def page(request: HttpRequest) -> HttpResponseBase:
    """Who answers for what in the document, the region or beside the body chosen."""
    wanted = asked(request, PARAMETERS)
    drafts = one_of(wanted, "publication", ["any"]) == "any"
    file = one_of(wanted, "format", ["csv", "xlsx"])
    selects = _selects(wanted, drafts)
    chosen: dict[str, str] = {name: wanted[name] for name in OF if name in wanted}
    given = matrix.duties(**chosen, drafts=drafts)
    too_many = bool(chosen) and _measures(given) > MOST_MEASURES
    shown = (
        matrix.matrix(given, alone="agency" in chosen, drafts=drafts)
        if chosen and not too_many
        else Matrix([], [])
    )
    if file and too_many:
        sentence = gettext(
            "More than %d measures: choose a document or a smaller region."
        )
        raise Unanswerable(sentence % MOST_MEASURES)
    if file and not chosen:
        raise Unanswerable(
            gettext("A file is of a document, a region or an agency: choose one.")
        )
    if file:
        return csv(shown) if file == "csv" else xlsx(shown)
    return TemplateResponse(
        request,
        "admin/programs/matrix.html",
        admin.site.each_context(request)
        | {
            "title": _("Responsibility matrix"),
            "subtitle": _subject(selects),
            "selects": selects,
            "asked": wanted,
            "drafts": drafts,
            "query": urlencode(wanted),
            "api": _api(chosen, given),
            "documents": [] if chosen and not too_many else _documents(given),
            "too_many": MOST_MEASURES if too_many else 0,
            "most_documents": MOST_DOCUMENTS,
            "matrix": shown,
            "columns": _columns(shown),
            "groups": _groups(shown),
            "crowded": _crowded(shown),
            "signs": [(SIGNS[role], role.label) for role in Role],
        },
    )


def _selects(wanted: dict[str, str], drafts: bool) -> list[Select]:
    """The form, each field with what the others leave; refuses what there is not."""
    rows = matrix.duties(drafts=drafts)
    its = rows.filter(passage__document=OuterRef("pk"))
    of = Document.objects.filter(Exists(its)).order_by("region", "pk")
    region = wanted.get("region", "")
    near = of.filter(within("region", region)) if region else of
    documents = _options(wanted, "document", near if is_long(Document) else of, drafts)
    if is_long(Document):
        places = branch(region or NATIONAL)
    else:
        places = set(of.values_list("region", flat=True))
    if region and not Region.objects.filter(pk=region).exists():
        one_of(wanted, "region", sorted(places))
    given = matrix.duties(
        document=wanted.get("document", ""), region=region, drafts=drafts
    )
    bodies = Agency.objects.filter(Exists(given.filter(agency=OuterRef("pk"))))
    agencies = _options(wanted, "agency", bodies.order_by("region", "pk"), drafts)
    return [
        Select(
            "document",
            _("document"),
            documents,
            wanted.get("document", ""),
            _empty(documents),
        ),
        Select("region", _("region"), tree(places, region or NATIONAL), region),
        Select(
            "agency", _("agency"), agencies, wanted.get("agency", ""), _empty(agencies)
        ),
        Select(
            "publication",
            _("publication"),
            [("any", gettext("drafts too"))],
            "any" if drafts else "",
            _("published only"),
        ),
    ]


def _options(
    wanted: dict[str, str], name: str, rows: Any, drafts: bool
) -> list[tuple[str, str]]:
    """Records to choose from; refuses a chosen one that can't be shown.

    Of very many none but the chosen one: a region leaves less. One that has no part in
    the matrix can be asked for as well: it has an empty one.
    """
    found = list(rows[: MOST_OPTIONS + 1])
    options = [(row.pk, str(row)) for row in found if len(found) <= MOST_OPTIONS]
    codes = [code for code, _name in options]
    if (chosen := wanted.get(name, "")) and chosen not in codes:
        known = rows.model.objects.exclude(publication=Publication.WITHDRAWN)
        if not drafts:
            known = known.published()
        options += [(row.pk, str(row)) for row in known.filter(pk=chosen)]
        one_of(wanted, name, [code for code, _name in options])
    return options


def _measures(given: Any) -> int:
    """How many measures they are of, counted up to one more than is shown."""
    codes = given.order_by().values("passage").distinct()
    number: int = codes[: MOST_MEASURES + 1].count()
    return number


def _empty(options: list[tuple[str, str]]) -> Any:
    """What a field says while nothing is chosen."""
    return "–" if options else _("choose a region first")


def _api(chosen: dict[str, str], given: Any) -> str:
    """The query of the same measures over REST, a body's divisions told one by one."""
    asked = chosen | {"include": "responsibilities"}
    if body := chosen.get("agency"):
        parts = given.filter(agency__parent=body).order_by("agency")
        codes = parts.values_list("agency", flat=True).distinct()
        asked["agency"] = ",".join([body, *codes])
    return urlencode(asked)


def _subject(selects: list[Select]) -> str:
    """What the matrix is of, in words."""
    names = [dict(select.options).get(select.chosen, "") for select in selects[:3]]
    return " · ".join(name.strip() for name in names if name)


def _documents(given: Any) -> list[dict[str, Any]]:
    """The documents in which somebody answers for most, and for how much."""
    counted = given.values(
        "passage__document", "passage__document__title", "passage__document__region"
    ).annotate(
        measures=Count("passage", distinct=True), bodies=Count("agency", distinct=True)
    )
    return [
        {
            "code": row["passage__document"],
            "title": row["passage__document__title"],
            "measures": row["measures"],
            "bodies": row["bodies"],
        }
        for row in counted.order_by("-measures", "passage__document")[:MOST_DOCUMENTS]
    ]


def _crowded(shown: Matrix) -> str:
    """A sentence where there are more measures than a page can show."""
    number = len(shown.columns)
    if number <= MOST_COLUMNS:
        return ""
    return ngettext(
        "%(number)d measure, of which a page shows %(most)d.",
        "%(number)d measures; a page shows %(most)d at most.",
        number,
    ) % {"number": number, "most": MOST_COLUMNS}


def _columns(shown: Matrix) -> list[dict[str, Any]]:
    """The measures, those of a document under its name, with what each asks of whom."""
    documents: list[dict[str, Any]] = []
    for passage in shown.columns:
        if not documents or documents[-1]["document"] != passage.document:
            documents.append({"document": passage.document, "passages": []})
        documents[-1]["passages"].append(
            {
                "passage": passage,
                "total": shown.total(passage),
                "tasks": _tasks(shown, passage),
            }
        )
    return documents


def _tasks(shown: Matrix, passage: Passage) -> list[dict[str, Any]]:
    """The tasks that the text gives, each with all who have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for body, duty in shown.duties.get(passage.pk, []):
        if duty.task:
            key = (duty.get_role_display(), duty.task)
            found.setdefault(key, []).append(body.name)
    return [
        {"role": role, "task": task, "bodies": gettext(", ").join(names)}
        for (role, task), names in found.items()
    ]


def _groups(shown: Matrix) -> list[dict[str, Any]]:
    """The rows by kind of body, each with a cell for every measure."""
    return [
        {
            "title": title,
            "rows": [
                {
                    "body": body,
                    "cells": _cells(shown, body),
                }
                for body in bodies
            ],
        }
        for title, bodies in shown.groups
    ]


def _cells(shown: Matrix, body: Body) -> list[dict[str, Any]]:
    """A cell for every measure; of several documents, the first of each names it."""
    cells, before = [], None
    for passage in shown.columns:
        duties = body.cells.get(passage.pk, [])
        first = bool(duties) and shown.several and passage.document_id != before
        if duties:
            before = passage.document_id
        cells.append({"passage": passage, "marks": _marks(duties), "first": first})
    return cells


def _marks(duties: list[Responsibility]) -> list[dict[str, Any]]:
    return [
        {
            "sign": SIGNS[Role(duty.role)],
            "role": duty.get_role_display(),
            "source": duty.source,
            "task": duty.task,
            "as_written": duty.as_written,
        }
        for duty in duties
    ]


MATRIX = Page("matrix/", "matrix", _("Responsibility matrix"), Measure, page)
