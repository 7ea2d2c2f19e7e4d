"""``/match/``: programs for a firm, with the reason for each criterion."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from programs import matching
from programs.api.compare_schema import TERM_FIELDS, TEXT
from programs.api.questions import LABELS, QUESTIONS, given_by, judging
from programs.api.reasons import OF_PROGRAMS, Evidence, evidence, named
from programs.models import (
    Program,
)
from programs.needs import Answer, Need
from registry.api import answers, moments, parameters
from registry.api.conditional import canonical, conditional
from registry.api.paging import page_size, sized
from registry.api.parameters import Parameter
from registry.api.routes import Route
from registry.api.shown import LABELLED, PASSAGE
from registry.models import visible

ANSWERED = {
    "type": "object",
    "properties": {**TERM_FIELDS, "answer": TEXT},
    "required": [*TERM_FIELDS, "answer"],
}
CRITERION = {
    "type": "object",
    "properties": {
        "criterion": LABELLED,
        "answer": LABELLED,
        "stated": {"type": "array", "items": LABELLED},
        "terms": {"type": "array", "items": ANSWERED},
        "passages": {"type": "array", "items": PASSAGE},
    },
    "required": ["criterion", "answer", "stated", "terms", "passages"],
}
NUMBER = {"type": "integer"}
RESULT = {
    "type": "object",
    "properties": {
        "program": LABELLED,
        "kind": LABELLED,
        "region": LABELLED,
        "met": NUMBER,
        "not_met": NUMBER,
        "not_stated": NUMBER,
        "criteria": {"type": "array", "items": CRITERION},
    },
    "required": "program kind region met not_met not_stated criteria".split(),
}
LINK = {"type": ["string", "null"], "format": "uri"}
MATCHES = {
    "type": "object",
    "properties": {
        "count": NUMBER,
        "left_out": NUMBER,
        "next": LINK,
        "previous": LINK,
        "results": {"type": "array", "items": RESULT},
        "meta": answers.meta(query=TEXT, day={"type": "string", "format": "date"}),
    },
    "required": ["count", "left_out", "next", "previous", "results", "meta"],
}


@dataclass(frozen=True)
class Judged:
    """A program and its answers, in the order of the criteria."""

    code: str
    region: str
    answers: tuple[str, ...]

    def place(self, asked: int, near: bool) -> tuple[Any, ...]:
        """Where it comes: none not met, most met, most of what was asked, nearest."""
        return (
            Answer.NOT_MET in self.answers,
            -self.answers.count(Answer.MET),
            -self.answers[:asked].count(Answer.MET),
            self.answers.count(Answer.NOT_MET),
            -matching.nearness(self.region) if near else 0,
            self.code,
        )


class Match(Route):
    """Programs that fit a firm, best first, with the reason for every criterion."""

    daily = True
    reads = OF_PROGRAMS

    def parameters(self, *, detail: bool) -> list[Parameter]:
        told = [
            Parameter(name, str(question.label), question.schema(), question.example)
            for name, question in QUESTIONS.items()
        ]
        return [
            *told,
            Parameter(
                "purpose",
                str(_("What it is for: every word stands in what a program says.")),
                {"type": "string"},
                example="研发",
            ),
            Parameter(
                "not_met",
                str(
                    _("Leave out programs that don't meet something (default), or not.")
                ),
                {"type": "string", "enum": ["hide", "show"], "default": "hide"},
            ),
            Parameter("page", str(_("Which page.")), {"type": "integer", "minimum": 1}),
            sized(str(_("Programs on a page."))),
            moments.as_of(),
        ]

    @extend_schema(operation_id="match", responses={200: MATCHES})
    @conditional
    def get(self, request: Request) -> Response:
        asked = self.asked
        hidden = asked.get("not_met", "hide")
        parameters.one_of(hidden, parameter="not_met", allowed=["hide", "show"])
        size = page_size(asked)
        with moments.at(asked) as past:
            given = given_by(asked)
            day = moments.day_of(asked)
            expressions = judging(given, day)
            found = _judged(expressions)
            best = [
                row
                for row in found
                if hidden == "show" or Answer.NOT_MET not in row.answers
            ]
            best.sort(key=lambda row: row.place(len(given), "region" in given))
            number = parameters.whole(
                asked.get("page", "1"),
                parameter="page",
                most=max(1, -(-len(best) // size)),
            )
            shown = best[(number - 1) * size : number * size]
            needs = {n: need for n, need in given.items() if isinstance(need, Need)}
            known = evidence([row.code for row in shown], needs, day)
            results = [_told(row, list(expressions), given, known) for row in shown]
        links = {
            "next": self._link(request, number + 1)
            if number * size < len(best)
            else None,
            "previous": self._link(request, number - 1) if number > 1 else None,
        }
        query = canonical({n: v for n, v in asked.items() if n != "page"})
        self.state = past or self.state
        meta = {"query": query, "day": day.isoformat()} | self.state.told()
        counts = {"count": len(best), "left_out": len(found) - len(best)}
        return Response(counts | links | {"results": results, "meta": meta})

    def _link(self, request: Request, number: int) -> str:
        query = canonical({**self.asked, "page": str(number)})
        return request.build_absolute_uri(f"{request.path}?{query}")


def _judged(expressions: dict[str, models.Case]) -> list[Judged]:
    """Every published program with its answers: one query."""
    named_so = {f"answer_{name}": said for name, said in expressions.items()}
    rows = Program.objects.filter(visible(Program)).annotate(**named_so).order_by()
    columns = rows.values_list("pk", "region", *named_so)
    return [Judged(code, region, tuple(said)) for code, region, *said in columns]


def _told(
    row: Judged, names: list[str], given: dict[str, Any], known: Evidence
) -> dict[str, Any]:
    program = known.programs[row.code]
    told = []
    for name, said in zip(names, row.answers, strict=True):
        reason = known.reason(row.code, name, given.get(name))
        answer = Answer(said)
        told.append(
            {
                "criterion": {"code": name, "label": str(LABELS[name])},
                "answer": {"code": answer.value, "label": str(answer.label)},
                **vars(reason),
            }
        )
    counts = {answer.value: row.answers.count(answer) for answer in Answer}
    about = {"program": named(program)} | {n: program[n] for n in ("kind", "region")}
    return about | counts | {"criteria": told}
