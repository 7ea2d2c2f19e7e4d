"""Very many rows at once: put beside their tables, compared there, and written whole.

Rows come to temporary tables, by COPY on PostgreSQL, and from there to their own by one
statement each, so that the database's own checks and the journal's triggers hold. What
is derived follows as it does on saving. The memory used doesn't grow with the rows.
"""

# ruff: noqa: S608  # what is put into the SQL are names of models and numbers

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DataError, IntegrityError, connections, models, transaction

from registry import journal
from registry.shapes import Shape, Values

CHUNK = 2000
# Beside the columns of the table, of which none begins so.
NUMBER = "incoming_number"


class Refused(Exception):
    """A row can't be written: which one by its number, its model and code, and why."""

    def __init__(
        self, number: int, model: type[models.Model], code: str, why: object
    ) -> None:
        super().__init__(f"{number} {model._meta.label_lower} {code}: {why}")
        self.number, self.model, self.code, self.why = number, model, code, why


class Stage:
    """Rows of one model, each with a number of the caller's, beside its table.

    Needs a transaction, with which the temporary table ends.
    """

    def __init__(self, model: type[models.Model], using: str = "default") -> None:
        self.model, self.connection = model, connections[using]
        self.shape = Shape(model, using)
        table = journal.table_of(model)
        self.table, self.key = table.name, table.key
        self.name = f"incoming_{table.kind}"
        self.columns = [str(field.column) for field in self.shape.fields]
        self.rows = 0
        # Of a relation: the rows that it is told of.
        self.owners: Stage | None = None
        self._waiting: list[Values] = []
        self._execute(
            f'CREATE TEMPORARY TABLE "{self.name}"'
            + " ON COMMIT DROP" * self._on_postgresql
            + f" AS SELECT {self._integer} AS {NUMBER}, {_listed(self.columns)}"
            f' FROM "{self.table}" WHERE false'
        )

    def add(self, number: int, values: Values) -> None:
        """Put a row beside the table; ``values`` as `Shape` gives them."""
        self._waiting.append([number, *values])
        self.rows += 1
        if len(self._waiting) >= CHUNK:
            self._send()

    def complete(self) -> None:
        """All rows are there: what follows may be asked."""
        self._send()
        if self._on_postgresql:
            self._execute(f'ANALYZE "{self.name}"')

    def stands(self) -> bool:
        """Whether the table says already what all of the rows say."""
        alike = (
            f"(i.{_quoted(c)} IS NULL OR {self._same(c)})"
            if c in self.shape.kept_by_database
            else self._same(c)
            for c in self.columns
            if c not in (*self.key, *self.shape.derived)
        )
        on = " AND ".join(f"t.{_quoted(c)} = i.{_quoted(c)}" for c in self.key)
        ((found,),) = self._execute(
            f'SELECT count(*) FROM "{self.name}" AS i JOIN "{self.table}" AS t'
            f" ON {on} WHERE {' AND '.join(['true', *alike])}"
        )
        if found != self.rows or not self.model._meta.auto_created:
            return bool(found == self.rows)
        # A relation's owners may have more than these, or any where none are said.
        if self.owners is None:
            return True
        ((related,),) = self._execute(
            f'SELECT count(*) FROM "{self.table}" WHERE {_quoted(self.key[0])} IN'
            f' (SELECT {_listed(self.owners.key)} FROM "{self.owners.name}")'
        )
        return bool(related == self.rows)

    def insert(self) -> None:
        """Write the rows, all new; raises `Refused` for the first that can't be."""
        try:
            with transaction.atomic(using=self.connection.alias):
                self._insert(0, None)
        except (IntegrityError, DataError) as error:
            raise self._refused() from error

    def check_references(self) -> None:
        """Raises `Refused` for a row that refers to none; after all are written."""
        for field in self.shape.fields:
            if not isinstance(field, models.ForeignKey):
                continue
            target = field.target_field
            column = _quoted(str(field.column))
            found = self._execute(
                f'SELECT i.{NUMBER}, i.{column} FROM "{self.name}" AS i'
                f" WHERE i.{column} IS NOT NULL AND NOT EXISTS (SELECT 1"
                f' FROM "{target.model._meta.db_table}" AS t'
                f" WHERE t.{_quoted(str(target.column))} = i.{column})"
                f" ORDER BY i.{NUMBER} LIMIT 1"
            )
            for number, code in found:
                raise Refused(
                    number, self.model, self._code(number), f"{field.name}: {code}?"
                )

    def end(self) -> None:
        """Take the temporary table away, before the transaction does."""
        self._execute(f'DROP TABLE "{self.name}"')

    @property
    def _on_postgresql(self) -> bool:
        return self.connection.vendor == "postgresql"

    @property
    def _integer(self) -> str:
        return "0::bigint" if self._on_postgresql else "0"

    def _same(self, column: str) -> str:
        alike = "IS NOT DISTINCT FROM" if self._on_postgresql else "IS"
        return f"t.{_quoted(column)} {alike} i.{_quoted(column)}"

    def _send(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        names = _listed([NUMBER, *self.columns])
        with self.connection.cursor() as cursor:
            if self._on_postgresql:
                with cursor.copy(f'COPY "{self.name}" ({names}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            marks = ", ".join(["%s"] * (len(self.columns) + 1))
            cursor.executemany(
                f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})',
                rows,
            )

    def _insert(self, after: int, last: int | None) -> None:
        editor = self.connection.schema_editor()
        given: list[str] = []
        params: list[Any] = []
        for field in self.shape.fields:
            column = _quoted(str(field.column))
            if field.has_db_default():
                default, more = editor.db_default_sql(field)
                column = f"coalesce({column}, {default})"
                params += more
            given.append(column)
        until = f" AND {NUMBER} <= {last}" if last is not None else ""
        self._execute(
            f'INSERT INTO "{self.table}" ({_listed(self.columns)})'
            f' SELECT {", ".join(given)} FROM "{self.name}"'
            f" WHERE {NUMBER} > {after}{until} ORDER BY {NUMBER}",
            params,
        )

    def _refused(self) -> Refused:
        """The first row that the table refuses, found by halves."""
        ((last,),) = self._execute(f'SELECT max({NUMBER}) FROM "{self.name}"')
        good, bad, why = 0, last, "?"
        while bad - good > 0:
            middle = (good + bad) // 2 if bad - good > 1 else bad
            try:
                with transaction.atomic(using=self.connection.alias):
                    self._insert(good, middle)
            except (IntegrityError, DataError) as error:
                why = str(error).strip()
                if middle == bad:
                    break
                bad = middle
            else:
                good = middle
        return Refused(bad, self.model, self._code(bad), why)

    def _code(self, number: int) -> str:
        keys = ", ".join(map(_quoted, self.key))
        found = self._execute(
            f'SELECT {keys} FROM "{self.name}" WHERE {NUMBER} = {number}'
        )
        return ".".join(map(str, found[0])) if found else ""

    def _execute(self, sql: str, params: Iterable[Any] = ()) -> list[Any]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(params) or None)
            return list(cursor.fetchall()) if cursor.description else []


def insert(
    model: type[models.Model], rows: Iterable[Mapping[str, Any]], using: str = "default"
) -> None:
    """Write rows of one table, all new; raises `Refused`."""
    stage = Stage(model, using)
    for number, said in enumerate(rows, start=1):
        stage.add(number, stage.shape.derive(stage.shape.values(said)))
    stage.complete()
    stage.insert()
    stage.end()


def _quoted(name: str) -> str:
    return f'"{name}"'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))
