"""Form fields for quantities and partial dates, typed as texts write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from registry import dates, quantities, spelling


class QuantityInput(forms.TextInput):
    """A text field with the value as the registry keeps it beneath."""

    template_name = "admin/widgets/quantity.html"
    normalised = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {
            "normalised": normalised(value)
        }


def normalised(value: Any) -> str:
    """``10000000 CNY`` for what was typed; empty where it can't be read."""
    if not value:
        return ""
    try:
        read = quantities.parse(str(value))
    except quantities.QuantityError:
        return ""
    return f"{spelling.plain(read.value)} {read.unit}".strip()


class QuantityField(forms.CharField):
    """A value typed as 1000万, 92.84亿元, 0.2‰ or 3年; cleans to a `Quantity`."""

    widget = QuantityInput

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return quantities.parse(text)
        except quantities.QuantityError as error:
            raise ValidationError(str(error), code="quantity") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            before, after = self.to_python(initial), self.to_python(data)
        except ValidationError:
            return True
        return (before and before.value) != (after and after.value)


def as_typed(value: Decimal | None, unit: str) -> str:
    """How a stored value first stands in its field: 1000万元."""
    if value is None:
        return ""
    return spelling.spell(value, unit, get_language() or "zh-hans")


class PartialDateInput(forms.CharField):
    """2024, 2024-04, 2024-04-01 or 2024年4月; cleans to the one form."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return dates.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="date") from error
