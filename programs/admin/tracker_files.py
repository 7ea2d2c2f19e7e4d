"""The target tracker as CSV and XLSX."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.admin.figures import amount_said, subject
from programs.models import Figure
from programs.progress import Progress
from programs.tracker import place
from registry.cells import csv_file
from registry.quantities import Quantity
from registry.workbooks import Sheet, xlsx_file

NAME = "targets"
# Every heading is another one, so that a reader by name gets the column that is meant.
OF_TARGET = [
    _("code"),
    _("indicator (code)"),
    _("indicator"),
    _("region (code)"),
    _("of what"),
    _("transformation"),
    _("base period"),
    _("striving"),
    _("target"),
    _("comparator"),
    _("value"),
    _("value to"),
    _("unit"),
    _("from"),
    _("deadline"),
    _("document (code)"),
    _("locator"),
    _("as written"),
]
OF_LATEST = [
    _("latest observation (code)"),
    _("latest observation"),
    _("observed (comparator)"),
    _("observed (value)"),
    _("observed (value to)"),
    _("observed (unit)"),
    _("observed from"),
    _("as of"),
    _("observed in document (code)"),
    _("observed in (locator)"),
]
OF_BOTH = [
    _("state"),
    _("not compared, being"),
    _("reached (comparator)"),
    _("reached (percent)"),
    _("missing (comparator)"),
    _("missing"),
    _("missing (unit)"),
]


def csv(rows: list[Progress], on: date) -> HttpResponseBase:
    """All of the rows, as they stand on that day."""
    return csv_file(_header(), _cells(rows, on), name=NAME, bom=True)


def xlsx(rows: list[Progress], on: date) -> HttpResponseBase:
    """The same as a sheet."""
    sheet = Sheet(gettext("Targets"), _header(), _cells(rows, on), fixed=1)
    return xlsx_file([sheet], name=NAME)


def _header() -> list[str]:
    return [str(title) for title in (*OF_TARGET, *OF_LATEST, *OF_BOTH)]


def _cells(rows: list[Progress], on: date) -> list[list[Any]]:
    return [
        [*_of_target(row.target), *_of_latest(row.latest), *_of_both(row, on)]
        for row in rows
    ]


def _of_target(target: Figure) -> list[Any]:
    return [
        target.pk,
        target.indicator_id,
        str(target.indicator or ""),
        place(target),
        subject(target),
        target.get_transformation_display(),
        target.base_period,
        str(_("striving")) if target.striving else "",
        amount_said(target),
        target.comparator,
        _plain(target.value),
        _plain(target.value_to),
        target.unit,
        target.period_start,
        target.period_end,
        target.passage.document_id,
        target.passage.locator,
        target.as_written,
    ]


def _of_latest(latest: Figure | None) -> list[Any]:
    if latest is None:
        return [None] * len(OF_LATEST)
    return [
        latest.pk,
        amount_said(latest),
        latest.comparator,
        _plain(latest.value),
        _plain(latest.value_to),
        latest.unit,
        latest.period_start,
        latest.period_end,
        latest.passage.document_id,
        latest.passage.locator,
    ]


def _of_both(row: Progress, on: date) -> list[Any]:
    share = _parts(row.share)[:2]
    return [row.state(on).label, row.gap.label, *share, *_parts(row.distance)]


def _parts(quantity: Quantity | None) -> list[Any]:
    if quantity is None:
        return [None] * 3
    return [quantity.comparator, _plain(quantity.value), quantity.unit]


def _plain(value: Decimal | None) -> Decimal | None:
    """The value without closing zeros, and never in powers of ten."""
    return None if value is None else Decimal(f"{value.normalize():f}")
