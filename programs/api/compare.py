"""``/programs/compare/``: some programs side by side, with what differs."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from programs.api.compare_schema import COMPARED
from programs.api.filters import programs
from programs.api.programs import ProgramRecord
from programs.api.reasons import OF_PROGRAMS, named
from programs.comparing import PLAIN, Line, documents, lines
from programs.models import (
    Document,
    Program,
    ProgramLink,
    ProgramRole,
)
from registry.api import formats, moments, parameters
from registry.api.conditional import conditional
from registry.api.parameters import NAMES, Parameter
from registry.api.problems import Refused
from registry.api.routes import Route
from registry.models import Publication, visible

FEWEST, MOST = 2, 10
READ = frozenset(
    [*PLAIN, "code", "categories", "roles", "terms", "links", "citations"]
)  # fmt: skip


class Compare(Route):
    """Two to ten programs side by side: what each states, where, and what differs."""

    reads = (*OF_PROGRAMS, ProgramRole, ProgramLink)

    def parameters(self, *, detail: bool) -> list[Parameter]:
        example = "310000-bocom-rencaidai,310000-xindonglidai"
        listed = {**NAMES, "minItems": FEWEST, "maxItems": MOST}
        return [
            Parameter(
                "codes",
                str(_("Programs, in the order of the columns.")),
                listed,
                example,
            ),
            Parameter(
                "only",
                str(_("Only lines of which the programs state other things.")),
                {"type": "string", "enum": ["differing"]},
            ),
            *formats.of_tables(str(_("JSON, or CSV with a column for each program."))),
            moments.as_of(),
        ]

    @extend_schema(operation_id="programs_compare", responses={200: COMPARED})
    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        asked = self.asked
        codes = _codes(asked.get("codes"))
        form = formats.chosen(asked, formats.TABULAR)
        if "only" in asked:
            parameters.one_of(asked["only"], parameter="only", allowed=["differing"])
        with moments.at(asked) as past:
            self.state = past or self.state
            _check_published(codes)
            rows = dict(
                ProgramRecord(many=True, asked=READ).rows(  # type: ignore[attr-defined]
                    Program.objects.filter(pk__in=codes)
                )
            )
            beside = [rows[code] for code in codes]
            told = lines(beside, _titles(documents(beside)))
        if "only" in asked:
            told = [line for line in told if line.differs]
        if form == "csv":
            title = str(Program._meta.verbose_name_plural)
            return formats.table(
                ["aspect", "line", "label", "differs", *codes],
                _cells(told),
                name="programs-compare",
                title=f"{title}-compare",
                day=moments.day_of(asked),
                revision=self.state.revision,
                mark="bom" in asked,
            )
        return Response(
            {
                "programs": [named(program) for program in beside],
                "lines": [_shown(line) for line in told],
                "meta": self.state.told(),
            }
        )


def _codes(text: str | None) -> list[str]:
    """The codes asked for, each once; raises `Refused` for too few or too many."""
    codes = text.split(",") if text else []
    if not FEWEST <= len(codes) <= MOST or "" in codes:
        detail = gettext(
            "codes takes %(fewest)d to %(most)d codes of programs, by comma."
        )
        detail %= {"fewest": FEWEST, "most": MOST}
        raise Refused(detail, parameter="codes")
    for code in codes:
        if codes.count(code) > 1:
            detail = gettext("“%s” is asked for twice.") % code[:100]
            raise Refused(detail, parameter="codes")
    return codes


def _check_published(codes: list[str]) -> None:
    """Raise `Refused` for codes of no published program; drafts are none.

    Of one that was merged it names the successor, where that is published.
    """
    published = set(
        Program.objects.filter(visible(Program), pk__in=codes).values_list(
            "pk", flat=True
        )
    )
    withdrawn = Program.objects.filter(
        pk__in=codes, publication=Publication.WITHDRAWN
    ).values_list("pk", "merged_into", "merged_into__publication")
    gone = {code: (successor, state) for code, successor, state in withdrawn}
    for code in codes:
        if code in published:
            continue
        successor, state = gone.get(code, (None, None))
        if successor and state == Publication.PUBLISHED:
            detail = gettext(
                "“%(code)s” was merged into “%(successor)s”: ask for that."
            )
            detail %= {"code": code, "successor": successor}
            raise Refused(detail, parameter="codes", allowed=[successor])
        if code in gone:
            raise Refused(gettext("“%s” was withdrawn.") % code, parameter="codes")
        raise Refused(
            gettext("“%s” is no published program.") % code[:100],
            parameter="codes",
            allowed=programs().known([code]),
            given=code,
        )


def _titles(codes: set[str]) -> dict[str, str]:
    """Code → title of the published ones of those documents, in the language asked."""
    english = get_language() == "en"
    rows = Document.objects.filter(visible(Document), pk__in=codes)
    return {
        code: (english and title_en) or title
        for code, title, title_en in rows.values_list("pk", "title", "title_en")
    }


def _shown(line: Line) -> dict[str, Any]:
    return {
        "aspect": line.aspect,
        "line": line.line,
        "of": line.of,
        "differs": line.differs,
        "cells": [vars(cell) for cell in line.cells],
    }


def _cells(told: list[Line]) -> Iterator[list[Any]]:
    """CSV rows: a line's names, whether it differs, what each program states."""
    for line in told:
        yield [
            line.aspect["code"],
            line.line["code"],
            line.line["label"],
            "true" if line.differs else "false",
            *(
                "; ".join(value["label"] for value in cell.values)
                for cell in line.cells
            ),
        ]
