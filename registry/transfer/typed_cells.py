"""What a workbook's cell says in its column, as the text one would have typed.

Numbers come without the noise of floats, dates as far as the cell shows them. What a
spreadsheet made of something else than was meant is refused rather than guessed.
"""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from registry.transfer.number_formats import Shown, shown_by
from registry.transfer.sentences import Refused, shown
from registry.transfer.tables import Column, Holds

# Digits that a spreadsheet keeps and shows; what stands behind them is noise.
_KEPT = 15
_DAY_ZERO = datetime(1899, 12, 30)
_DAY_ZERO_1904 = datetime(1904, 1, 1)
# What days were before is told in two ways.
_FIRST_DAY = 61
_LAST_DAY = 2_958_465


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    # A date as ISO 8601 text, which a few programs write.
    MOMENT = "moment"
    ERROR = "error"
    FORMULA = "formula"


class Cell(NamedTuple):
    """A cell as it is kept: what it holds, and the number format it is shown by."""

    kind: Kind
    text: str
    format: str = "General"

    @property
    def full(self) -> bool:
        """Whether it holds more than spaces."""
        return self.kind is Kind.FORMULA or bool(self.text.strip())


def typed(cell: Cell, column: Column, *, since_1904: bool = False) -> str:
    """The cell's text; raises `Refused` for formulas, errors and dates out of place."""
    if cell.kind is Kind.TEXT:
        return cell.text
    if cell.kind is Kind.FORMULA:
        raise Refused(
            _("The cell is a formula. Put its value in its place (paste values only).")
        )
    if cell.kind is Kind.ERROR:
        raise Refused(
            _("The cell is an error of the spreadsheet: %(error)s."),
            error=shown(cell.text),
        )
    if cell.kind is Kind.BOOLEAN:
        return "TRUE" if cell.text.strip() in ("1", "true") else "FALSE"
    if cell.kind is Kind.MOMENT:
        return _dated(cell.text.partition("T")[0], column)
    return _number(cell, column, since_1904)


def _number(cell: Cell, column: Column, since_1904: bool) -> str:
    number = exact(cell.text)
    form = shown_by(cell.format)
    if form.moment:
        return _dated(_moment(number, form, since_1904), column)
    if form.words:
        raise Refused(
            _(
                "The cell holds %(number)s but its format “%(format)s” shows something "
                "else. Format it as text and write what it says."
            ),
            number=plain(number),
            format=shown(cell.format),
        )
    if form.percent:
        return f"{_with_decimals(number.scaleb(2), form.decimals)}%"
    return _with_decimals(number, form.decimals)


def _with_decimals(number: Decimal, least: int) -> str:
    """All its decimals, and as many zeros behind them as the cell shows."""
    text = plain(number)
    return f"{number:.{least}f}" if len(text.partition(".")[2]) < least else text


def exact(text: str) -> Decimal:
    """The number that was typed, of one kept as a float: 0.1, not 0.1000…01."""
    try:
        number = Decimal(text)
        if len(number.as_tuple().digits) > _KEPT and "." in text:
            number = Decimal(f"{float(text):.{_KEPT}g}")
    except (InvalidOperation, OverflowError, ValueError):
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 400:
        raise Refused(_("“%(text)s” is no number."), text=shown(text))
    return number


def plain(number: Decimal) -> str:
    """All digits, without an exponent and without zeros behind the last decimal."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _moment(number: Decimal, form: Shown, since_1904: bool) -> str:
    """The date as far as the cell shows it."""
    days = int(number)
    if form.time and (number != days or not form.day):
        raise Refused(_("The cell holds a time of day, which no column takes."))
    if not form.year:
        raise Refused(
            _(
                "The cell shows no year. Write the date with it: 2024, 2024-04 or "
                "2024-04-01."
            )
        )
    first = _DAY_ZERO_1904 if since_1904 else _DAY_ZERO
    if not (0 if since_1904 else _FIRST_DAY) <= days <= _LAST_DAY - 1462 * since_1904:
        raise Refused(_("“%(text)s” is no date."), text=plain(number))
    day = (first + timedelta(days=days)).date().isoformat()
    if form.day:
        return day
    return day[:7] if form.month else day[:4]


def _dated(day: str, column: Column) -> str:
    if column.holds is not Holds.DATE:
        raise Refused(
            _(
                "The cell holds the date %(day)s, which a spreadsheet may have made of "
                "something else. Format it as text and write it again."
            ),
            day=day,
        )
    return day
