"""Three sides of a form that two people filled in: before, theirs, yours.

Each side is kept as a browser posts it (field → texts), so that what is merged can be
posted in its turn and passes the same checks as any form.
"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Side = dict[str, list[str]]


@dataclass(frozen=True)
class Cell:
    """One field on three sides, as texts to read; ``taken`` is empty for a conflict.

    ``name`` is what the choice between theirs and yours is posted as.
    """

    name: str
    label: str
    before: str
    theirs: str
    yours: str
    taken: str


@dataclass
class Merged:
    """What comes of the three sides: the values to post, and the cells that differ."""

    side: Side = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    @property
    def unresolved(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.taken]


def posted(form: forms.BaseForm) -> Side:
    """The values of an unbound form as a browser would post them untouched."""
    side = {}
    for name in form.fields:
        bound = form[name]
        widget: Any = getattr(bound.field.widget, "widget", bound.field.widget)
        value = bound.value()
        if isinstance(widget, forms.CheckboxInput):
            side[name] = ["on"] if value else []
            continue
        shown = widget.format_value(value)
        several = list(shown) if isinstance(shown, list | tuple) else [shown]
        side[name] = ["" if one is None else str(one) for one in several]
    return side


def received(form: forms.BaseForm, data: Any, prefix: str = "") -> Side:
    """The values that were posted for the form's fields."""
    start = f"{prefix}-" if prefix else ""
    return {name: data.getlist(start + name) for name in form.fields}


def merge(
    form: forms.BaseForm,
    *,
    before: Side,
    theirs: Side,
    yours: Side,
    choices: Any,
    prefix: str = "",
    skipped: tuple[str, ...] = (),
) -> Merged:
    """Field by field: the side that changed it; where both did, the one chosen."""
    merged = Merged()
    for name, one in form.fields.items():
        if name in skipped:
            continue
        old, other, own = (side.get(name, []) for side in (before, theirs, yours))
        taken = _taken(one, old, other, own)
        choice = f"choice:{prefix}{name}"
        if not taken and choices.get(choice) in ("theirs", "yours"):
            taken = choices[choice]
        merged.side[name] = own if taken == "yours" else other
        if not same(one, other, own):
            label = str(one.label or name)
            before_, theirs_, yours_ = (told(one, v) for v in (old, other, own))
            cell = Cell(choice, label, before_, theirs_, yours_, taken)
            merged.cells.append(cell)
    return merged


def _taken(one: forms.Field, old: list[str], other: list[str], own: list[str]) -> str:
    if same(one, old, own) or same(one, other, own):
        return "theirs"
    return "yours" if same(one, old, other) else ""


def same(one: forms.Field, first: list[str], second: list[str]) -> bool:
    """Whether two posted values mean the same: 2500万 and 2500万元 do."""
    if isinstance(one, forms.ModelChoiceField | forms.MultipleChoiceField):
        return {v for v in first if v} == {v for v in second if v}
    if first == second:
        return True
    try:
        return bool(one.to_python(_single(first)) == one.to_python(_single(second)))
    except ValidationError:
        return _single(first).strip() == _single(second).strip()


def _single(values: list[str]) -> str:
    return values[-1] if values else ""


def told(one: forms.Field, values: list[str]) -> str:
    """Posted values in words: labels of choices, names of rows."""
    given = [value for value in values if value]
    if isinstance(one, forms.ModelChoiceField):
        queryset: Any = one.queryset
        names = {str(row.pk): str(row) for row in queryset.filter(pk__in=given)}
        return ", ".join(f"{names.get(v, '')} ({v})".strip() for v in given)
    if isinstance(one, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in _flat(one.choices)}
        return ", ".join(labels.get(value, value) for value in given)
    return ", ".join(given)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for code, label in choices:
        flat += label if isinstance(label, list | tuple) else [(code, label)]
    return flat
