"""The queues of records that need looking after: what is in each, in which order.

A queue has records of several kinds. The database sorts the keys of each kind and gives
as many as the page needs; only the rows of a page are read.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    F,
    OuterRef,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry import freshness
from registry.admin.filters import Ending
from registry.admin.lists import Chosen
from registry.admin.paging import MOST_COUNTED, Over
from registry.links import checking
from registry.models import Link, Record

LONG_AGO = date(1, 1, 1)
# Of the programs that hang on a document and the like.
MOST_CONCERNED = 4


@dataclass(frozen=True)
class Part:
    """Records of one kind in a queue; ``rows`` have a ``rank`` to sort them by."""

    admin: Any
    rows: Any
    # The column with the link that is meant.
    column: str = ""


@dataclass
class Row:
    """A record of a queue, with what there is to say of it."""

    record: Any
    admin: Any
    column: str = ""
    end: str = ""
    link: Link | None = None
    concerned: list[Any] = field(default_factory=list)
    concerned_more: int = 0

    @property
    def past(self) -> bool:
        """Whether its end lies before today, as known as it is."""
        return bool(self.end) and self.end < localdate().isoformat()[: len(self.end)]

    @property
    def column_label(self) -> Any:
        return self.record._meta.get_field(self.column).verbose_name


class InState(Chosen):
    """Links by what became of them; without a choice those that are dead."""

    title = pgettext_lazy("link", "state")
    parameter_name = "state"
    # One state is always meant.
    always = True

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(s.value, s.label) for s in Link.State if s != Link.State.ALIVE]

    def value(self) -> str:
        return super().value() or Link.State.DEAD.value

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(state=self.value())


class Queue:
    """One section of the page; `parts` says what is in it."""

    name = ""
    title: Any = ""
    hint: Any = ""
    # A filter besides those by kind and place.
    filter: type[Chosen] | None = None
    # What a queryset of the kind must be able to say.
    verb = ""

    def has(self, model: type[Record]) -> bool:
        return hasattr(model._default_manager, self.verb)

    def parts(self, admin: Any, rows: Any, chosen: Any) -> Iterable[Part]:
        """The records of that kind among those rows; ``chosen``: the filter's value."""
        raise NotImplementedError

    def fill(self, rows: list[Row]) -> None:
        """Add what else is to be said of the rows of a page."""


class Stale(Queue):
    name = "stale"
    title = _("To verify")
    verb = "stale"

    def parts(self, admin: Any, rows: Any, chosen: Any) -> Iterable[Part]:
        rank = Coalesce(F("verified_on"), Value(LONG_AGO), output_field=DateField())
        yield Part(admin, freshness.stale(rows, localdate()).annotate(rank=rank))


class Expiring(Queue):
    name = "expiring"
    title = _("Ending")
    hint = _("What ended, or states an end within a year: the earliest end first.")
    filter = Ending
    verb = "expiring"

    def parts(self, admin: Any, rows: Any, chosen: Any) -> Iterable[Part]:
        if not chosen.value():
            # Both what ended and what does within a year.
            rows = freshness.ended(rows, localdate() + freshness.YEAR)
        rows = chosen.queryset(None, rows).with_end()
        yield Part(admin, rows.annotate(rank=F("end")))

    def fill(self, rows: list[Row]) -> None:
        by_admin = defaultdict(list)
        for row in rows:
            row.end = row.record.end
            by_admin[row.admin].append(row)
        for admin, own in by_admin.items():
            found = admin.concerned([row.record for row in own])
            for row in own:
                concerned = found.get(row.record.pk, [])
                row.concerned = concerned[:MOST_CONCERNED]
                row.concerned_more = len(concerned) - len(row.concerned)


class Unevidenced(Queue):
    name = "evidence"
    title = _("Without evidence")
    hint = _("Nothing leads from them to a text that is there to be read.")
    verb = "without_evidence"

    def parts(self, admin: Any, rows: Any, chosen: Any) -> Iterable[Part]:
        nothing = Value("", output_field=CharField())
        yield Part(admin, freshness.without_evidence(rows).annotate(rank=nothing))


class DeadLinks(Queue):
    name = "links"
    title = _("Dead links")
    hint = _("Dead: no answer on three different days. One answer, and it is alive.")
    filter = InState

    def has(self, model: type[Record]) -> bool:
        return any(model is of for of, _column in checking.sources())

    def parts(self, admin: Any, rows: Any, chosen: Any) -> Iterable[Part]:
        links = chosen.queryset(None, Link.objects.all())
        for model, column in checking.sources():
            if model is rows.model:
                since = links.filter(address=OuterRef(column)).annotate(
                    since=Coalesce("failing_since", Value(LONG_AGO))
                )
                rank = Subquery(since.values("since"), output_field=DateField())
                # By the addresses first, which are few: the rank is told of each row.
                given = rows.standing().filter(
                    **{f"{column}__in": links.values("address")}
                )
                found = given.annotate(rank=rank)
                yield Part(admin, found, column)

    def fill(self, rows: list[Row]) -> None:
        addresses = [getattr(row.record, row.column) for row in rows]
        known = Link.objects.in_bulk(addresses, field_name="address")
        for row in rows:
            row.link = known.get(getattr(row.record, row.column))


QUEUES: list[Queue] = [Stale(), Expiring(), Unevidenced(), DeadLinks()]


def number(parts: list[Part]) -> int:
    """How many rows there are in the parts, `Over` the cap for more than that."""
    each = [part.rows.order_by().values("pk") for part in parts]
    if not each:
        return 0
    first, *others = each
    found = first.union(*others, all=True) if others else first
    number = found[: MOST_COUNTED + 1].count()
    return Over(MOST_COUNTED) if number > MOST_COUNTED else number


def keys(parts: list[Part], bottom: int, top: int) -> list[tuple[Any, int, str]]:
    """(rank, number of the part, code) of what stands there in the parts, in order.

    Each part gives its own first ones, which the database has to sort no further; they
    are merged here.
    """
    each = [
        [
            (rank, number, code)
            for rank, code in part.rows.order_by("rank", "code").values_list(
                "rank", "code"
            )[:top]
        ]
        for number, part in enumerate(parts)
    ]
    return list(islice(merge(*each), bottom, top))


def read(queue: Queue, parts: list[Part], found: Iterable[Any]) -> list[Row]:
    """The records of those keys, in their order, with what the queue says of them."""
    found = list(found)
    codes = defaultdict(list)
    for _rank, number, code in found:
        codes[number].append(code)
    records = {}
    for number, own in codes.items():
        part = parts[number]
        related = [*(part.admin.list_select_related or ()), *_passage(part.rows.model)]
        rows = part.rows.select_related(*related) if related else part.rows
        records[number] = rows.in_bulk(own)
    rows = [
        Row(records[number][code], parts[number].admin, parts[number].column)
        for _rank, number, code in found
        if code in records[number]
    ]
    queue.fill(rows)
    return rows


def _passage(model: Any) -> list[str]:
    """The relation through which a record knows its one passage."""
    return ["passage"] if hasattr(model, "passage") else []
