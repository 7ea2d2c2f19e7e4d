"""Reading the seed sheets: YAML files written by people, turned into plain rows.

``seeds/`` holds regions, categories and indicators, agencies by jurisdiction, and one
sheet for each document with its passages and all that they support. Its form is told
in docs/data.md. Nothing is passed over: an unknown key, a value outside its list, a
code that nobody defines or two sheets that disagree are all reported at once.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models

from programs import rows as plain_rows
from programs.models import (
    Agency,
    AgencyAlias,
    Category,
    Indicator,
    Region,
)
from programs.rows import Row, Rows
from registry import journal


class SheetError(Exception):
    """What is wrong with the sheets, a line for each mistake."""


@dataclass(frozen=True)
class Stretch:
    """Where a document stands in its source file: its first and last line's start."""

    file: str
    first: str
    last: str


@dataclass(frozen=True)
class LeftOut:
    """A numeral or name that is no fact of ours, and why."""

    text: str
    why: str


@dataclass
class Sheets:
    """All that the sheets say: rows, where each text stands, and what was left out."""

    rows: Rows
    stretches: dict[str, Stretch] = field(default_factory=dict)
    left_out: dict[str, list[LeftOut]] = field(default_factory=dict)


class _Strict(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """Reads every scalar as text (``null`` as nothing); refuses a key given twice."""

    yaml_implicit_resolvers = {
        letter: [(tag, regexp) for tag, regexp in pairs if tag.endswith(":null")]
        for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


class Collector:
    """Rows as the sheets give them, and every mistake met on the way."""

    def __init__(self) -> None:
        self.rows: Rows = {journal.kind_of(model): {} for model in plain_rows.tables()}
        self.models = {journal.kind_of(m): m for m in plain_rows.tables()}
        self.places: dict[tuple[str, str], str] = {}
        self.mistakes: list[str] = []

    def wrong(self, place: str, what: str) -> None:
        self.mistakes.append(f"{place}: {what}")

    def put(
        self, model: type[models.Model], code: str, said: dict[str, Any], place: str
    ) -> None:
        """Add a row, or what another sheet says of it; two may not disagree."""
        kind = journal.kind_of(model)
        row = self._plain(model, said, place)
        known = self.rows[kind].setdefault(code, {})
        for name, value in row.items():
            if name in known and known[name] != value:
                other = self.places[kind, code]
                self.wrong(
                    place, f"{code} {name}: {value!r}, but {known[name]!r} in {other}"
                )
            known[name] = value
        self.places.setdefault((kind, code), place)

    def relate(self, model: type[models.Model], name: str, code: str, to: str) -> None:
        """Add a line of the many-to-many relation of that name."""
        relation: Any = model._meta.get_field(name)
        row = {
            f"{relation.m2m_field_name()}_id": code,
            f"{relation.m2m_reverse_field_name()}_id": to,
        }
        kind = journal.kind_of(relation.remote_field.through)
        self.rows[kind][f"{code}.{to}"] = row

    def _plain(self, model: type[models.Model], said: dict, place: str) -> Row:
        fields = {f.name: f for f in plain_rows.columns(model).values()}
        row = {}
        for name, value in said.items():
            if name not in fields:
                self.wrong(place, f"unknown key {name!r}; allowed: {sorted(fields)}")
                continue
            column = fields[name]
            if isinstance(column, models.BooleanField):
                value = {"true": True, "false": False}.get(value, value)
            try:
                row[column.attname] = plain_rows.plain(column, value)
                if column.choices and value:
                    column.validate(value, None)
                elif value:
                    column.run_validators(column.to_python(value))
            except ValidationError as error:
                listed = [choice for choice, _label in column.choices or []]
                more = f"; allowed: {listed}" if listed else ""
                self.wrong(place, f"{name}: {' '.join(error.messages)}{more}")
        return row

    def finish(self) -> Rows:
        """Fill what was not said with nothing; raise `SheetError` on any mistake."""
        for kind, rows in self.rows.items():
            fields = plain_rows.columns(self.models[kind])
            for code, row in rows.items():
                for name, column in fields.items():
                    row.setdefault(name, plain_rows.plain(column, _unsaid(column)))
                self._check_references(kind, code, row, fields)
                rows[code] = {name: row[name] for name in fields}
            self._check_unique(kind, rows)
        if self.mistakes:
            raise SheetError("\n".join(self.mistakes))
        return self.rows

    def _check_references(
        self, kind: str, code: str, row: Row, fields: dict[str, models.Field]
    ) -> None:
        place = self.places.get((kind, code), kind)
        for name, column in fields.items():
            if row[name] in (None, "") and not (column.null or column.blank):
                self.wrong(place, f"{code}: {column.name} is missing")
            if isinstance(column, models.ForeignKey) and row[name] is not None:
                target = journal.kind_of(column.related_model)
                if row[name] not in self.rows[target]:
                    self.wrong(place, f"{code}: no {target} has the code {row[name]}")

    def _check_unique(self, kind: str, rows: dict[str, Row]) -> None:
        """What the table's unique constraints forbid; nothing stated is no value."""
        meta: Any = self.models[kind]._meta
        for constraint in meta.constraints:
            if not isinstance(constraint, models.UniqueConstraint):
                continue
            names = [meta.get_field(name).attname for name in constraint.fields]
            holders: dict[tuple[Any, ...], str] = {}
            for code, row in rows.items():
                values = tuple(row[name] for name in names)
                if not all(values):
                    continue
                other = holders.setdefault(values, code)
                if other != code:
                    place = self.places.get((kind, code), kind)
                    said = ", ".join(map(str, values))
                    self.wrong(place, f"{code}: {other} has {said} already")


def _unsaid(column: models.Field) -> Any:
    return "published" if column.name == "publication" else column.get_default()


def read(folder: Path) -> Sheets:
    """All sheets of a folder. Raises `SheetError` that lists every mistake."""
    from programs.sheet_documents import DocumentSheet

    collect = Collector()
    found = Sheets(rows=collect.rows)
    for name, model in (
        ("regions", Region),
        ("categories", Category),
        ("indicators", Indicator),
    ):
        for code, said in _load(folder / f"{name}.yaml").items():
            collect.put(model, code, said, f"{name}.yaml {code}")
    for path in sorted((folder / "agencies").glob("*.yaml")):
        for code, said in _load(path).items():
            _put_agency(collect, code, dict(said), f"{path.name} {code}")
    for path in sorted((folder / "documents").glob("*.yaml")):
        DocumentSheet(collect, path.name, _load(path)).put(found)
    collect.finish()
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_Strict) or {}  # noqa: S506
    except (OSError, yaml.YAMLError) as error:
        raise SheetError(f"{path.name}: {error}") from error


def _put_agency(collect: Collector, code: str, said: dict, place: str) -> None:
    aliases = said.pop("aliases", [])
    collect.put(Agency, code, said, place)
    for alias in aliases:
        facts: dict[str, Any] = {"region": said.get("region")}
        facts |= alias if isinstance(alias, dict) else {"name": alias}
        row = AgencyAlias(name=facts["name"])
        key = row.key()
        if facts["region"] != said.get("region"):
            key = f"{facts['region']}-{key}"
        collect.put(AgencyAlias, f"{code}.{key}", {"agency": code, **facts}, place)
