"""What the tables of a snapshot are: columns, types, keys, in Chinese and English.

Table Schema of the Data Package standard, version 2. English texts stand beside the
Chinese ones under the same name with ``@en``.
"""

from typing import Any

from django.db import models
from django.utils.translation import override

from registry import journal
from registry.fields import ChoiceField, CodeField, PartialDateField
from registry.snapshot.rows import columns, key, references

TYPES: list[tuple[type[models.Field], str]] = [
    (models.BooleanField, "boolean"),
    (models.DateField, "date"),
    (models.DecimalField, "number"),
    (models.IntegerField, "integer"),
]


def schema(model: type[models.Model]) -> dict[str, Any]:
    """The Table Schema of the model's table."""
    own = journal.kind_of(model)
    return {
        "fields": [_field(field) for field in columns(model)],
        "missingValues": [""],
        "primaryKey": key(model),
        "foreignKeys": [
            {
                "fields": [field.name],
                "reference": {
                    # Empty where a row refers to another of its own table.
                    "resource": kind if kind != own else "",
                    "fields": [field.target_field.name],
                },
            }
            for field in references(model)
            for kind in [journal.kind_of(field.related_model)]
        ],
    }


def texts(name: str, text: Any) -> dict[str, str]:
    """The text in both languages, under that name and the name with ``@en``."""
    said = {}
    for language, mark in (("zh-hans", ""), ("en", "@en")):
        with override(language):
            if text:
                said[f"{name}{mark}"] = str(text)
    return said


def _field(field: models.Field) -> dict[str, Any]:
    kind = next((name for of, name in TYPES if isinstance(field, of)), "string")
    told: dict[str, Any] = {"name": field.name, "type": kind}
    told |= texts("title", field.verbose_name) | texts("description", field.help_text)
    if isinstance(field, ChoiceField):
        told["categories"] = _categories(field)
    if constraints := _constraints(field):
        told["constraints"] = constraints
    return told


def _categories(field: ChoiceField) -> list[dict[str, str]]:
    return [
        {"value": value} | texts("label", label) for value, label in field.flatchoices
    ]


def _constraints(field: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if field.primary_key or not (field.null or field.blank):
        found["required"] = True
    if field.unique:
        found["unique"] = True
    of = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(of, ChoiceField):
        found["enum"] = [value for value, _label in of.flatchoices]
    elif isinstance(of, CodeField):
        found["pattern"] = of.pattern
    elif isinstance(of, PartialDateField):
        found["pattern"] = of.PATTERN
    elif isinstance(of, models.CharField) and of.max_length:
        found["maxLength"] = of.max_length
    elif isinstance(of, models.PositiveSmallIntegerField | models.PositiveIntegerField):
        found["minimum"] = 0
    return found
