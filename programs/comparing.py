"""Programs side by side: the same thing of each on one line, and whether they differ.

Reads programs as the API tells them (the rows of its detail), so that what is compared
is what is published, as of whichever day they were read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from programs.models import Category, Citation, Program, ProgramLink, ProgramRole, Term
from programs.models.quantified import Unit
from registry.quantities import Quantity, phrase

Told = dict[str, Any]

# Facts that a program states once, in the order of its form.
PLAIN = (
    "name name_en kind instrument lifecycle fund_strategy fund_vehicle region places"
    " launched ended summary eligibility website verified_on"
).split()
SCHEMES = ("stage", "audience", "industry")
# What makes two terms the same thing, whatever they set.
SAME = ("kind", "unit", "per", "base", "frequency")


@dataclass(frozen=True)
class Cell:
    """What one program states of a line, and where that is written; else empty."""

    values: list[Told] = field(default_factory=list)
    terms: list[Told] = field(default_factory=list)
    passages: list[Told] = field(default_factory=list)

    def said(self) -> set[Any]:
        """What makes it differ from another cell: values and limits, not wordings."""
        if self.terms:
            names = "comparator value value_to previous applies_to condition".split()
            return {
                (*(term[name] for name in names), term["value"] or term["as_written"])
                for term in self.terms
            }
        return {(value["code"], value["label"]) for value in self.values}


@dataclass(frozen=True)
class Line:
    """One thing, of every program: a fact, a role, a kind of term, a document."""

    aspect: Told
    line: Told
    cells: list[Cell]
    # What the terms on the line have in common.
    of: Told | None = None

    @property
    def differs(self) -> bool:
        """Whether the programs state other things; nothing is other than something."""
        first, *others = [cell.said() for cell in self.cells]
        return any(other != first for other in others)


def lines(programs: list[Told], titles: dict[str, str]) -> list[Line]:
    """What the programs state, each on its line; a line that none states is left out.

    ``titles`` has those of the documents that the programs' passages stand in.
    """
    found = [
        *(_plain(name, programs) for name in PLAIN),
        *(_scheme(scheme, programs) for scheme in SCHEMES),
        *_roles(programs),
        *_terms(programs),
        *_links(programs),
        *_sources(programs, titles),
    ]
    return [line for line in found if any(cell.values for cell in line.cells)]


def documents(programs: Iterable[Told]) -> set[str]:
    """Codes of the documents that the programs' facts were read from."""
    return {
        passage["document"]
        for program in programs
        for passage in _all_passages(program)
    }


def _cited(program: Told) -> list[Told]:
    """Passages that are cited for the program; they bear its facts as a whole."""
    return _distinct(row["passage"] for row in program["citations"])


def _all_passages(program: Told) -> list[Told]:
    rows = (*program["citations"], *program["terms"])
    return _distinct(row["passage"] for row in rows)


def _distinct(passages: Iterable[Told | None]) -> list[Told]:
    return list({one["code"]: one for one in passages if one}.values())


def _value(code: str, label: str) -> Told:
    return {"code": code, "label": label}


def _cell(program: Told, values: list[Told]) -> Cell:
    """A cell of a fact that has no passage of its own."""
    return Cell(values, passages=_cited(program) if values else [])


def _plain(name: str, programs: list[Told]) -> Line:
    column = {"instrument": "stip_instrument"}.get(name, name)
    field_: Any = Program._meta.get_field(column)
    aspect = _value(name, str(field_.verbose_name))

    def values(told: Any) -> list[Told]:
        if name == "places":
            return [row["region"] for row in told if row["region"]]
        if isinstance(told, dict):
            return [told]
        return [_value("", str(told))] if told else []

    cells = [_cell(program, values(program[name])) for program in programs]
    return Line(aspect, aspect, cells)


def _scheme(scheme: str, programs: list[Told]) -> Line:
    label = str(Category.Scheme(scheme).label)
    cells = [
        _cell(
            program,
            [
                row["category"]
                for row in program["categories"]
                if row["scheme"]["code"] == scheme
            ],
        )
        for program in programs
    ]
    return Line(_value(scheme, label), _value(scheme, label), cells)


