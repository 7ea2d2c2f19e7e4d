"""Rows of files as rows of a model, by django-import-export: read, checked, written.

A row says something only in the columns that its file has. What it leaves as it is
writes nothing; all its errors are told at once, by column.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory

from registry.amounts import taken_apart
from registry.fields import AmountField
from registry.quantities import Quantity
from registry.transfer import kept
from registry.transfer.bundles import Part
from registry.transfer.claims import Claims
from registry.transfer.columns import KEPT, fields_of
from registry.transfer.loading import Loaded, load, twin
from registry.transfer.recording import Recording
from registry.transfer.references import References, concrete
from registry.transfer.tables import Row
from registry.transfer.widgets import widget_for


class TableResource(Recording, ModelResource):
    """One table of an import: its rows become rows of the model, or errors."""

    def __init__(self, part: Part, references: References, claims: Claims) -> None:
        super().__init__()
        self.part, self.table = part, part.table
        self.model: Any = part.model
        self.references, self.claims = references, claims
        self.columns = {field.name: field for field in fields_of(self.model)}
        self.many = [f.name for f in self.model._meta.many_to_many]
        self.fields = {
            name: Field(
                attribute=getattr(field, "attname", name),
                column_name=name,
                widget=widget_for(field),
            )
            for name, field in self.columns.items()
            if name not in KEPT
        }
        self.amounts = [
            n for n, f in self.columns.items() if isinstance(f, AmountField)
        ]
        self.loaded = Loaded()
        self.repeated: set[str] = set()

    @classmethod
    def of(cls, part: Part, references: References, claims: Claims) -> "TableResource":
        """The resource of a bundle's table."""
        options = {"import_id_fields": ["code"], "skip_diff": True}
        made = modelresource_factory(
            part.model, resource_class=cls, meta_options=options
        )
        resource: TableResource = made(part, references, claims)
        return resource

    def init_instance(self, row: Any = None) -> Any:
        """A new row, which says already what all of its list say."""
        return self.model(**self.part.given)

    def load(self, rows: list[Row]) -> None:
        """Fetch what these rows concern, in a few queries whatever their number."""
        self.loaded = load(self.model, rows)
        self.references.look_up(self.model, self.loaded.rows)
        for name, column in self.columns.items():
            if column.is_relation:
                cells = [row.cells[name] for row in rows if row.cells.get(name)]
                named = [self.fields[name].widget.clean(cell) for cell in cells]
                codes = [c for n in named for c in (n if isinstance(n, list) else [n])]
                self.references.look_up(column.related_model, codes)

    def awaited(self, row: Row) -> str:
        """The code of a later row of the same table that the row refers to, if any."""
        for name, column in self.columns.items():
            target = column.related_model if column.is_relation else None
            if target is not None and concrete(target) is concrete(self.model):
                code = row.cells.get(name, "").strip()
                itself = code == row.cells.get("code", "").strip()
                if not itself and self.references.is_awaited(target, code):
                    return code
        return ""

    def import_one(self, row: Row) -> Any:
        """What became of the row: django-import-export's `RowResult`."""
        result = self.import_row(row.cells, self.loaded, row_number=row.number)
        if result.is_valid():
            self.references.existing[concrete(self.model)].add(str(result.object_id))
        return result

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Set what the row says; raises ValidationError with all that is wrong."""
        errors: dict[str, Any] = {}
        instance.before = {
            f.attname: getattr(instance, f.attname) for f in self._stored(row)
        }
        instance.related = {}
        for name, field in self.fields.items():
            if name not in row or self._is_given(instance, name, row):
                continue
            try:
                value = field.clean(row)
                self._check_codes(self.columns[name], value)
            except ValidationError as error:
                errors[name] = error
                continue
            if name in self.many:
                instance.related[name] = value
            elif not _is_same_text(getattr(instance, field.attribute), value):
                setattr(instance, field.attribute, value)
        self._settle_amounts(instance, row, errors)
        instance.version_read = kept.version_read(row)
        errors |= kept.errors(instance, row, self.loaded, self.table) | errors
        if errors:
            raise ValidationError(errors)

    def _is_given(self, instance: Any, name: str, row: Any) -> bool:
        """Whether an empty cell of a new row leaves what all of its list say."""
        adding = instance._state.adding
        return adding and name in self.part.given and not row[name].strip()

    def _stored(self, row: Any) -> Iterable[Any]:
        beside = {"unit", "comparator", "value_to", "previous"}
        names = set(row) | (beside if "value" in row else set())
        return [
            field
            for name, field in self.columns.items()
            if name in names and name not in self.many and name not in KEPT
        ]

    def _check_codes(self, field: Any, value: Any) -> None:
        if not field.is_relation or not value:
            return
        wrong = []
        for code in value if isinstance(value, list) else [value]:
            try:
                self.references.check(field.related_model, code)
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)

    def _settle_amounts(self, instance: Any, row: Any, errors: dict[str, Any]) -> None:
        for name in self.amounts:
            typed = getattr(instance, name)
            if not isinstance(typed, Quantity):
                continue
            said = {other: getattr(instance, other) for other in self._beside(name)}
            columns, sentences = taken_apart(typed, name, said, self.model)
            for other, value in columns.items():
                setattr(instance, other, value)
            if sentences:
                errors[name] = ValidationError(sentences)

    def _beside(self, name: str) -> list[str]:
        others = ("unit", "comparator", "value_to", "previous")
        return [other for other in others if other in self.fields and other != name]

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = ()
    ) -> bool:
        """Whether the registry says already what the row says."""
        if import_validation_errors:
            return False
        if instance._state.adding:
            return not instance.pk and self._is_there(instance, row)
        if not self.changed(instance):
            return True
        try:
            # A number in another spelling is the same number.
            instance.clean()
        except ValidationError:
            return False
        return not self.changed(instance)

    def changed(self, instance: Any) -> list[str]:
        """Names of the columns that the row would change."""
        stored = [
            attname
            for attname, value in instance.before.items()
            if getattr(instance, attname) != value
        ]
        return stored + [
            name
            for name, codes in instance.related.items()
            if set(codes) != {row.pk for row in getattr(instance, name).all()}
        ]

    def _is_there(self, instance: Any, row: Any) -> bool:
        """Whether a row without a code repeats one that its owner has already."""
        columns = [f.attname for f in self._stored(row) if not f.primary_key]
        code = twin(instance, columns)
        if not code:
            return False
        # A row that the file has by its code may come to say something else.
        coming = self.references.coming[concrete(self.model)]
        if code in self.repeated or code in coming:
            raise ValidationError(_("Another row of the file says the same."))
        self.repeated.add(code)
        instance.code = code
        return True

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, **kwargs: Any
    ) -> None:
        """Raise ValidationError with what the row's cells and the model object to."""
        errors = dict(import_validation_errors or {})
        # References were looked up for many rows at once.
        related = {f.name for f in self.columns.values() if f.is_relation}
        try:
            instance.clean_fields(exclude=set(errors) | related)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        try:
            instance.clean()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        empty = [
            name
            for name in related - set(self.many) - set(errors)
            if not self.columns[name].null
            and getattr(instance, self.columns[name].attname) is None
        ]
        for name in empty:
            errors[name] = [ValidationError(_("This cell may not be empty."))]
        if errors:
            raise ValidationError(errors)


def _is_same_text(stands: Any, said: Any) -> bool:
    """Whether a text says what stands there, but for spaces that files can't keep."""
    both_texts = isinstance(stands, str) and isinstance(said, str)
    return both_texts and stands.replace("\r\n", "\n").strip() == said
