"""Tables that are exported and imported together: programs with terms and roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from registry.transfer.columns import KEPT, fields_of, owner_of, table_of
from registry.transfer.tables import Table
from registry.transfer.widgets import widget_for

CHUNK = 1000


@dataclass(frozen=True)
class Part:
    """One table of a bundle; ``via`` names the column with the record of the first.

    ``given`` is what all rows of it say, and new ones need not.
    """

    name: str
    model: type[models.Model]
    via: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return table_of(self.model, self.name)

    def rows(self, records: models.QuerySet) -> Iterator[dict[str, str]]:
        """Column → text of every row that belongs to those records, by code."""
        manager: Any = self.model._default_manager
        rows = manager.all()
        rows = rows.filter(
            **{f"{self.via}__in" if self.via else "pk__in": records.values("pk")}
        )
        return cells_of(self.model, rows.order_by("pk"))


@dataclass(frozen=True)
class Bundle:
    """What files of one kind hold: a table of records, then those that belong to it.

    A table comes after those that its rows refer to.
    """

    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """The name of its first table, which the commands and file names use."""
        return self.parts[0].name

    @property
    def model(self) -> Any:
        return self.parts[0].model

    @property
    def label(self) -> Any:
        return self.model._meta.verbose_name_plural

    @property
    def tables(self) -> list[Table]:
        return [part.table for part in self.parts]


def cells_of(
    model: type[models.Model], rows: models.QuerySet
) -> Iterator[dict[str, str]]:
    """Column → text of those rows, read some at a time."""
    fields = {field.name: field for field in fields_of(model)}
    many = [field.name for field in model._meta.many_to_many]
    stored = [name for name in fields if name not in many]
    asked = [getattr(fields[name], "attname", name) for name in stored]
    if owner_of(model):
        stored.append("version")
        asked.append(f"{model.owner}__version")  # type: ignore[attr-defined]  # of Owned
    write = {n: widget_for(f).render for n, f in fields.items() if n not in KEPT}
    chunk: list[dict[str, Any]] = []
    for values in rows.values_list(*asked).iterator(chunk_size=CHUNK):
        chunk.append(dict(zip(stored, values, strict=True)))
        if len(chunk) == CHUNK:
            yield from _written(model, chunk, many, write)
            chunk = []
    yield from _written(model, chunk, many, write)


def _written(
    model: Any, chunk: list[dict[str, Any]], many: list[str], write: dict[str, Any]
) -> Iterator[dict[str, str]]:
    codes = [row["code"] for row in chunk]
    for name in many:
        relation = model._meta.get_field(name)
        own, other = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        found: dict[str, list[str]] = {code: [] for code in codes}
        pairs = relation.remote_field.through._base_manager.filter(
            **{f"{own}__in": codes}
        )
        for code, related in pairs.values_list(f"{own}_id", f"{other}_id"):
            found[code].append(related)
        for row in chunk:
            row[name] = found[row["code"]]
    for row in chunk:
        yield {
            name: write[name](value) if name in write else str(value)
            for name, value in row.items()
        }
