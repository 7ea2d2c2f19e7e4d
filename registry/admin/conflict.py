"""The second writer's page: before, theirs and yours, field by field and row by row."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from registry import history, journal, past
from registry.admin.posted import OWN, formsets_of, posted_rows, whole
from registry.admin.sides import Cell, Merged, Side, merge, posted, received, told
from registry.models import Change, Record


@dataclass
class Row:
    """One row of an inline on three sides; ``cell`` where all of it goes or stays."""

    title: str
    merged: Merged
    cell: Cell | None = None

    @property
    def as_a_whole(self) -> list[Cell]:
        return [self.cell] if self.cell else []


@dataclass
class Comparison:
    """What the two people did to a record, and the form that comes of it."""

    theirs: Change | None
    record: Merged
    rows: list[Row] = field(default_factory=list)
    data: QueryDict = field(default_factory=lambda: QueryDict(mutable=True))

    @property
    def seen(self) -> int:
        """The revision of their change, which the choices are about."""
        return (self.theirs and self.theirs.revision) or 0

    @property
    def unresolved(self) -> bool:
        cells = [row.cell for row in self.rows if row.cell]
        parts = [self.record, *(row.merged for row in self.rows)]
        return any(not c.taken for c in cells) or any(p.unresolved for p in parts)


class Comparing:
    """Compares what was posted with what stands, and with what was read before."""

    def __init__(self, admin: Any, request: HttpRequest, record: Any) -> None:
        self.admin, self.request, self.record = admin, request, record
        self.state = history.state_at(record, whole(request.POST.get("revision_read")))
        self.choices = request.POST

    def compare(self) -> Comparison:
        """The three sides, with the choices that were posted."""
        form_class = self.admin.get_form(self.request, self.record, change=True)
        form = form_class(instance=self.record)
        record = merge(
            form,
            before=posted(form_class(**self._as_read())),
            theirs=posted(form),
            yours=received(form, self.request.POST),
            choices=self.choices,
            skipped=OWN,
        )
        found = Comparison(self._theirs(), record)
        self._post(found, form, record.side)
        for formset in formsets_of(self.admin, self.request, self.record):
            self._rows(found, formset)
        return found

    def _theirs(self) -> Change | None:
        entries = history.entries_of(self.record).order_by("-change__revision", "-id")
        last = entries.select_related("change").first()
        return last.change if last else None

    def _as_read(self) -> dict[str, Any]:
        """The record as it was read, for its form: the row, its relations' codes."""
        model = type(self.record)
        line = self.state.get((journal.kind_of(model), self.record.pk), {})
        relations = {}
        for relation in model._meta.many_to_many:
            kind = journal.kind_of(relation.remote_field.through)
            column = f"{relation.m2m_reverse_field_name()}_id"
            relations[relation.name] = [
                row[column] for (of, _key), row in self.state.items() if of == kind
            ]
        return {"instance": row_of(model, self.record.pk, line), "initial": relations}

    def _post(self, found: Comparison, form: Any, side: Side) -> None:
        """The record's own part of the merged form."""
        for name, values in side.items():
            found.data.setlist(name, values)
        if isinstance(self.record, Record):
            found.data["version_read"] = str(self.record.version)
        found.data["revision_read"] = str(past.latest_revision())
        found.data["reason"] = self.request.POST.get("reason", "")

    def _rows(self, found: Comparison, formset: Any) -> None:
        """The rows of one inline: those that stand, then those that are yours alone."""
        data, prefix = self.request.POST, formset.prefix
        standing = {part.instance.pk: part for part in formset.initial_forms}
        mine: dict[str, int] = {}
        new: list[int] = []
        for number in range(posted_rows(data, prefix)):
            code = data.get(f"{prefix}-{number}-code", "")
            if code:
                mine[code] = number
            elif self._filled(formset, number):
                new.append(number)
        written = 0
        for code, part in standing.items():
            side = self._standing_row(found, formset, code, part, mine.get(code))
            _put(found.data, f"{prefix}-{written}", side | {"code": [code]})
            if isinstance(part.instance, Record):
                read = str(part.instance.version)
                found.data[f"{prefix}-{written}-version_read"] = read
            written += 1
        initial = written
        for code, number in mine.items():
            if code not in standing:
                lost = self._lost_row(found, formset, code, number)
                if lost:
                    _put(found.data, f"{prefix}-{written}", lost)
                    written += 1
        for number in new:
            form = formset.empty_form
            side = received(form, data, f"{prefix}-{number}")
            _put(found.data, f"{prefix}-{written}", _without(side, OWN))
            written += 1
            found.rows.append(Row(_("New row of yours"), _shown(form, side)))
        found.data[f"{prefix}-TOTAL_FORMS"] = str(written)
        found.data[f"{prefix}-INITIAL_FORMS"] = str(initial)

    def _filled(self, formset: Any, number: int) -> bool:
        """Whether a new row was filled in at all."""
        form = formset.empty_form
        side = received(form, self.request.POST, f"{formset.prefix}-{number}")
        first = posted(form)
        return any(
            values != first.get(name, [])
            for name, values in side.items()
            if name not in (*OWN, "code") and any(values)
        )

    def _standing_row(
        self, found: Comparison, formset: Any, code: str, part: Any, number: int | None
    ) -> Side:
        """A row that stands: what comes of it, with DELETE where it is to go."""
        theirs = posted(part)
        before = self._before(formset, code)
        if number is None:
            # Not in the form that was posted: it came meanwhile, and stays.
            if before is None:
                title = _("New row of theirs: %s") % code
                found.rows.append(Row(title, _shown(part, theirs)))
            return _without(theirs, OWN)
        place = f"{formset.prefix}-{number}"
        yours = received(part, self.request.POST, place)
        merged = merge(
            part, before=before or theirs, theirs=theirs, yours=yours,
            choices=self.choices, prefix=f"{code}:", skipped=(*OWN, "code"),
        )  # fmt: skip
        if not self.request.POST.get(f"{place}-DELETE"):
            if merged.cells:
                found.rows.append(Row(_("Row %s") % code, merged))
            return merged.side
        touched = any(
            values != (before or {}).get(name, [])
            for name, values in _without(theirs, OWN).items()
        )
        cell = self._whole(code, _("changed it"), _("deleted it"), "yours", touched)
        found.rows.append(Row(_("Row %s") % code, _shown(part, theirs), cell))
        side = _without(theirs, OWN)
        return side | {"DELETE": ["on"]} if cell.taken == "yours" else side

    def _lost_row(
        self, found: Comparison, formset: Any, code: str, number: int
    ) -> Side | None:
        """A row that they deleted: None, or yours to be added anew."""
        form = formset.empty_form
        place = f"{formset.prefix}-{number}"
        yours = _without(received(form, self.request.POST, place), OWN)
        before = self._before(formset, code)
        changed = any(
            values != (before or {}).get(name, [])
            for name, values in yours.items()
            if name != "code"
        )
        if self.request.POST.get(f"{place}-DELETE"):
            return None
        cell = self._whole(code, _("deleted it"), _("changed it"), "theirs", changed)
        found.rows.append(Row(_("Row %s") % code, _shown(form, yours), cell))
        return yours | {"code": [""]} if cell.taken == "yours" else None

    def _whole(
        self, code: str, theirs: str, yours: str, taken: str, conflict: bool
    ) -> Cell:
        """Whether a row goes or stays: ``taken``, unless both touched it."""
        name = f"choice:{code}"
        if conflict:
            chosen = self.choices.get(name, "")
            taken = chosen if chosen in ("theirs", "yours") else ""
        return Cell(name, _("the whole row"), "", theirs, yours, taken)

    def _before(self, formset: Any, code: str) -> Side | None:
        """A row as it was when the form was opened; None where it was not there."""
        kind = journal.kind_of(formset.model)
        line = self.state.get((kind, code))
        if line is None:
            return None
        row = row_of(formset.model, code, line)
        blank = formset.empty_form
        return posted(type(blank)(**formset.get_form_kwargs(None), instance=row))


def row_of(model: Any, code: str, line: past.Line) -> Any:
    """An instance, not to be saved, of what the journal has of a row."""
    row = model(pk=code)
    for column in history.told_fields(model):
        if column.attname in line:
            value = history.python_value(column, line[column.attname])
            setattr(row, column.attname, value)
    if isinstance(row, Record):
        row.version = line.get("version", 1)
    row._state.adding = False
    return row


def _put(data: QueryDict, prefix: str, side: Side) -> None:
    for name, values in side.items():
        data.setlist(f"{prefix}-{name}", values)


def _without(side: Side, names: tuple[str, ...]) -> Side:
    return {name: values for name, values in side.items() if name not in names}


def _shown(form: forms.BaseForm, side: Side) -> Merged:
    """A row's filled fields to read, with nothing to choose."""
    cells = [
        Cell("", str(one.label or name), "", "", told(one, side.get(name, [])), "yours")
        for name, one in form.fields.items()
        if name not in (*OWN, "code") and any(side.get(name, []))
    ]
    return Merged(side, [cell for cell in cells if cell.yours])
