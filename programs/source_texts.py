"""The registry against the source texts: each wording verbatim, each numeral kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from programs import clauses, texts
from programs.evidence import Finding
from programs.rows import Row, Rows
from programs.sheets import Sheets
from registry.numerals import numerals

# Columns whose text is the source's own, by kind; all of rows that hang on a passage.
WORDINGS = {
    "citation": ["as_written"],
    "responsibility": ["as_written"],
    "term": ["as_written"],
    "figure": ["as_written", "period_as_written"],
}
# What a document's own row says of its text: its head and its source line.
HEAD = ["title", "notice_title", "number_as_printed", "issued_as_written", "author"]


@dataclass
class Coverage:
    """How much of one document's text is accounted for."""

    document: str
    passages: int = 0
    records: int = 0
    numerals: int = 0
    recorded: int = 0
    left_out: int = 0
    findings: list[Finding] = field(default_factory=list)


def check(rows: Rows, sheets: Sheets, folder: Path) -> list[Coverage]:
    """Coverage of every document that a sheet places in a source text."""
    wordings = _by_passage(rows)
    roles: dict[str, bool] = {}
    coverages = [
        _document(rows, sheets, code, wordings, roles, folder)
        for code in sheets.stretches
    ]
    for role, stands in roles.items():
        if not stands:
            said = rows["programrole"][role]["as_written"]
            coverages[-1].findings.append(Finding(role, f"not verbatim: {said}"))
    return coverages


def check_rest(rows: Rows, sheets: Sheets, folder: Path) -> list[Finding]:
    """Numerals of lines outside every document's stretch, page furniture mostly."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for code, stretch in sheets.stretches.items():
        by_file[stretch.file].append(code)
    findings = []
    for file, codes in by_file.items():
        rest = texts.whole(folder, file)
        for code in codes:
            for line in texts.lines_of(folder, sheets.stretches[code]):
                if line in rest:
                    rest.remove(line)
        carriers = {rows["document"][code]["carried_in_id"] for code in codes} - {None}
        around = [*codes, *sorted(carriers)]
        out = [
            entry.text for code in around for entry in sheets.left_out.get(code, [])
        ] + [text for code in around for text in _head(rows, code)]
        coverage = Coverage(file)
        for line in rest:
            _count(coverage, file, line, [], out)
        findings += coverage.findings
    return findings


def _by_passage(rows: Rows) -> dict[str, list[tuple[str, str]]]:
    """Passage → (code of the row, wording) of all that was read from it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, columns in WORDINGS.items():
        for code, row in rows[kind].items():
            for column in columns:
                if row[column]:
                    found[row["passage_id"]].append((code, row[column]))
    for code, row in rows["programrole"].items():
        # A role names no passage: its words stand in one that cites the program.
        for citation in rows["citation"].values():
            if citation["program_id"] == row["program_id"] and row["as_written"]:
                found[citation["passage_id"]].append((f"?{code}", row["as_written"]))
    return found


def _document(
    rows: Rows,
    sheets: Sheets,
    code: str,
    wordings: dict[str, list[tuple[str, str]]],
    roles: dict[str, bool],
    folder: Path,
) -> Coverage:
    passages = {
        row["locator"]: passage
        for passage, row in rows["passage"].items()
        if row["document_id"] == code
    }
    coverage = Coverage(
        code,
        len(passages),
        sum(len(wordings[passage]) for passage in passages.values()),
    )
    lines = texts.lines_of(folder, sheets.stretches[code])
    cut = texts.cut(lines, set(passages))
    out = [entry.text for entry in sheets.left_out.get(code, [])]
    head = _head(rows, code)
    whole = "\n".join(texts.whole(folder, sheets.stretches[code].file))
    for text in out:
        if not texts.stands_in(text, whole):
            coverage.findings.append(Finding(code, f"left out, but not there: {text}"))
    for locator, passage in passages.items():
        stretch = cut.passages.get(locator)
        if stretch is None:
            coverage.findings.append(Finding(passage, f"no stretch at {locator}"))
            continue
        spans = []
        for row, wording in wordings[passage]:
            found = texts.stands_in(wording, stretch)
            spans += found
            if row.startswith("?"):
                roles[row[1:]] = roles.get(row[1:], False) or bool(found)
            elif not found:
                coverage.findings.append(Finding(row, f"not verbatim: {wording}"))
            else:
                clause = clauses.around(stretch, *found[0])
                coverage.findings += clauses.unsaid(rows, row, clause)
        _count(coverage, passage, stretch, spans, [*out, *head])
        told = [wording for _row, wording in wordings[passage]] + out + head
        coverage.findings += clauses.summarised(passage, rows["passage"][passage], told)
    unread = [t for locator, t in cut.passages.items() if locator not in passages]
    for stretch in [*unread, *cut.rest]:
        _count(coverage, code, stretch, [], [*out, *head])
    return coverage


def _head(rows: Rows, code: str) -> list[str]:
    """Title, number, dates and credits of the document and of those it mentions."""
    row: Row = rows["document"][code]
    said = [row[column] for column in HEAD]
    said += [row[name] for name in ("published_on", "issued_on")]
    known = {code} | {
        other
        for other, told in rows["document"].items()
        if (told["learned_from_id"] or "").startswith(f"{code}.")
    }
    for other in known - {code}:
        said += [rows["document"][other][column] for column in HEAD]
    said += [
        role["as_written"]
        for role in rows["documentrole"].values()
        if role["document_id"] in known
    ]
    return [text for text in said if text]


def _count(
    coverage: Coverage,
    code: str,
    stretch: str,
    recorded: list[tuple[int, int]],
    out: list[str],
) -> None:
    """Account for each numeral of the stretch; a finding for each that is nowhere."""
    excused = [span for text in out for span in texts.stands_in(text, stretch)]
    for numeral in numerals(stretch):
        if _numbering(stretch, numeral.start, numeral.end):
            continue
        coverage.numerals += 1
        place = (numeral.start, numeral.end)
        if _covered(place, recorded):
            coverage.recorded += 1
        elif _covered(place, excused):
            coverage.left_out += 1
        else:
            around = stretch[max(0, place[0] - 8) : place[1] + 8].replace("\n", " ")
            coverage.findings.append(Finding(code, f"unaccounted: …{around}…"))


def _covered(place: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in spans)


def _numbering(stretch: str, start: int, end: int) -> bool:
    """Whether the numeral is the text's own numbering: 一、 (一) 1. Group 5: [5]"""
    if any(
        mark.start() <= start and end <= mark.end()
        for mark in texts.DIGEST_NUMBERING.finditer(stretch)
    ):
        return True
    begins = stretch.rfind("\n", 0, start) + 1
    match = texts.NUMBERING.match(stretch, begins)
    return bool(match and start >= match.start() and end <= match.end())


def every_finding(coverages: list[Coverage]) -> Iterator[Finding]:
    for coverage in coverages:
        yield from coverage.findings
