"""How rows of a model are told as values: what JSON says, as the columns take it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, models

from registry.fields import CodeField, PartialDateField, PinyinField

# Different values of a column that are remembered.
READ = 2000
Values = list[Any]


class Shape:
    """A place for each column of a model that is written.

    ``kept_by_database`` are columns that it fills where a row is silent, ``derived``
    those that follow from others.
    """

    def __init__(
        self, model: type[models.Model], using: str = DEFAULT_DB_ALIAS
    ) -> None:
        self.model = model
        self.fields = [
            field
            for field in model._meta.local_concrete_fields
            if not isinstance(field, models.GeneratedField | models.AutoField)
        ]
        self.kept_by_database = {
            field.column for field in self.fields if field.has_db_default()
        }
        sounds = [f for f in self.fields if isinstance(f, PinyinField)]
        self.derived = {field.column for field in sounds}
        places = {field.name: place for place, field in enumerate(self.fields)}
        self._sounds = [(f, places[f.name], [places[o] for o in f.of]) for f in sounds]
        self._blank = [
            None if field.has_db_default() else field.get_default()
            for field in self.fields
        ]
        self.many = [
            (field, field.remote_field.through)
            for field in model._meta.local_many_to_many
        ]
        self._readers: dict[str, tuple[int, Callable[[Any], Any]]] = {}
        for place, field in enumerate(self.fields):
            if field.column not in self.derived:
                reader = place, _reader(field, using)
                self._readers |= {field.name: reader, field.attname: reader}
        if "code" in self._readers:
            self._readers["pk"] = self._readers["code"]

    def values(self, said: Mapping[str, Any]) -> Values:
        """The values of a row that says this, by field or column, but what is derived.

        Raises ValidationError for one that its column can't hold, KeyError for a name
        that is none.
        """
        values = self._blank.copy()
        for name, value in said.items():
            place, read = self._readers[name]
            values[place] = None if value is None else read(value)
        return values

    def known(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What of it there is a column for."""
        return {name: said[name] for name in said if name in self._readers}

    def derive(self, values: Values) -> Values:
        """The same with what follows from it."""
        for field, place, of in self._sounds:
            values[place] = field.sound(values[name] for name in of)
        return values


def _reader(field: Any, using: str) -> Callable[[Any], Any]:
    """What turns a value as JSON has it into what the column takes."""
    # A reference is looked up in any case.
    is_patterned = isinstance(field, CodeField | PartialDateField)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    longest = field.max_length
    connection = connections[using]

    def text(value: Any) -> Any:
        if type(value) is not str:
            raise ValidationError(f"{value!r}: text is wanted")
        if not value.isascii():
            # One half of a pair of UTF-16 stands for no character.
            value.encode()
        if "\0" in value or (longest and len(value) > longest):
            field.run_validators(value)
            raise ValidationError("NUL")
        return value

    @lru_cache(READ)
    def patterned(value: Any) -> Any:
        said = text(value)
        if said:
            field.clean(said, None)
        return said

    @lru_cache(READ, typed=True)
    def other(value: Any) -> Any:
        python = field.to_python(value)
        if isinstance(value, bool) != isinstance(python, bool) or (
            isinstance(value, float | Decimal) and value != python
        ):
            raise ValidationError(f"{value!r}: {field.get_internal_type()} is wanted")
        field.run_validators(python)
        return field.get_db_prep_save(python, connection)

    if is_patterned:
        return patterned
    return text if isinstance(field, models.CharField | models.TextField) else other
