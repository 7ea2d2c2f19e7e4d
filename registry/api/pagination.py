"""Keyset pages in both directions, for every ordering, with what is not stated last.

A page begins behind a row, not at a number, so that it costs the same everywhere and
neither repeats nor misses a row when others come and go.
"""

import hashlib
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from registry.api import cursors
from registry.api.parts import Parts
from registry.api.problems import Refused
from registry.fields import PartialDateField
from registry.prepared import Mark, Prepared

# Marks of a query: the row that a page begins behind, and one that it ends before.
PLACE, BOUND = "\0place", "\0bound"


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
    """The pages of a list in one ordering, cut by cursors.

    Rows that state a value come first, then those that state none, by their codes
    alone: two stretches, so that no page has to sort by a flag.
    """

    def __init__(self, parts: Parts, ordering: Ordering, bound: str = "") -> None:
        self.parts, self.ordering = parts, ordering
        name = ordering.name
        self.digest = hashlib.sha256(f"{ordering} {bound}".encode()).hexdigest()[:12]
        annotation = None
        try:
            self.field: Any = parts.model._meta.get_field(name)
        except FieldDoesNotExist:
            annotation = parts.made[0].query.annotations[name]
            self.field = annotation.output_field
        self.columns = [name, "code"] if name != "code" else ["code"]
        # Empty text is “not stated” in a partial date, and comes last like null.
        dated = isinstance(self.field, PartialDateField)
        self.may_lack = annotation is None and (self.field.null or dated)
        self.lacks = Q(**{name: ""}) if dated else Q(**{f"{name}__isnull": True})
        self.states = Q(**{f"{name}__gt": ""}) if dated else ~self.lacks
        # SQLite compares instants as the text that it keeps, with a fraction or not.
        instant = isinstance(self.field, models.DateTimeField)
        self.as_text = instant and connection.vendor == "sqlite"

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
        stretches = [False, True] if self.may_lack else [False]
        if back:
            stretches.reverse()
        if self.may_lack and place is not None and (place[1] is None) != back:
            # Its other stretch lies on the other side.
            del stretches[0]
        found: list[tuple[str, Any]] = []
        for lacking in stretches:
            if len(found) < limit:
                left = limit - len(found)
                found += self._stretch(lacking, place, left, falling=falling)
            # The next begins at its own end.
            place = None
        return found

    def _stretch(
        self, lacking: bool, place: Any, limit: int, *, falling: bool
    ) -> list[tuple[str, Any]]:
        """The first rows of all parts that state a value, or lack it."""
        given = {} if place is None else self._given(PLACE, place)
        first, *others = self._queries(lacking, limit, given, falling=falling)
        pages = [first.lines(given)]
        if others and len(pages[0]) == limit:
            # Of the others only what comes before its last row can be on the page.
            given |= self._given(BOUND, pages[0][-1])
            others = self._queries(lacking, limit, given, falling=falling)[1:]
        pages += [part.lines(given) for part in others]
        if len(pages) == 1:
            return pages[0]
        merged = merge(*pages, key=_place_of, reverse=falling)
        return list(islice(merged, limit))

    def _queries(
        self, lacking: bool, limit: int, given: dict[str, Any], *, falling: bool
    ) -> list[Prepared]:
        """Each part's query, in this direction, between what is ``given``."""
        sign = "-" if falling else ""

        def query(rows: models.QuerySet) -> models.QuerySet:
            if self.may_lack:
                rows = rows.filter(self.lacks if lacking else self.states)
            for name, operators in ((PLACE, "><"), (BOUND, "<>")):
                if name in given:
                    rows = rows.filter(
                        self._beyond(name, operators[falling], lacking=lacking)
                    )
            rows = rows.order_by(*(sign + column for column in self.columns))
            value = Cast(self.ordering.name, models.TextField()) if self.as_text else ""
            return rows.values_list("code", value or self.ordering.name)[:limit]

        kind = (self.ordering, lacking, limit, falling, PLACE in given, BOUND in given)
        return self.parts.queries(query, kind)

    def ordered(self) -> models.QuerySet:
        """All rows of a list in one part, in the order of their pages."""
        (rows,) = self.parts.made
        columns = list(self.columns)
        if self.may_lack:
            last = 0 if self.ordering.descending else 1
            flag = Case(
                When(self.lacks, then=last),
                default=1 - last,
                output_field=models.IntegerField(),
            )
            rows = rows.annotate(page_flag=flag)
            columns.insert(0, "page_flag")
        sign = "-" if self.ordering.descending else ""
        return rows.order_by(*(sign + column for column in columns))

    def _beyond(self, name: str, operator: str, *, lacking: bool) -> RowCompare:
        """Rows on that side of the one that is given under the name."""
        right: dict[str, Mark] = {"code": Mark(f"{name}code", models.TextField())}
        if not lacking:
            kind = models.TextField() if self.as_text else self.field
            right = {self.ordering.name: Mark(name, kind)} | right
        # Rows that lack it are told apart by their codes alone.
        columns = [column for column in self.columns if column in right]
        return RowCompare(
            [F(column) for column in columns],
            operator,
            [right[column] for column in columns],
        )

    def _given(self, name: str, row: tuple[str, Any]) -> dict[str, Any]:
        """What the marks of that name stand for."""
        code, value = row
        return {f"{name}code": code, name: self._value(value)}

    def _value(self, value: Any) -> Any:
        """A cursor's value as the column takes it."""
        if value is None or self.as_text:
            return value
        python = self.field.to_python(value)
        return self.field.get_db_prep_value(python, connection)

    def _write(self, direction: str, row: list[tuple[str, Any]]) -> str:
        """A cursor for what lies beyond that row; without one, for either end."""
        kept: list[Any] = [self.digest, direction]
        for code, value in row:
            lacks = value is None or (self.may_lack and value == "")
            kept += [code, None if lacks else str(value)]
        return cursors.signed(kept)

    def _read(self, cursor: str) -> tuple[bool, Any]:
        """Whether it leads back, and the row beyond which; None for either end."""
        try:
            digest, direction, *place = cursors.opened(cursor)
            if digest == self.digest and place:
                _code, value = place
                self._value(value)
        except (ValueError, TypeError, ValidationError) as error:
            detail = _("This cursor was not given by this API.")
            raise Refused(detail, parameter="cursor") from error
        if digest != self.digest:
            raise Refused(
                _("This cursor belongs to other filters or another ordering."),
                parameter="cursor",
            )
        return direction == "p", place or None


def _place_of(row: tuple[str, Any]) -> tuple[Any, str]:
    """What a row of several parts is merged by; Python compares as the database."""
    code, value = row
    return (value or "", code) if isinstance(value, str | None) else (value, code)
