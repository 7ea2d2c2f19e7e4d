"""The target tracker: which targets are followed, in which state, in which order."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from programs.models import Figure, Target
from programs.models.regions import within
from programs.progress import SAME, Progress, compared, progress, same

# What a page tells of a target.
RELATED = ("indicator", "region", "program", "case", "agency", "versus")
PASSAGE = "passage__document"


class Order(models.TextChoices):
    """Orderings; what is not stated comes last, and the code decides among equals."""

    OBSERVED = "observed", _("observed ones first")
    DUE = "due", _("due first")
    LATEST_DUE = "-due", _("due last")
    SHARE = "share", _("least reached first")
    MOST_REACHED = "-share", _("most reached first")
    REGION = "region", _("by region")
    INDICATOR = "indicator", _("by indicator")


def followed(
    *, region: str = "", indicator: str = "", document: str = ""
) -> QuerySet[Target]:
    """The targets that the tracker follows, of the region and all in it."""
    rows: Any = Target.objects.followed()
    if region:
        rows = rows.filter(within("region", region) | within("program__region", region))
    if indicator:
        rows = rows.filter(indicator=indicator)
    if document:
        rows = rows.filter(passage__document=document)
    return rows.annotate(region_of_program=F("program__region"))


def related(rows: list[Progress]) -> None:
    """Read what the rows refer to, for those of them that are shown."""
    targets = [row.target for row in rows]
    prefetch_related_objects(targets, *RELATED, PASSAGE)
    seen = [row.latest for row in rows if row.latest]
    prefetch_related_objects(seen, "versus", PASSAGE)


def tracked(targets: QuerySet[Target], order: Order) -> list[Progress]:
    """How far each of the targets has come, in that order."""
    rows = compared(targets.order_by("pk"))
    return sorted(rows, key=_KEYS[order])


def _due(row: Progress) -> tuple[bool, date]:
    return row.due is None, row.due or date.max


def _latest_due(row: Progress) -> tuple[bool, int]:
    return row.due is None, -(row.due or date.max).toordinal()


def _share(row: Progress) -> tuple[bool, Decimal]:
    return row.share is None, row.share.value if row.share else Decimal(0)


def _most_reached(row: Progress) -> tuple[bool, Decimal]:
    missing, share = _share(row)
    return missing, -share


_KEYS: dict[Order, Any] = {
    Order.OBSERVED: lambda row: (row.latest is None, _due(row)),
    Order.DUE: _due,
    Order.LATEST_DUE: _latest_due,
    Order.SHARE: _share,
    Order.MOST_REACHED: _most_reached,
    Order.REGION: lambda row: (place(row.target) == "", place(row.target), _due(row)),
    Order.INDICATOR: lambda row: (
        row.target.indicator_id is None,
        row.target.indicator_id or "",
        _due(row),
    ),
}


def place(target: Any) -> str:
    """The code of the region that a followed target is of, or its program is in."""
    return target.region_id or target.region_of_program or ""


def states(rows: list[Progress], on: date) -> Counter:
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
