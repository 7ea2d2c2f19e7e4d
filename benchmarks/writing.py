"""A registry's rows brought into an empty database: COPY, on SQLite executemany.

The triggers are off meanwhile, those of the journal and of foreign keys; what they
leave is written after: one `Change` of revision 1 with the public revision of every
kind and, where asked for, an entry for every row. (Its digest is none that
``verify_history`` would know, since it does not chain the entries.)
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from benchmarks.rows import BEGIN, Registry, Row
from programs.models import (
    TABLES,
    Agency,
    AgencyAlias,
    Citation,
    Document,
    DocumentRole,
    Passage,
    Program,
    ProgramLink,
    ProgramRole,
    Region,
    Responsibility,
    Term,
)
from registry import derived, journal
from registry.models import Record

TOGETHER = 5000


def tables(registry: Registry) -> dict[type[models.Model], Iterator[Row]]:
    """Every table that has rows, in loading order."""
    return {
        Region: registry.region(),
        **shipped(),
        Agency: registry.agency_rows(),
        Document: registry.document_rows(),
        Passage: registry.passage_rows(),
        AgencyAlias: registry.alias(),
        DocumentRole: registry.document_role(),
        Responsibility: registry.responsibility(),
        Program: registry.program_rows(),
        ProgramRole: registry.program_role(),
        ProgramLink: registry.program_link(),
        Citation: registry.citation(),
        Term: registry.term(),
        Program.places.through: registry.place_of_program(),
        Program.categories.through: registry.category_of_program(),
    }


def shipped() -> dict[type[models.Model], Iterator[Row]]:
    """Categories and indicators, as they ship."""
    file = settings.BASE_DIR / "fixtures" / "registry.json"
    found: dict[str, list[Row]] = {}
    for one in json.loads(file.read_text("utf-8")):
        row = one["fields"] | {"code": one["pk"]}
        if "broader" in row:
            row["broader_id"] = row.pop("broader")
        found.setdefault(one["model"], []).append(row)
    return {
        model: iter(found[model._meta.label_lower])
        for model in TABLES
        if journal.kind_of(model) in ("category", "indicator")
    }


def fill(registry: Registry, *, at: datetime = BEGIN, entries: bool = False) -> None:
    """Write the whole registry, as a change of that instant."""
    with transaction.atomic(), connection.cursor() as cursor:
        off = list(journal.statements(connection.vendor))
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            journal.drop(off)
        for model, rows in tables(registry).items():
            columns = list(_defaults(model))
            lines = _lines(model, rows)
            if connection.vendor == "postgresql":
                _copy(cursor, model, columns, lines)
            else:
                _insert(cursor, model, columns, lines)
        _tell(cursor, at, entries=entries)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        else:
            journal.install()


def tell_the_planner() -> None:
    """What is there, else foreign keys and pages would be found by scans."""
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"
        )


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """Every column that is written → what it holds where a row says nothing."""
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField | models.AutoField):
            continue
        given = {"publication": "published", "created_at": BEGIN, "updated_at": BEGIN}
        column = str(field.column)
        if column in given and issubclass(model, Record):
            found[column] = given[column]
        elif column == "version":
            found[column] = 1
        elif field.has_default():
            found[column] = field.get_default()
        else:
            found[column] = None if field.null else ""
    return found


def _lines(model: type[models.Model], rows: Iterable[Row]) -> Iterator[list[Any]]:
    """Each row's values, with what is derived."""
    defaults = _defaults(model)
    sounds = derived.fields(model)
    for row in rows:
        line = defaults | row
        for field in sounds:
            line[str(field.column)] = field.sound(line[name] for name in field.of)
        yield list(line.values())


def _copy(cursor: Any, model: Any, columns: list[str], lines: Iterable[Any]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN') as copy:
        for line in lines:
            copy.write_row(line)


def _insert(cursor: Any, model: Any, columns: list[str], lines: Iterable[Any]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    sql = f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES ({marks})'
    fields = [f for f in model._meta.concrete_fields if f.column in columns]
    fits = [field.get_db_prep_save for field in fields]
    held: list[list[Any]] = []
    for line in lines:
        held.append([fit(v, connection) for fit, v in zip(fits, line, strict=True)])
        if len(held) == TOGETHER:
            cursor.executemany(sql, held)
            held.clear()
    cursor.executemany(sql, held)


def _tell(cursor: Any, at: datetime, *, entries: bool) -> None:
    """What the journal's triggers would have left."""
    stamp = at if connection.vendor == "postgresql" else f"{at:%Y-%m-%d %H:%M:%S.%f}"
    cursor.execute(
        'INSERT INTO registry_change ("transaction", at, actor, reason, path, revision,'
        " digest) VALUES ('made', %s, 'benchmarks', 'made', 'benchmarks', 1, 'made')"
        " RETURNING id",
        [stamp],
    )
    (change,) = cursor.fetchone()
    sql = journal.sql_of(connection.vendor)
    for model in journal.journaled():
        table = journal.table_of(model)
        cursor.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1')
        if not cursor.fetchone():
            continue
        cursor.execute(
            "INSERT INTO registry_publicrevision (kind, revision) VALUES (%s, 1)",
            [table.kind],
        )
        if entries:
            key = " || '.' || ".join(f't."{column}"' for column in table.key)
            cursor.execute(
                "INSERT INTO registry_entry (change_id, kind, key, action, row)"
                f" SELECT {change}, '{table.kind}', {key}, 'I', {sql.line(table, 't')}"
                f' FROM "{table.name}" AS t'
            )
