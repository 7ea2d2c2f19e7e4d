"""What once stood in the tables, read from the journal."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils.timezone import get_default_timezone, make_aware

from registry import journal
from registry.models import Action, Change, Entry, Publication, Record
from registry.search_conditions import unused

Line = dict[str, Any]


def revision_at(day: date) -> int:
    """The last revision of that day, Beijing time; 0 before the first."""
    end = make_aware(
        datetime.combine(day + timedelta(days=1), time()), get_default_timezone()
    )
    sealed = Change.objects.filter(revision__isnull=False).order_by("revision")
    after = sealed.filter(at__gte=end).values_list("revision", flat=True).first()
    if after is not None:
        return int(after) - 1
    return latest_revision()


def latest_revision() -> int:
    """The registry's latest revision; 0 before the first."""
    found = Change.objects.aggregate(latest=Max("revision"))
    return found["latest"] or 0


def rows_at(kind: str, keys: Iterable[str], revision: int) -> dict[str, Line]:
    """Key → row, as it stood after that revision, for those of the keys that stood."""
    entries = Entry.objects.filter(kind=kind, change__revision__lte=revision)
    return _last_rows(entries, keys)


def rows_before(kind: str, keys: Iterable[str], entry: int) -> dict[str, Line]:
    """Key → row, as the entries up to that one left it, for those that stood then."""
    return _last_rows(Entry.objects.filter(kind=kind, pk__lte=entry), keys)


def _last_rows(entries: models.QuerySet[Entry], keys: Iterable[str]) -> dict[str, Line]:
    entries = entries.filter(key__in=list(keys))
    last = entries.order_by().values("key").annotate(last=Max("id")).values("last")
    found = Entry.objects.filter(pk__in=last).exclude(action=Action.DELETE)
    return {key: line_of(row) for key, row in found.values_list("key", "row")}


def line_of(row: str) -> Line:
    """Column → value of an entry's row, decimals exact."""
    return dict(json.loads(row, parse_float=Decimal))


@contextlib.contextmanager
def as_of(revision: int) -> Iterator[None]:
    """Inside, every query reads the registry as it stood after that revision.

    What was withdrawn since counts as withdrawn then too. Temporary tables hide those
    that a query names and that have changed since, the first time that one names them;
    only reading makes sense.
    """
    if revision >= latest_revision():
        yield
        return
    hidden = Hidden(revision)
    # The index of search is of the tables as they stand now.
    with transaction.atomic(), unused(), connection.execute_wrapper(hidden):
        yield
        hidden.show_again()


class Hidden:
    """Puts a table as it stood before the one of that name, once a query names it."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self.models = {m._meta.db_table: m for m in journal.journaled()}
        self.made: list[str] = []

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        for name in [name for name in self.models if f'"{name}"' in sql]:
            model = self.models.pop(name)
            if journal.kind_of(model) in self.changed:
                self._hide(model)
                self.made.append(name)
        return execute(sql, *rest)

    @cached_property
    def changed(self) -> set[str]:
        """The kinds of which some row was written since; the others stand as then."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT e.kind FROM registry_entry AS e"
                " JOIN registry_change AS c ON c.id = e.change_id"
                " WHERE c.revision > %s",
                [self.revision],
            )
            return {kind for (kind,) in cursor.fetchall()}

    def show_again(self) -> None:
        with connection.cursor() as cursor:
            for name in self.made:
                cursor.execute(f'DROP TABLE "{temporary()}"."{name}"')

    def _hide(self, model: type[models.Model]) -> None:
        """Rows that nobody wrote since as they are, the others from the journal.

        To read every row from the journal took three times as long.
        """
        name, table = model._meta.db_table, journal.table_of(model)
        columns = [str(column) for column in table.columns]
        key = " || '.' || ".join(f'live."{column}"' for column in table.key)
        live = ", ".join(f'live."{column}"' for column in columns)
        kind = journal.kind_of(model)
        fields = {f.column: f for f in model._meta.local_concrete_fields}
        read = ", ".join(_value(fields[column], model) for column in columns)
        listed = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE TEMPORARY TABLE "{name}" ({_columns(model)})')
            cursor.execute(
                f'INSERT INTO "{name}" ({listed}) SELECT {live}'  # noqa: S608  # of model names
                f' FROM {_live()}"{name}" AS live'
                f" WHERE NOT EXISTS ({_since()} AND s.key = {key})",
                [kind, self.revision],
            )
            cursor.execute(
                f'INSERT INTO "{name}" ({listed}) SELECT {read}'  # noqa: S608  # of model names
                f" FROM ({_last_entries()}) AS entry{_source(name)}"
                " WHERE entry.action <> 'D'",
                [kind, self.revision, kind, self.revision],
            )
            if connection.vendor == "postgresql":
                cursor.execute(f'ANALYZE "{name}"')


