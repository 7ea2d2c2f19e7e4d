"""What seeding would write: sheets against the registry and what was last loaded.

Each column is merged three ways: what the sheet says, what was last loaded from one,
what stands now. Where somebody changed it since, their value stays and is reported.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from programs import rows as plain_rows
from programs.rows import Row, Rows
from registry import journal
from registry.models import Entry, Record

LOADING_PATHS = ("seed", "loaddata")


@dataclass
class Kept:
    """A difference left as it stands: who would overwrite what of an analyst."""

    kind: str
    code: str
    column: str
    here: Any
    sheet: Any

    def __str__(self) -> str:
        if not self.column:
            return f"{self.kind} {self.code}: {self.here} / {self.sheet}"
        return f"{self.kind} {self.code} {self.column}: {self.here!r} ≠ {self.sheet!r}"


@dataclass
class Plan:
    """What seeding would write: rows by kind and code, and what it leaves alone.

    ``replaced`` has the values that those in ``updated`` are to take the place of, and
    what the rows in ``removed`` are to say still.
    """

    created: dict[str, dict[str, Row]] = field(default_factory=dict)
    updated: dict[str, dict[str, Row]] = field(default_factory=dict)
    replaced: dict[str, dict[str, Row]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)
    unchanged: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return sum(
            len(rows)
            for part in (self.created, self.updated, self.removed)
            for rows in part.values()
        )


def plan(wanted: Rows) -> Plan:
    """Compare the sheets with the registry and with what was last loaded."""
    made = Plan()
    standing = plain_rows.of_database()
    loaded = plain_rows.as_loaded(LOADING_PATHS, _unlike(standing, wanted))
    for model in plain_rows.tables():
        kind = journal.kind_of(model)
        here, before = standing[kind], loaded[kind]
        gone = _deleted_codes(kind)
        for code, row in wanted.get(kind, {}).items():
            if code in here:
                _merge(made, kind, code, row, here[code], before.get(code))
            elif code in before or code in gone:
                made.kept.append(Kept(kind, code, "", "deleted here", "in the sheets"))
            else:
                made.created.setdefault(kind, {})[code] = row
        for code in sorted(before.keys() & here.keys() - wanted.get(kind, {}).keys()):
            touched = any(here[code][name] != v for name, v in before[code].items())
            if touched or issubclass(model, Record):
                made.kept.append(Kept(kind, code, "", "here", "no longer in sheets"))
            else:
                made.removed.setdefault(kind, []).append(code)
                made.replaced.setdefault(kind, {})[code] = before[code]
    said = Said(standing)
    while _hold_back(made, standing, said):
        continue
    return made


def _unlike(standing: Rows, wanted: Rows) -> dict[str, set[str]]:
    """Kind → codes of rows that the registry and the sheets tell differently."""
    found = {}
    for kind, here in standing.items():
        rows = wanted.get(kind, {})
        found[kind] = here.keys() ^ rows.keys()
        for code in here.keys() & rows.keys():
            if any(here[code][name] != value for name, value in rows[code].items()):
                found[kind].add(code)
    return found


class Said:
    """Which standing row says already what only one may say, found without a scan."""

    def __init__(self, standing: Rows) -> None:
        self.standing = standing
        self._codes: dict[tuple[str, ...], dict[tuple[Any, ...], list[str]]] = {}

    def codes(self, kind: str, names: tuple[str, ...], said: Any) -> list[str]:
        """Codes of the rows of that kind that say so in those columns."""
        if (kind, *names) not in self._codes:
            found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
            for code, row in self.standing[kind].items():
                found[tuple(row[name] for name in names)].append(code)
            self._codes[kind, *names] = found
        return self._codes[kind, *names].get(said, [])


def _hold_back(made: Plan, standing: Rows, said: Said) -> bool:
    """Keep rows from being written that could not stand; whether there was any.

    They refer to a row that was deleted here, or say what is to be said once and an
    analyst's row says already.
    """
    held = False
    for model in plain_rows.tables():
        kind = journal.kind_of(model)
        rows = made.created.get(kind, {})
        for code in list(rows):
            here = _missing(made, standing, model, rows[code])
            here = here or _taken(made, said, model, rows[code])
            if here:
                made.kept.append(Kept(kind, code, "", here, "in the sheets"))
                del rows[code]
                held = True
        updates = made.updated.get(kind, {})
        for code, changes in list(updates.items()):
            row = standing[kind][code] | changes
            here = _missing(made, standing, model, changes)
            here = here or _taken(made, said, model, row, code)
            if here:
                made.kept.append(Kept(kind, code, "", here, "in the sheets"))
                del updates[code]
                held = True
    return held


def _missing(made: Plan, standing: Rows, model: Any, row: Row) -> str:
    """What the row refers to and is not there; empty text for nothing."""
    for name, column in plain_rows.columns(model).items():
        if isinstance(column, models.ForeignKey) and row.get(name) is not None:
            kind = journal.kind_of(column.related_model)
            created = made.created.get(kind, {})
            if row[name] not in standing[kind] and row[name] not in created:
                return f"{row[name]} was deleted here"
    return ""


def _taken(made: Plan, standing: Said, model: Any, row: Row, code: str = "") -> str:
    """The standing row that will say still what only one may say; or empty text."""
    kind = journal.kind_of(model)
    updated = made.updated.get(kind, {})
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        names = tuple(model._meta.get_field(name).attname for name in constraint.fields)
        said = tuple(row.get(name) for name in names)
        if any(value in ("", None) for value in said):
            continue
        for other in standing.codes(kind, names, said):
            gives_up = any(
                updated.get(other, {}).get(name, row[name]) != row[name]
                for name in names
            )
            gone = other in made.removed.get(kind, [])
            if other != code and not gone and not gives_up:
                return f"said by {other}"
    return ""


def _merge(
    made: Plan, kind: str, code: str, sheet: Row, here: Row, loaded: Row | None
) -> None:
    changes = {}
    differs = False
    for name, value in sheet.items():
        if here[name] == value:
            continue
        differs = True
        if loaded is not None and loaded.get(name) == here[name]:
            changes[name] = value
        else:
            made.kept.append(Kept(kind, code, name, here[name], value))
    if changes:
        made.updated.setdefault(kind, {})[code] = changes
        replaced = {name: here[name] for name in changes}
        made.replaced.setdefault(kind, {})[code] = replaced
    elif not differs:
        made.unchanged[kind] += 1


def _deleted_codes(kind: str) -> set[str]:
    """Codes of that kind that somebody deleted, not counting what loading removed."""
    entries = Entry.objects.filter(kind=kind, action="D")
    entries = entries.exclude(change__path__in=LOADING_PATHS)
    return set(entries.values_list("key", flat=True))
