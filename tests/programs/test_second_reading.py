"""The texts read a second time, from the bare text: each fact is recorded or settled.

``second_reading.tsv`` has document, locator, a wording of the text, its value, and how
it was settled where no record of the passage has it.
"""

import csv
from decimal import Decimal
from pathlib import Path

from programs.models import Passage

FILE = Path(__file__).with_name("second_reading.tsv")


def told_of(passage):
    """(own wording, all words, value) of everything that the passage supports."""
    for citation in passage.citations.select_related("program"):
        roles = citation.program.roles.select_related("agency")
        bodies = " ".join(f"{r.as_written} {r.agency and r.agency.name}" for r in roles)
        words = f"{citation.as_written} {citation.program.name} {bodies}"
        yield citation.as_written, words, None
    for term in passage.terms.select_related("program"):
        words = f"{term.as_written} {term.program and term.program.name}"
        yield term.as_written, words, term.value
    for figure in passage.figures.all():
        words = f"{figure.as_written} {figure.segment} {figure.statement}"
        words += f" {figure.agency and figure.agency.name}"
        yield figure.as_written, words, figure.value
    for duty in passage.responsibilities.select_related("agency"):
        words = f"{duty.as_written} {duty.task} {duty.agency and duty.agency.name}"
        yield duty.as_written, words, None
    for case in passage.cases.all():
        yield case.title, f"{case.title} {case.beneficiary}", None
    for document in passage.told_of.all():
        bodies = " ".join(role.as_written for role in document.roles.all())
        yield document.title, f"{document.title} {document.number} {bodies}", None


def says(fact, value, own, words, stated):
    """Whether a row is the fact: one wording may be longer than the other."""
    alike = fact["wording"] in words or (len(own) > 2 and own in fact["wording"])
    return alike and value in (None, stated)


def test_every_fact_of_the_second_reading_is_recorded_or_settled(shipped):
    passages = {(p.document_id, p.locator): p for p in Passage.objects.all()}
    told = {place: list(told_of(passage)) for place, passage in passages.items()}
    lacking = []
    with FILE.open(encoding="utf-8", newline="") as lines:
        facts = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for fact in facts:
        value = Decimal(fact["value"]) if fact["value"] else None
        place = (fact["document"], fact["locator"])
        recorded = any(says(fact, value, *row) for row in told.get(place, []))
        if recorded == bool(fact["settled"]):
            lacking.append((*place, fact["wording"], fact["value"], fact["settled"]))
    assert len(facts) > 250
    assert lacking == []