def temporary() -> str:
    """The schema of temporary tables."""
    return "pg_temp" if connection.vendor == "postgresql" else "temp"


def _columns(model: type[models.Model]) -> str:
    """The columns of the model's table, without what constrains them."""
    parts = []
    for field in model._meta.local_concrete_fields:
        given = field.db_parameters(connection)
        part = f'"{field.column}" {given["type"]}'
        if collation := given.get("collation"):
            part += f' COLLATE "{collation}"'
        if isinstance(field, models.GeneratedField):
            sql, params = field.generated_sql(connection)
            part += f" GENERATED ALWAYS AS ({sql % tuple(params)}) STORED"
        if field.primary_key:
            identity = isinstance(field, models.AutoField)
            postgresql = connection.vendor == "postgresql"
            if identity and postgresql:
                part += " GENERATED BY DEFAULT AS IDENTITY"
            part += " PRIMARY KEY"
        parts.append(part)
    return ", ".join(parts)


def _value(field: Any, model: type[models.Model]) -> str:
    """An expression for the column's value in the entry ``entry``."""
    if connection.vendor == "postgresql":
        value = f'line."{field.column}"'
    else:
        value = f"json_extract(entry.row, '$.{field.column}')"
    if isinstance(field, models.CharField | models.TextField) and not field.null:
        # A column that the table has got since: nothing was stated.
        value = f"coalesce({value}, '')"
    if field.name == "publication" and issubclass(model, Record):
        withdrawn = (
            f'SELECT 1 FROM {_live()}"{model._meta.db_table}" AS live'  # noqa: S608  # of model names
            " WHERE live.code = entry.key"
            f" AND live.publication = '{Publication.WITHDRAWN}'"
        )
        value = f"CASE WHEN EXISTS ({withdrawn}) THEN 'withdrawn' ELSE {value} END"
    if field.name == "merged_into":
        # Where it went, for whoever asks for it as of a day before.
        live = f'{_live()}"{model._meta.db_table}" AS live'
        value = f"(SELECT merged_into_id FROM {live} WHERE live.code = entry.key)"  # noqa: S608  # of model names
    return value


def _live() -> str:
    """What names the live table while a temporary one hides it."""
    if connection.vendor == "sqlite":
        return "main."
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return f"{cursor.fetchone()[0]}."


def _since() -> str:
    """The keys of a kind that were written after a revision."""
    return (
        "SELECT s.key FROM registry_entry AS s JOIN registry_change AS later"
        " ON later.id = s.change_id WHERE s.kind = %s AND later.revision > %s"
    )


def _last_entries() -> str:
    """Of each key of a kind that was written since, its last entry up to a revision."""
    which = "e.key, e.action, e.row"
    found = (
        "registry_entry AS e JOIN registry_change AS c ON c.id = e.change_id"
        f" WHERE e.kind = %s AND c.revision <= %s AND e.key IN ({_since()})"
    )
    if connection.vendor == "postgresql":
        return (
            f"SELECT DISTINCT ON (e.key) {which} FROM {found} ORDER BY e.key, e.id DESC"  # noqa: S608
        )
    # SQLite takes the other columns from the row with the greatest id.
    return f"SELECT {which}, max(e.id) FROM {found} GROUP BY e.key"  # noqa: S608


def _source(name: str) -> str:
    if connection.vendor == "postgresql":
        return (
            f', jsonb_populate_record(null::pg_temp."{name}", entry.row::jsonb) AS line'
        )
    return ""
