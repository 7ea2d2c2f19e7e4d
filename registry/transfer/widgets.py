"""How cells become values, and values cells: widgets of django-import-export.

Each refuses what it can't take with a sentence that says what is allowed.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from import_export.widgets import Widget

from registry import dates, quantities, spelling
from registry.fields import AmountField, PartialDateField
from registry.transfer.columns import column_of
from registry.transfer.tables import Holds

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
YES = ("true", "1", "yes", "y", "是")
NO = ("false", "0", "no", "n", "否")
MOST_SHOWN = 40
# PostgreSQL's small integers end there; SQLite takes any.
MOST = 32_767


class Cell(Widget):
    """Text as it stands; for the other kinds of columns see the subclasses."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value).strip()
        if not text:
            return self.empty()
        return self.read(text)

    def empty(self) -> Any:
        """What an empty cell means."""
        if self.field.null:
            return None
        if self.field.has_default() and not self.field.blank:
            return self.field.get_default()
        return "" if self.field.empty_strings_allowed else self.field.get_default()

    def read(self, text: str) -> Any:
        """The value of a cell that says something; raises ValidationError."""
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Choice(Cell):
    """A value of a closed list."""

    def read(self, text: str) -> str:
        values = [str(value) for value, _label in self.field.flatchoices if value]
        if text not in values:
            raise not_listed(text, values)
        return text


class Number(Cell):
    """A whole number."""

    def read(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}(\.0+)?", text) or Decimal(text) > MOST:
            raise ValidationError(
                _("“%(text)s” is no whole number, such as 1 or 12."),
                params={"text": shortened(text)},
            )
        return int(Decimal(text))


class Amount(Cell):
    """An exact number, or a quantity as texts write it: 10000000.00, 1000万元."""

    def read(self, text: str) -> Any:
        if _PLAIN.fullmatch(text):
            return Decimal(text)
        try:
            return quantities.parse(text)
        except quantities.QuantityError as error:
            raise ValidationError(error.args[0]) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else spelling.plain(value)


class PartialDate(Cell):
    """A date known to the year, month or day."""

    def read(self, text: str) -> str:
        try:
            return dates.parse(text)
        except dates.DateError as error:
            raise ValidationError(error.args[0]) from error


class Day(Cell):
    """A day of the calendar."""

    def read(self, text: str) -> date:
        try:
            partial = dates.parse(text)
        except dates.DateError as error:
            raise ValidationError(error.args[0]) from error
        if len(partial) < len("2024-04-01"):
            raise ValidationError(
                _("“%(text)s” is no whole day, such as 2024-04-01."),
                params={"text": shortened(text)},
            )
        return date.fromisoformat(partial)


class YesNo(Cell):
    """Yes or no, in the words of either language or of a spreadsheet."""

    def read(self, text: str) -> bool:
        if text.lower() not in (*YES, *NO):
            raise not_listed(text, ["true", "false", "是", "否"])
        return text.lower() in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return {True: "true", False: "false"}.get(value, "")


class Codes(Cell):
    """Codes with spaces between; the value is the list of them, each once."""

    def empty(self) -> list[str]:
        return []

    def read(self, text: str) -> list[str]:
        return list(dict.fromkeys(re.split(r"[\s,;，；、]+", text.strip(",;，；、 "))))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return " ".join(sorted(value))


WIDGETS: dict[Holds, type[Cell]] = {
    Holds.TEXT: Cell,
    Holds.CODE: Cell,
    Holds.CODES: Codes,
    Holds.CHOICE: Choice,
    Holds.NUMBER: Number,
    Holds.DATE: Day,
    Holds.YES_NO: YesNo,
}


def widget_for(field: models.Field) -> Cell:
    """The widget that reads and writes a field's cells."""
    if isinstance(field, AmountField):
        return Amount(field)
    if isinstance(field, PartialDateField):
        return PartialDate(field)
    return WIDGETS[column_of(field).holds](field)


def not_listed(text: str, allowed: list[str]) -> ValidationError:
    """The error of a value that is none of those."""
    shown = ", ".join(allowed[:MOST_SHOWN]) + " …" * (len(allowed) > MOST_SHOWN)
    return ValidationError(
        _("“%(text)s” is none of the values allowed here: %(allowed)s."),
        params={"text": shortened(text), "allowed": shown},
    )


def shortened(text: str) -> str:
    """As much of a cell as a sentence can quote."""
    return text if len(text) <= 60 else text[:60] + "…"
