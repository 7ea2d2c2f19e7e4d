"""The target tracker: which targets are followed, in which state, in which order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from programs.models import Figure, Target
from programs.models.regions import NATIONAL, subtree
from programs.progress import SAME, Gap, Progress, Standing, compared, progress, same

# What a page tells of a target.
RELATED = ("indicator", "region", "program", "case", "agency", "versus")
PASSAGE = "passage__document"
# What setting a target beside an observation reads of either.
COMPARED = (
    "comparator", "value", "value_to", "unit", "span", "base_period", "period_start",
    "period_end", "versus", *SAME,
)  # fmt: skip


class Order(models.TextChoices):
    """Orderings; what is not stated comes last, and the code decides among equals."""

    OBSERVED = "observed", _("observed ones first")
    DUE = "due", _("due first")
    LATEST_DUE = "-due", _("due last")
    SHARE = "share", _("least reached first")
    MOST_REACHED = "-share", _("most reached first")
    REGION = "region", _("by region")
    INDICATOR = "indicator", _("by indicator")


def followed() -> QuerySet[Target]:
    """The targets that the tracker follows."""
    rows: Any = Target.objects.followed()
    return rows.annotate(region_of_program=F("program__region"))


def related(rows: list[Progress]) -> None:
    """Read what the rows refer to, for those of them that are shown."""
    targets = [row.target for row in rows]
    prefetch_related_objects(targets, *RELATED, PASSAGE)
    seen = [row.latest for row in rows if row.latest]
    prefetch_related_objects(seen, "versus", PASSAGE)


@dataclass(frozen=True)
class Followed(Standing):
    """Where a followed target stands, in what lists of all targets sort and count."""

    code: str
    observed: bool
    gap: Gap
    met: bool | None
    due: date | None
    share: Decimal | None
    place: str
    places: tuple[str, ...]
    indicator: str
    document: str

    def is_of(self, *, region: str, indicator: str, document: str) -> bool:
        """Whether it is of those, as far as they are given."""
        return (
            indicator in ("", self.indicator)
            and document in ("", self.document)
            and (
                region in ("", NATIONAL) or any(lies_in(c, region) for c in self.places)
            )
        )


def lies_in(code: str, region: str) -> bool:
    """Whether the place is the region or lies in it."""
    first, end = subtree(region)
    return first <= code < end


def standings() -> list[Followed]:
    """Where each target stands that the tracker follows, by code."""
    rows = followed().annotate(of_document=F("passage__document")).only(*COMPARED)
    found = compared(rows.order_by("pk"), only=COMPARED)
    return [_standing(row) for row in found]


def _standing(row: Progress) -> Followed:
    target: Any = row.target
    return Followed(
        code=target.pk,
        observed=row.latest is not None,
        gap=row.gap,
        met=row.met,
        due=row.due,
        share=row.share.value if row.share else None,
        place=place(target),
        places=tuple(filter(None, (target.region_id, target.region_of_program))),
        indicator=target.indicator_id or "",
        document=target.of_document,
    )


def told(codes: Iterable[str]) -> list[Progress]:
    """How far those targets have come, in that order."""
    found = {row.target.pk: row for row in compared(followed().filter(pk__in=codes))}
    return [found[code] for code in codes if code in found]


def _due(row: Followed) -> tuple[bool, date]:
    return row.due is None, row.due or date.max


def _latest_due(row: Followed) -> tuple[bool, int]:
    return row.due is None, -(row.due or date.max).toordinal()


def _share(row: Followed) -> tuple[bool, Decimal]:
    return row.share is None, row.share or Decimal(0)


def _most_reached(row: Followed) -> tuple[bool, Decimal]:
    missing, share = _share(row)
    return missing, -share


ORDERINGS: dict[Order, Any] = {
    Order.OBSERVED: lambda row: (not row.observed, _due(row)),
    Order.DUE: _due,
    Order.LATEST_DUE: _latest_due,
    Order.SHARE: _share,
    Order.MOST_REACHED: _most_reached,
    Order.REGION: lambda row: (row.place == "", row.place, _due(row)),
    Order.INDICATOR: lambda row: (row.indicator == "", row.indicator, _due(row)),
}


def place(target: Any) -> str:
    """The code of the region that a followed target is of, or its program is in."""
    return target.region_id or target.region_of_program or ""


def states(rows: list[Followed], on: date) -> Counter:
    """How many there are in each state."""
    return Counter(row.state(on) for row in rows)


def course(target: Figure) -> list[Progress]:
    """The observations of the same over time, oldest first, each beside the target.

    Those that don't compare with it say why.
    """
    return [
        progress(target, row)
        for row in _of_the_same(target, Figure.objects.comparable())
    ]


def beside(target: Figure) -> list[Figure]:
    """Other followed targets of the same in the same unit, by their due date."""
    rows = _of_the_same(target, Figure.objects.followed())
    return list(rows.filter(unit=target.unit).exclude(pk=target.pk))


def _of_the_same(target: Figure, rows: Any) -> Any:
    if target.indicator_id is None:
        return rows.none()
    for name, value in zip(SAME, same(target), strict=True):
        known = {name: value} if value is not None else {f"{name}__isnull": True}
        rows = rows.filter(**known)
    return rows.select_related("passage__document").order_by(
        Concat("period_end", Value("-99")), "pk"
    )
