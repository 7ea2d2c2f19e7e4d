"""Forms of records: the version that was read, the reason, quantities as typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import journal
from registry.admin.fields import PartialDateInput, QuantityField, as_typed
from registry.amounts import taken_apart
from registry.fields import AmountField, PartialDateField
from registry.models import Entry, Owned, Record
from registry.quantities import Quantity


class OwnNumber(forms.IntegerField):
    """A number of the form's own, which changes nothing of the record."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class OwnText(forms.CharField):
    """A text of the form's own, which changes nothing of the record."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(forms.ModelForm):
    """A record's form, with the version and the revision that it was opened at."""

    version_read = OwnNumber(required=False, widget=forms.HiddenInput)
    revision_read = OwnNumber(required=False, widget=forms.HiddenInput)
    reason = OwnText(
        required=False,
        label=gettext_lazy("Reason for this change"),
        help_text=gettext_lazy("Kept in the journal with your name."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    # What the last attempt to save was refused with: field → sentences.
    refusals: dict[str, list[str]] = {}
    # The registry's revision when the page was opened.
    revision = 0
    # Whether saving takes the record's next version; else the page took it before.
    takes_version = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_record = isinstance(self.instance, Record)
        if self.on_record and not self.instance._state.adding:
            self.initial["version_read"] = self.instance.version
        self.initial["revision_read"] = self.revision
        self.amounts = [
            field.name
            for field in self._meta.model._meta.concrete_fields
            if isinstance(field, AmountField) and field.name in self.fields
        ]
        for name in self.amounts:
            value = getattr(self.instance, name)
            self.initial[name] = as_typed(value, self.instance.unit)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.amounts:
            self._clean_amount(name, cleaned)
        if isinstance(self.instance, Owned) and not cleaned.get("code"):
            # Given on saving; two empty texts would be taken for the same code twice.
            cleaned["code"] = None
        if self.on_record and self.instance._state.adding:
            self._check_new_code(cleaned)
        if self.refusals:
            raise ValidationError(self.refusals)
        return cleaned

    def _clean_amount(self, name: str, cleaned: dict[str, Any]) -> None:
        """Take value, unit and comparator apart; the text may not contradict them."""
        typed = cleaned.get(name)
        if not isinstance(typed, Quantity):
            return
        columns, sentences = taken_apart(typed, name, cleaned, self._meta.model)
        cleaned |= columns
        for sentence in sentences:
            self.add_error(name, sentence)

    def _check_new_code(self, cleaned: dict[str, Any]) -> None:
        code = cleaned.get("code")
        kind = journal.kind_of(type(self.instance))
        if code and Entry.objects.filter(kind=kind, key=code, action="D").exists():
            self.add_error("code", _("This code was used before; codes never are."))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.takes_version and self.on_record and not self.instance._state.adding:
            # None is no record's version, so that saving meets the conflict.
            self.instance.version = self.cleaned_data.get("version_read") or 0


class Paragraphs(forms.CharField):
    """A text of several lines, which browsers end with two characters each."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 40})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


def field_for(db_field: Any) -> forms.Field | None:
    """The form field of a column that texts write in their own way, else None."""
    if isinstance(db_field, models.TextField) and not db_field.choices:
        return Paragraphs(
            label=capfirst(db_field.verbose_name),
            required=not db_field.blank,
            help_text=db_field.help_text,
        )
    if isinstance(db_field, AmountField):
        return QuantityField(
            label=db_field.verbose_name,
            required=not db_field.blank,
            help_text=db_field.help_text,
        )
    if isinstance(db_field, PartialDateField):
        return PartialDateInput(
            label=db_field.verbose_name,
            required=not db_field.blank,
            help_text=db_field.help_text or "2024, 2024-04, 2024-04-01",
            max_length=20,
        )
    return None
