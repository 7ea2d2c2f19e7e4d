"""A document's own sheet: what it is, its passages, and what each of them supports."""

from typing import Any

from programs.models import (
    Case,
    Citation,
    Document,
    DocumentRole,
    Figure,
    Passage,
    Program,
    ProgramLink,
    ProgramRole,
    Responsibility,
    Term,
)
from programs.models.passages import locator_key
from programs.sheets import Collector, LeftOut, Sheets, Stretch

PARTS = {"document", "text", "mentions", "passages", "left_out"}
SUPPORTED = {"responsible", "duties", "programs", "terms", "figures", "cases"}


class DocumentSheet:
    """One sheet, put into the collector's rows."""

    def __init__(self, collect: Collector, file: str, sheet: dict[str, Any]) -> None:
        self.collect = collect
        self.file = file
        self.sheet = sheet
        self.code = sheet["document"]["code"]
        self.region = sheet["document"].get("region")

    def put(self, found: Sheets) -> None:
        for part in self.sheet.keys() - PARTS:
            self.collect.wrong(self.file, f"unknown part {part!r}: {sorted(PARTS)}")
        facts = {k: v for k, v in self.sheet["document"].items() if k != "code"}
        self._document(self.code, facts, self.file)
        for code, said in (self.sheet.get("mentions") or {}).items():
            self._document(
                code, {"coverage": "mentioned", **said}, f"{self.file} {code}"
            )
        passages = (self.sheet.get("passages") or {}).items()
        for order, (locator, said) in enumerate(passages, start=1):
            self._passage(locator, dict(said), order)
        if text := self.sheet.get("text"):
            found.stretches[self.code] = Stretch(text["file"], text["from"], text["to"])
        found.left_out[self.code] = [
            LeftOut(entry["text"], entry["why"])
            for entry in self.sheet.get("left_out") or []
        ]

    def _document(self, code: str, said: dict[str, Any], place: str) -> None:
        roles = said.pop("roles", [])
        for other in said.pop("reports_on", []):
            self.collect.relate(Document, "reports_on", code, other)
        if learned := said.get("learned_from"):
            said["learned_from"] = self._passage_code(learned)
        self.collect.put(Document, code, said, place)
        for order, role in enumerate(roles, start=1):
            row = _role(role, DocumentRole.Role.values) | {"order": order}
            instance = DocumentRole(
                role=row["role"], agency_id=row["agency"], as_written=row["as_written"]
            )
            row["document"] = code
            self.collect.put(DocumentRole, f"{code}.{instance.key()}", row, place)

    def _passage(self, locator: str, said: dict[str, Any], order: int) -> None:
        place = f"{self.file} {locator}"
        code = self._passage_code(locator)
        parts = {name: said.pop(name, None) or {} for name in SUPPORTED}
        said |= {"document": self.code, "locator": locator, "order": str(order)}
        self.collect.put(Passage, code, said, place)
        self._responsibilities(code, parts["responsible"], parts["duties"], place)
        for program, facts in parts["programs"].items():
            self._program(program, dict(facts), code, f"{place} {program}")
        for key, facts in parts["terms"].items():
            self._term(f"{code}.{key}", dict(facts), code, f"{place} {key}")
        for key, facts in parts["figures"].items():
            self._figure(f"{code}.{key}", dict(facts), code, f"{place} {key}")
        for case, facts in parts["cases"].items():
            row = dict(facts) | {"passage": code}
            start, end = _period(row.pop("period", ""))
            row |= {"period_start": start, "period_end": end}
            self.collect.put(Case, case, row, f"{place} {case}")

    def _responsibilities(
        self, passage: str, listed: Any, duties: Any, place: str
    ) -> None:
        order = 0
        for number, group in enumerate(listed or [], start=1):
            for entry in group:
                ((agency, as_written),) = entry.items()
                order += 1
                row = {"agency": agency, "group": number, "as_written": as_written}
                row |= {"passage": passage, "source": "listed", "order": order}
                code = f"{passage}.listed-{order}"
                self.collect.put(Responsibility, code, row, place)
        for order, duty in enumerate(duties or [], start=1):
            row = dict(duty) | {"passage": passage, "source": "text", "order": order}
            code = f"{passage}.text-{order}"
            self.collect.put(Responsibility, code, row, place)

    def _program(
        self, code: str, said: dict[str, Any], passage: str, place: str
    ) -> None:
        citation = {
            "program": code,
            "passage": passage,
            "as_written": said.pop("as_written", None),
            "note": said.pop("note", ""),
        }
        if not citation["as_written"]:
            self.collect.wrong(place, "as_written is missing")
        self.collect.put(Citation, f"{code}.{passage}", citation, place)
        for name in ("for", "stages", "industries"):
            for category in said.pop(name, []):
                self.collect.relate(Program, "categories", code, category)
        for region in said.pop("places", []):
            self.collect.relate(Program, "places", code, region)
        for role in said.pop("roles", []):
            self._program_role(code, role, place)
        for relation, targets in said.pop("links", {}).items():
            for target in targets:
                row = {"program": code, "relation": relation, "target": target}
                self.collect.put(ProgramLink, f"{code}.{relation}-{target}", row, place)
        if said:
            self.collect.put(Program, code, {"region": self.region, **said}, place)

    def _program_role(self, program: str, role: dict[str, Any], place: str) -> None:
        row = _role(role, ProgramRole.Role.values) | {"program": program}
        key = ProgramRole(
            role=row["role"], agency_id=row["agency"], as_written=row["as_written"]
        ).key()
        rows = self.collect.rows["programrole"]
        code = f"{program}.{key}"
        if code not in rows:
            owned = [other for other in rows if other.startswith(f"{program}.")]
            self.collect.put(ProgramRole, code, row | {"order": len(owned) + 1}, place)

    def _term(self, code: str, said: dict[str, Any], passage: str, place: str) -> None:
        said |= self._quantity(said.pop("is", ""), place) | {"passage": passage}
        if again := said.get("restates"):
            said["restates"] = self._row_code(again)
        self.collect.put(Term, code, said, place)

    def _figure(
        self, code: str, said: dict[str, Any], passage: str, place: str
    ) -> None:
        said |= self._quantity(said.pop("is", ""), place) | {"passage": passage}
        said["period_start"], said["period_end"] = _period(said.pop("period", ""))
        for name in ("restates", "part_of"):
            if said.get(name):
                said[name] = self._row_code(said[name])
        if not any(said.get(name) for name in ("program", "agency", "case")):
            said.setdefault("region", self.region)
        self.collect.put(Figure, code, said, place)

    def _quantity(self, text: str, place: str) -> dict[str, str]:
        """``lte 20000000 CNY`` or ``between 3 5 percent`` as columns."""
        words = text.split()
        if not words:
            return {}
        if words[0] == "between" and len(words) == 4:
            names = ["comparator", "value", "value_to", "unit"]
        elif len(words) == 3:
            names = ["comparator", "value", "unit"]
        else:
            self.collect.wrong(place, f"is: {text!r}; say “comparator value unit”")
            return {}
        return dict(zip(names, words, strict=True))

    def _passage_code(self, reference: str) -> str:
        """``¶2``, or ``<document> ¶2`` of another sheet, as a passage's code."""
        document, _space, locator = reference.partition(" ")
        if not document[:6].isdigit():
            document, locator = self.code, reference
        return f"{document}.{locator_key(locator)}"

    def _row_code(self, reference: str) -> str:
        """``¶7 amount`` or ``<document> ¶7 amount`` as the code of a term or figure."""
        passage, _space, key = reference.rpartition(" ")
        return f"{self._passage_code(passage)}.{key}"


def _role(said: dict[str, Any], allowed: list[str]) -> dict[str, Any]:
    """``{operator: <agency>, as_written: …}`` as columns."""
    row = {name: value for name, value in said.items() if name not in allowed}
    for name in said.keys() & set(allowed):
        row |= {"role": name, "agency": said[name]}
    return {"as_written": "", **row}


def _period(text: str) -> tuple[str, str]:
    """``A`` (as of A), ``A/B`` or ``../B`` as first and last date."""
    start, slash, end = text.partition("/")
    if not slash:
        return "", start
    return "" if start == ".." else start, end
