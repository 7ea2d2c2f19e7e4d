"""Forms of records: the version that was read, the reason, quantities as typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import journal
from registry.admin.fields import PartialDateInput, QuantityField, as_typed
from registry.fields import AmountField, PartialDateField
from registry.models import Entry, Record
from registry.quantities import Quantity


class RecordForm(forms.ModelForm):
    """A record's form. What somebody else saved meanwhile is not overwritten unseen."""

    version_read = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        label=gettext_lazy("Reason for this change"),
        help_text=gettext_lazy("Kept in the journal with your name."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    # Sentences that the last attempt to save was refused with (see RecordAdmin).
    refusals: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_record = isinstance(self.instance, Record)
        if self.on_record and not self.instance._state.adding:
            self.initial["version_read"] = self.instance.version
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
        if self.on_record:
            self._check_version(cleaned)
        if self.refusals:
            raise ValidationError(self.refusals)
        return cleaned

    def _clean_amount(self, name: str, cleaned: dict[str, Any]) -> None:
        """Take value, unit and comparator apart; the text may not contradict them."""
        typed = cleaned.get(name)
        if not isinstance(typed, Quantity):
            return
        cleaned[name] = typed.value
        for other in ("unit", "comparator"):
            said, chosen = getattr(typed, other), cleaned.get(other)
            if said in ("", "eq") or said == chosen:
                continue
            if chosen:
                label = self.fields[other].label
                self.add_error(
                    name,
                    _("It says %(typed)s, but %(field)s is %(chosen)s.")
                    % {"typed": said, "field": label, "chosen": chosen},
                )
            else:
                cleaned[other] = said
        for other in ("value_to", "previous"):
            said = getattr(typed, other)
            if said is None or said == cleaned.get(other):
                continue
            if name == "value" and other in self.fields and cleaned[other] is None:
                cleaned[other] = said
            else:
                self.add_error(name, _("Only one value fits here."))

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        if self.instance._state.adding:
            code = cleaned.get("code", "")
            kind = journal.kind_of(type(self.instance))
            if code and Entry.objects.filter(kind=kind, key=code, action="D").exists():
                self.add_error("code", _("This code was used before; codes never are."))
            return
        read = cleaned.get("version_read")
        if read is None or read == self.instance.version:
            return
        # What was typed stays; to save it over the other's change takes a second save.
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("version_read")] = str(self.instance.version)
        raise ValidationError(self._who_was_first(), code="conflict")

    def _who_was_first(self) -> str:
        kind = journal.kind_of(type(self.instance))
        entry = (
            Entry.objects.filter(kind=kind, key=self.instance.pk)
            .select_related("change")
            .order_by("-id")
            .first()
        )
        who = entry.change.actor if entry else ""
        when = timezone.localtime(entry.change.at) if entry else timezone.localtime()
        return _(
            "%(who)s changed this record at %(when)s, after you opened it. Nothing was"
            " saved. Compare the record as it stands now; saving again writes your"
            " version over it."
        ) % {"who": who or _("Somebody"), "when": f"{when:%Y-%m-%d %H:%M}"}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        read = self.cleaned_data.get("version_read")
        if self.on_record and read is not None:
            self.instance.version = read


def field_for(db_field: Any) -> forms.Field | None:
    """The form field of a column that texts write in their own way, else None."""
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
