"""Keyset pages in both directions, for every ordering, with what is not stated last.

A page begins behind a row, not at a number, so that it costs the same everywhere and
neither repeats nor misses a row when others come and go.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from registry.api import parameters
from registry.api.parameters import Parameter
from registry.api.problems import Refused
from registry.fields import PartialDateField

PAGE = "page_size"
PAGE_SIZE, LARGEST_PAGE = 50, 200
COUNTED_EXACTLY = 10_000
SALT = "registry.cursor"
# Parameters that say neither which rows there are nor in which order.
UNBOUND = {"cursor", "page_size", "count", "fields", "include", "format"}


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
    """A column or annotation to order by, closed by the code in the same direction."""

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
    # Whether no row is on another page.
    whole: bool


class Keyset:
    """The pages of one query: a queryset in one ordering, cut by cursors.

    Rows are sorted and compared by ``columns``, all in one direction: whether the value
    is stated, where it need not be, the value, and the code.
    """

    def __init__(self, queryset: models.QuerySet, ordering: Ordering, bound: str):
        self.ordering = ordering
        name = ordering.name
        self.digest = hashlib.sha256(f"{ordering} {bound}".encode()).hexdigest()[:12]
        annotation = queryset.query.annotations.get(name)
        if annotation is None:
            self.field: Any = queryset.model._meta.get_field(name)
        else:
            self.field = annotation.output_field
        self.columns = [name, "code"] if name != "code" else ["code"]
        # Empty text is “not stated” in a partial date, and comes last like null.
        dated = isinstance(self.field, PartialDateField)
        self.may_lack = annotation is None and (self.field.null or dated)
        # The flag of what is not stated, which puts it last in this direction.
        self.lacking = 0 if ordering.descending else 1
        if self.may_lack:
            lacks = Q(**{name: ""}) if dated else Q(**{f"{name}__isnull": True})
            flag = Case(
                When(lacks, then=self.lacking),
                default=1 - self.lacking,
                output_field=models.IntegerField(),
            )
            queryset = queryset.annotate(page_flag=flag)
            self.columns.insert(0, "page_flag")
        # SQLite compares instants as the text that it keeps, with a fraction or not.
        instant = isinstance(self.field, models.DateTimeField)
        self.as_text = instant and connection.vendor == "sqlite"
        self.value = "page_value" if self.as_text else name
        if self.as_text:
            queryset = queryset.annotate(page_value=Cast(name, models.TextField()))
        self.queryset = queryset

    def page(self, size: int, cursor: str | None) -> Page:
        """The keys of the page that the cursor points to, or of the first."""
        back, place = (False, None) if cursor is None else self._read(cursor)
        rows = self._rows(place, size + 1, back=back)
        more, rows = len(rows) > size, rows[:size]
        if back:
            rows.reverse()
        after, before = (place is not None, more) if back else (more, place is not None)
        # From a page that has emptied, the way leads to the first rows or the last.
        return Page(
            keys=[code for code, _value in rows],
            next=self._write("n", rows[-1:]) if after else None,
            previous=self._write("p", rows[:1]) if before else None,
            whole=not after and not before,
        )

    def _rows(self, place: Any, limit: int, *, back: bool) -> list[tuple[str, Any]]:
        """(code, value) of rows behind the place, or before it."""
        falling = self.ordering.descending != back
        queryset = self.queryset
        if place is not None:
            beyond = self._beyond(place, "<" if falling else ">")
            queryset = queryset.filter(beyond)
        rows = self._sorted(queryset, falling)
        return list(rows.values_list("code", self.value)[:limit])

    def ordered(self) -> models.QuerySet:
        """All rows, in the order of their pages."""
        return self._sorted(self.queryset, self.ordering.descending)

    def _sorted(self, queryset: models.QuerySet, falling: bool) -> models.QuerySet:
        sign = "-" if falling else ""
        return queryset.order_by(*(sign + column for column in self.columns))

    def _beyond(self, place: tuple[str, Any], operator: str) -> RowCompare:
        code, value = place
        right = {self.ordering.name: self._value(value), "code": Value(code)}
        if self.may_lack:
            flag = self.lacking if value is None else 1 - self.lacking
            right["page_flag"] = Value(flag)
        if value is None:
            # Rows that lack it are told apart by their codes alone.
            del right[self.ordering.name]
        columns = [column for column in self.columns if column in right]
        return RowCompare(
            [F(column) for column in columns],
            operator,
            [right[column] for column in columns],
        )

    def _value(self, value: Any) -> Value:
        if self.as_text:
            return Value(value, output_field=models.TextField())
        return Value(self.field.to_python(value), output_field=self.field)

    def _write(self, direction: str, row: list[tuple[str, Any]]) -> str:
        """A cursor for what lies beyond that row; without one, for either end."""
        kept: list[Any] = [self.digest, direction]
        for code, value in row:
            lacks = value is None or (self.may_lack and value == "")
            kept += [code, None if lacks else str(value)]
        return _signer().sign_object(kept, serializer=Utf8, compress=True)

    def _read(self, cursor: str) -> tuple[bool, Any]:
        """Whether it leads back, and the row beyond which; None for either end."""
        try:
            digest, direction, *place = _signer().unsign_object(cursor, serializer=Utf8)
            if digest == self.digest and place:
                _code, value = place
                self._value(value)
        except (signing.BadSignature, ValueError, TypeError, ValidationError) as error:
            detail = _("This cursor was not given by this API.")
            raise Refused(detail, parameter="cursor") from error
        if digest != self.digest:
            raise Refused(
                _("This cursor belongs to other filters or another ordering."),
                parameter="cursor",
            )
        return direction == "p", place or None


class Utf8:
    """JSON for `signing`, in which a Chinese name stays short."""

    def dumps(self, kept: Any) -> bytes:
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, text: bytes) -> Any:
        return json.loads(text)


def _signer() -> signing.Signer:
    """Without a time, so that the same page gives the same cursor."""
    return signing.Signer(salt=SALT, sep="~")


def bound(path: str, asked: dict[str, str]) -> str:
    """What a cursor is bound to, besides its ordering: the route and its filters."""
    unbound = UNBOUND | {"ordering"}
    filters = sorted((name, v) for name, v in asked.items() if name not in unbound)
    return f"{path}?{urlencode(filters)}"


def counted(queryset: models.QuerySet, how: str, page: Page) -> dict[str, int | None]:
    """``count``, exact to 10,000; above it null, with ``count_at_least``."""
    if how == "none":
        return {"count": None}
    if page.whole:
        return {"count": len(page.keys)}
    keys = queryset.order_by().values("pk")
    if how == "exact":
        return {"count": keys.count()}
    found = keys[: COUNTED_EXACTLY + 1].count()
    if found > COUNTED_EXACTLY:
        return {"count": None, "count_at_least": COUNTED_EXACTLY}
    return {"count": found}


def link_header(links: dict[str, str | None]) -> str:
    """The ``Link`` header (RFC 8288) for those of the relations that lead anywhere."""
    names = {"previous": "prev"}
    return ", ".join(
        f'<{url}>; rel="{names.get(rel, rel)}"' for rel, url in links.items() if url
    )


def sized(text: str) -> Parameter:
    """The parameter ``page_size``."""
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
    return Parameter(PAGE, text, schema | {"default": PAGE_SIZE}, example="10")


def page_size(asked: dict[str, str]) -> int:
    """The size asked for, 1 to 200; 50 by default."""
    text = asked.get(PAGE, str(PAGE_SIZE))
    return parameters.whole(text, parameter=PAGE, most=LARGEST_PAGE)
