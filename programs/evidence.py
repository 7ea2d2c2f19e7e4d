"""Whether every figure is borne out by its own wording, and every record by a source.

The checks of the registry itself need no source text; `source_texts` compares it with
the texts, for whoever has them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from programs.document_numbers import DocumentNumberError, normalise
from programs.rows import Row, Rows
from registry.numerals import numerals
from registry.readings import comparators_in, stated
from registry.relative_dates import resolve


@dataclass(frozen=True)
class Finding:
    """Something that is not borne out: of which row, and what."""

    code: str
    problem: str

    def __str__(self) -> str:
        return f"{self.code}: {self.problem}"


def check(rows: Rows) -> list[Finding]:
    """Everything in the registry that its own evidence does not bear out."""
    return [
        *_quantities(rows, "term"),
        *_quantities(rows, "figure"),
        *_periods(rows),
        *_numbers(rows),
        *_related(rows),
        *_unsourced(rows),
    ]


def _quantities(rows: Rows, kind: str) -> Iterator[Finding]:
    """Values, previous values and comparators against the words they were read from."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, row in rows[kind].items():
        if row["value"] is not None:
            alike[row["passage_id"], row["as_written"]].append(code)
    for (passage, _wording), codes in alike.items():
        codes.sort(key=lambda code: (rows[kind][code].get("order", 1), code))
        for place, code in enumerate(codes):
            row = rows[kind][code]
            yield from _value(code, row, place if len(codes) > 1 else None)
            yield from _comparator(code, row)
            summary = rows["passage"][passage]["summary"]
            value = Decimal(row["value"])
            if value not in stated(summary, row["unit"]) and not _digits(row, summary):
                yield Finding(code, f"{row['value']} is not in the summary")


def _value(code: str, row: Row, place: int | None) -> Iterator[Finding]:
    found = stated(row["as_written"], row["unit"])
    for name in ("value", "value_to", "previous"):
        if row.get(name) is not None and Decimal(row[name]) not in found:
            yield Finding(code, f"{name} {row[name]} is not in “{row['as_written']}”")
            return
    if place is None or "order" not in row or len(found) <= place:
        return
    if Decimal(row["value"]) != found[place]:
        yield Finding(code, f"{row['value']} is not number {place + 1} in order")


def _comparator(code: str, row: Row) -> Iterator[Finding]:
    """The words that touch the value: 提高至, 达到 say none, which is “exactly”."""
    wording, value = row["as_written"], Decimal(row["value"])
    values = zip(
        stated(wording, row["unit"]), comparators_in(wording, row["unit"]), strict=True
    )
    touching = {
        comparator for stated_value, comparator in values if stated_value == value
    }
    if touching and row["comparator"] not in touching:
        said = ", ".join(sorted(touching))
        yield Finding(code, f"{row['comparator']}, but “{wording}” says {said}")


def _digits(row: Row, text: str) -> bool:
    """Whether the text has the wording's own numerals, in whatever unit."""
    wanted = {n.value for n in numerals(row["as_written"])}
    return bool(wanted) and wanted <= {n.value for n in numerals(text)}


def _periods(rows: Rows) -> Iterator[Finding]:
    """Periods as written, resolved from the document's date, against those recorded."""
    for code, row in rows["figure"].items():
        if not row["period_as_written"]:
            continue
        document = rows["document"][rows["passage"][row["passage_id"]]["document_id"]]
        today = document["published_on"] or document["issued_on"]
        if not today:
            continue
        try:
            start, end = resolve(row["period_as_written"], today)
        except ValueError:
            if row["period_end"]:
                yield Finding(code, f"can't read “{row['period_as_written']}”")
            continue
        # “2024年” is the year as a period; as a date it is the same without start.
        if row["period_end"] != end or row["period_start"] not in ("", start, end):
            recorded = f"{row['period_start']}/{row['period_end']}"
            told = f"{start}/{end}"
            yield Finding(code, f"“{row['period_as_written']}”: {told}, not {recorded}")


def _numbers(rows: Rows) -> Iterator[Finding]:
    """Document numbers in their proper form, as the printed form mends to."""
    for code, row in rows["document"].items():
        for printed in filter(None, (row["number"], row["number_as_printed"])):
            try:
                number = normalise(printed)
            except DocumentNumberError as error:
                yield Finding(code, str(error))
                continue
            if number != row["number"]:
                yield Finding(code, f"{printed} is {number}, not {row['number']}")


def _related(rows: Rows) -> Iterator[Finding]:
    """Parts share their whole's indicator; a fact is told again in another passage."""
    figures = rows["figure"]
    distinguishing = ("segment", "region_id", "transformation", "agency_id")
    for code, row in figures.items():
        if whole := figures.get(row["part_of_id"]):
            if whole["indicator_id"] != row["indicator_id"]:
                yield Finding(code, "is part of another indicator")
            elif all(whole[name] == row[name] for name in distinguishing):
                yield Finding(code, "does not differ from what it is part of")
        if other := figures.get(row["restates_id"]):
            if other["passage_id"] == row["passage_id"]:
                yield Finding(code, "tells again a figure of its own passage")
            if other["indicator_id"] != row["indicator_id"]:
                yield Finding(code, "tells again another indicator")
    units = {code: row["unit"] for code, row in rows["indicator"].items()}
    for code, row in figures.items():
        level = row["transformation"] == "level" and row["unit"]
        if level and units[row["indicator_id"]] != row["unit"]:
            yield Finding(code, f"{row['unit']}, but its indicator is in another unit")


def _unsourced(rows: Rows) -> Iterator[Finding]:
    """Programs, agencies and documents that nothing leads back to a text."""
    cited = _all(rows, "citation", "program_id")
    known = set.union(
        _all(rows, "agencyalias", "agency_id"),
        _all(rows, "responsibility", "agency_id"),
        _all(rows, "documentrole", "agency_id"),
        _all(rows, "programrole", "agency_id"),
        _all(rows, "case", "agency_id"),
        _all(rows, "agency", "parent_id"),
    )
    read = _all(rows, "passage", "document_id")
    carrying = _all(rows, "document", "carried_in_id")
    for code in rows["program"].keys() - cited:
        yield Finding(code, "no citation")
    for code in rows["agency"].keys() - known:
        yield Finding(code, "no alias, role or responsibility")
    for code, row in rows["document"].items():
        if code not in read | carrying and not row["learned_from_id"]:
            yield Finding(code, "no passage, and not known from one")


def _all(rows: Rows, kind: str, column: str) -> set[Any]:
    return {row[column] for row in rows[kind].values()}