def _grouped(
    aspect: Told, programs: list[Told], rows: str, by: str, show: Callable[[Told], Told]
) -> Iterator[Line]:
    """A line for each coded value of ``by``, in the order of its closed list."""
    choices: Any = {"roles": ProgramRole.Role, "links": ProgramLink.Relation}[rows]
    for choice in choices:
        cells = [
            _cell(
                program,
                [show(row) for row in program[rows] if row[by]["code"] == choice.value],
            )
            for program in programs
        ]
        yield Line(aspect, _value(choice.value, str(choice.label)), cells)


def _roles(programs: list[Told]) -> Iterator[Line]:
    aspect = _value("roles", str(ProgramRole._meta.verbose_name_plural))

    def show(row: Told) -> Told:
        agency = row["agency"] or _value("", row["as_written"])
        since = f" ({row['since']})" if row["since"] else ""
        return _value(agency["code"], agency["label"] + since)

    return _grouped(aspect, programs, "roles", "role", show)


def _links(programs: list[Told]) -> Iterator[Line]:
    aspect = _value("links", str(ProgramLink._meta.verbose_name_plural))
    return _grouped(aspect, programs, "links", "relation", lambda row: row["target"])


def _terms(programs: list[Told]) -> Iterator[Line]:
    """A line for each kind, unit, subject, base and frequency that some term has."""
    aspect = _value("terms", str(Term._meta.verbose_name_plural))
    found: dict[tuple[str, ...], Told] = {}
    for program in programs:
        for term in program["terms"]:
            found.setdefault(_same(term), {name: term[name] for name in SAME})
    place = {kind.value: number for number, kind in enumerate(Term.Kind)}
    for same in sorted(found, key=lambda key: (place[key[0]], key)):
        of = found[same]
        cells = []
        for program in programs:
            terms = [term for term in program["terms"] if _same(term) == same]
            values = [_value(term["code"], limit(term)) for term in terms]
            passages = _distinct(term["passage"] for term in terms)
            cells.append(Cell(values, terms, passages))
        yield Line(aspect, _value(".".join(same), _term_label(of)), cells, of)


def _same(term: Told) -> tuple[str, ...]:
    return tuple(
        (term[name] or {}).get("code", "") if name in ("kind", "per", "frequency")
        else term[name]
        for name in SAME
    )  # fmt: skip


def _term_label(of: Told) -> str:
    """What the terms of a line set: ``额度(单户,元)``."""
    unit = str(Unit(of["unit"]).label) if of["unit"] else ""
    told = [(of[name] or {}).get("label", "") for name in ("per", "frequency")]
    return _with(of["kind"]["label"], [*told, of["base"], unit])


def _with(text: str, more: Iterable[str]) -> str:
    """The text, with what there is of the rest in brackets."""
    listed = [one for one in more if one]
    chinese = (get_language() or "").startswith("zh")
    if not listed:
        return text
    inner = ("、" if chinese else ", ").join(listed)
    return f"{text}({inner})" if chinese else f"{text} ({inner})"


def limit(term: Told) -> str:
    """A term's value in words, and for what it holds: ``不超过3年(控股型并购)``."""
    said = term["as_written"]
    if term["value"] is not None:
        said = phrase(
            Quantity(
                term["comparator"],
                Decimal(term["value"]),
                term["unit"],
                _decimal(term["value_to"]),
                _decimal(term["previous"]),
            ),
            get_language() or "zh-hans",
        )
    return _with(said, [term["applies_to"], term["condition"]])


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _sources(programs: list[Told], titles: dict[str, str]) -> Iterator[Line]:
    """A line for each document, with the places in it that tell of each program."""
    aspect = _value("sources", str(Citation._meta.verbose_name_plural))
    for code in sorted(documents(programs)):
        cells = []
        for program in programs:
            there = [p for p in _all_passages(program) if p["document"] == code]
            places = [_value(p["code"], p["locator"]) for p in there]
            cells.append(Cell(places, passages=there))
        yield Line(aspect, _value(code, titles.get(code, code)), cells)
