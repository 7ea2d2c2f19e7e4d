"""Keyset pages in both directions, for every ordering, with nulls last.

A page begins behind a row, not at a number, so that it costs the same everywhere and
neither repeats nor misses a row when others come and go.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db import connection, models
from django.db.models import F, Func, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext as _

from registry.api.problems import Refused
from registry.fields import PartialDateField

PAGE_SIZE, LARGEST_PAGE = 50, 200
COUNTED_EXACTLY = 10_000
SALT = "registry.cursor"


class RowCompare(Func):
    """``(a, code) > (x, y)``: compared as rows, which a composite index serves."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, left: list[Any], operator: str, right: list[Any]) -> None:
        self.width, self.operator = len(left), operator
        super().__init__(*left, *right)

    def as_sql(self, compiler: Any, *_args: Any, **_extra: Any) -> tuple[str, Any]:
        parts = [compiler.compile(part) for part in self.source_expressions]
        sql = [part for part, _params in parts]
        left, right = sql[: self.width], sql[self.width :]
        params = [param for _sql, given in parts for param in given]
        return f"({', '.join(left)}) {self.operator} ({', '.join(right)})", params


@dataclass(frozen=True)
class Ordering:
    """A column to order by, closed by the code in the same direction."""

    name: str
    descending: bool

    @classmethod
    def of(cls, text: str) -> "Ordering":
        return cls(text.lstrip("-"), text.startswith("-"))


@dataclass(frozen=True)
class Page:
    """The keys of one page, and cursors for its neighbours where there are any."""

    keys: list[str]
    next: str | None
    previous: str | None


class Keyset:
    """The pages of one query: a queryset in one ordering, cut by cursors."""

    def __init__(self, queryset: models.QuerySet, ordering: Ordering, query: str):
        self.ordering = ordering
        worked_out = queryset.query.annotations.get(ordering.name)
        field: Any = (
            queryset.model._meta.get_field(ordering.name)
            if worked_out is None
            else worked_out.output_field
        )
        # Empty text is “not stated” in a partial date, and comes last like null.
        self.key: Any = F(ordering.name)
        if isinstance(field, PartialDateField):
            self.key = NullIf(F(ordering.name), Value(""))
        self.field = field
        self.nullable = field.null or isinstance(field, PartialDateField)
        self.queryset = queryset.annotate(page_key=self.key)
        self.digest = hashlib.sha256(query.encode()).hexdigest()[:16]

    def page(self, size: int, cursor: str | None) -> Page:
        """The keys of the page that the cursor points to, or of the first."""
        back, place = (False, None) if cursor is None else self._read(cursor)
        rows = self._rows(place, size + 1, back=back)
        more = len(rows) > size
        rows = rows[:size]
        if back:
            rows.reverse()
        return Page(
            keys=[code for code, _value in rows],
            next=self._write("n", rows[-1]) if rows and (more or back) else None,
            previous=self._write("p", rows[0])
            if rows and (more if back else place is not None)
            else None,
        )

    def _rows(self, place: Any, limit: int, *, back: bool) -> list[tuple[str, Any]]:
        """(code, key) of rows behind the place, or before it; nulls last."""
        with_key = self.queryset.filter(page_key__isnull=False)
        without = self.queryset.filter(page_key__isnull=True)
        if not self.nullable:
            with_key, without = self.queryset, None
        if place is not None:
            code, value = place
            if value is None:
                without = without.filter(self._beyond(None, code, back))
                with_key = with_key if back else None
            else:
                with_key = with_key.filter(self._beyond(value, code, back))
                without = None if back else without
        rows: list[tuple[str, Any]] = []
        for part in (without, with_key) if back else (with_key, without):
            if part is None or len(rows) >= limit:
                continue
            sign = "-" if self.ordering.descending != back else ""
            columns = ["code"] if part is without else ["page_key", "code"]
            if self.ordering.name == "code":
                columns = ["code"]
            ordered = part.order_by(*(sign + column for column in columns))
            found = ordered.values_list("code", "page_key")
            rows += found[: limit - len(rows)]
        return rows

    def _beyond(self, value: Any, code: str, back: bool) -> RowCompare:
        operator = "<" if self.ordering.descending != back else ">"
        if value is None or self.ordering.name == "code":
            return RowCompare([F("code")], operator, [Value(code)])
        given = self.field.to_python(value)
        if isinstance(given, datetime) and connection.vendor == "sqlite":
            # As SQLite keeps it, always with microseconds: it compares text.
            plain = given.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            right: Any = Value(plain, output_field=models.CharField())
        else:
            right = Value(given, output_field=self.field)
        return RowCompare([self.key, F("code")], operator, [right, Value(code)])

    def _write(self, direction: str, row: tuple[str, Any]) -> str:
        code, value = row
        text = value.isoformat() if isinstance(value, datetime) else value
        kept = None if text is None else str(text)
        return signing.dumps([self.digest, direction, code, kept], salt=SALT)

    def _read(self, cursor: str) -> tuple[bool, tuple[str, Any]]:
        try:
            digest, direction, code, value = signing.loads(cursor, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError) as error:
            detail = _("This cursor was not given by this API.")
            raise Refused(detail, parameter="cursor") from error
        if digest != self.digest:
            raise Refused(
                _("This cursor belongs to other filters or another ordering."),
                parameter="cursor",
            )
        return direction == "p", (code, value)


def counted(queryset: models.QuerySet, how: str) -> dict[str, int | None]:
    """``count``, exact to 10,000; above it null, with ``count_at_least``."""
    if how == "none":
        return {"count": None}
    if how == "exact":
        return {"count": queryset.order_by().count()}
    found = queryset.order_by()[: COUNTED_EXACTLY + 1].count()
    if found > COUNTED_EXACTLY:
        return {"count": None, "count_at_least": COUNTED_EXACTLY}
    return {"count": found}


def page_size(text: str | None) -> int:
    """The size asked for, 1 to 200; 50 by default."""
    if text is None:
        return PAGE_SIZE
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise Refused(
            _("page_size takes a whole number from 1 to %d.") % LARGEST_PAGE,
            parameter="page_size",
        )
    return int(text)
