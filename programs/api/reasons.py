"""Why a program fits: what it states of each criterion, and where that is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from programs.api.programs import ProgramRecord
from programs.models import (
    Agency,
    Category,
    Citation,
    Document,
    Passage,
    Program,
    Region,
    Term,
)
from programs.needs import GIVING_NONE, Answer, Need
from registry.folding import fold
from registry.models import visible
from registry.validity import Holds

Told = dict[str, Any]

# Models of what programs state, and of the passages that say so.
OF_PROGRAMS = (
    Program,
    Program.categories.through,
    Program.places.through,
    Citation,
    Term,
    Passage,
    Document,
    Agency,
    Category,
    Region,
)
READ = frozenset(
    "code name name_en kind lifecycle region summary eligibility launched ended"
    " places categories citations terms".split()
)


@dataclass(frozen=True)
class Reason:
    """What is stated of a criterion: values, or terms, and the passages with them."""

    stated: list[Told]
    terms: list[Told]
    passages: list[Told]


@dataclass(frozen=True)
class Evidence:
    """What the programs of a page state, read once for all of them."""

    programs: dict[str, Told]
    # (need, code of a term) → what it proves.
    proofs: dict[tuple[str, str], str]
    documents: dict[str, Document]
    day: date

    def reason(self, code: str, name: str, asked: Any) -> Reason:
        """What that program states of that criterion."""
        program = self.programs[code]
        if isinstance(asked, Need):
            return self._of_need(program, name, asked)
        if name == "term":
            return _of_terms(
                [t for t in program["terms"] if t["kind"]["code"] in asked]
            )
        if name == "validity":
            return self._of_validity(program)
        if name == "purpose":
            return _of_texts(program, asked)
        if name == "region":
            places = [row["region"] for row in program["places"] if row["region"]]
            return _of_facts(program, places or [program["region"]])
        if name in ("stage", "audience", "industry"):
            rows = program["categories"]
            listed = [r["category"] for r in rows if r["scheme"]["code"] == name]
            return _of_facts(program, listed)
        return _of_facts(program, [program[name]] if program[name] else [])

    def _of_need(self, program: Told, name: str, need: Need) -> Reason:
        for kind in need.kinds:
            terms = [t for t in program["terms"] if t["kind"]["code"] == kind]
            if terms:
                proved = [self.proofs[name, term["code"]] for term in terms]
                return _of_terms(terms, proved)
        ruled_out = program["kind"]["code"] in GIVING_NONE
        return _of_facts(program, [program["kind"]] if ruled_out else [])

    def _of_validity(self, program: Told) -> Reason:
        """Its own dates, and the documents known to apply, or not to."""
        stated = [
            {"code": name, "label": program[name]}
            for name in ("launched", "ended")
            if program[name]
        ]
        passages = _cited(program) if stated else []
        for passage in _cited(program):
            document = self.documents.get(passage["document"])
            if document is None or document.region_id != program["region"]["code"]:
                continue
            if document.in_force_on(self.day) != Holds.UNKNOWN:
                passages.append(passage)
                stated.append({"code": document.pk, "label": str(document)})
        return Reason(_once(stated), [], _once(passages))


def evidence(codes: list[str], needs: dict[str, Need], day: date) -> Evidence:
    """What those programs state; a fixed number of queries, one more for each need."""
    records: Any = ProgramRecord(many=True, asked=READ)
    programs = dict(records.rows(Program.objects.filter(pk__in=codes)))
    proofs = {}
    for name, need in needs.items():
        terms = Term.objects.filter(
            visible(Term), program__in=codes, kind__in=need.kinds
        ).annotate(said=need.term().expression())
        for code, said in terms.values_list("pk", "said"):
            proofs[name, code] = said
    cited = {p["document"] for program in programs.values() for p in _cited(program)}
    found = Document.objects.filter(visible(Document)).in_bulk(cited)
    return Evidence(programs, proofs, found, day)


def _of_facts(program: Told, values: list[Told]) -> Reason:
    """Facts that have no passage of their own: those that are cited for the program."""
    return Reason(values, [], _cited(program) if values else [])


def _of_terms(terms: list[Told], proved: list[str] | None = None) -> Reason:
    told = [
        {**term, "answer": said}
        for term, said in zip(terms, proved or [Answer.MET] * len(terms), strict=True)
    ]
    return Reason([], told, _once(t["passage"] for t in terms if t["passage"]))


def _of_texts(program: Told, words: list[str]) -> Reason:
    """The texts of its own in which one of the words stands."""

    def holds(*texts: str) -> bool:
        return any(fold(word) in fold(text) for word in words for text in texts)

    stated = [
        {"code": name, "label": program[name]}
        for name in ("name", "name_en", "summary", "eligibility")
        if holds(program[name])
    ]
    passages = _cited(program) if stated else []
    for row in program["citations"]:
        if row["passage"] and holds(row["as_written"], row["note"]):
            passages.append(row["passage"])
            label = row["as_written"] or row["note"]
            stated.append({"code": "as_written", "label": label})
    terms = [
        term
        for term in program["terms"]
        if holds(term["as_written"], term["applies_to"], term["condition"])
    ]
    found = _of_terms(terms)
    return Reason(_once(stated), found.terms, _once([*passages, *found.passages]))


def _cited(program: Told) -> list[Told]:
    return _once(row["passage"] for row in program["citations"] if row["passage"])


def _once(rows: Iterable[Told]) -> list[Told]:
    """The rows without repetitions, in their order."""
    return list({tuple(row.values()): row for row in rows}.values())


def named(program: Told) -> Told:
    """The program by code and name, in the language of the request."""
    english = get_language() == "en"
    label = (english and program["name_en"]) or program["name"]
    return {"code": program["code"], "label": label}
