"""What a field reads, and the function that makes its JSON value of it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.timezone import get_default_timezone
from rest_framework import serializers


def lookups(field: serializers.Field) -> list[str]:
    """Paths of the columns that the field reads."""
    own = getattr(field, "lookups", None)
    return own() if own else ["__".join(field.source_attrs)]


def shower(field: serializers.Field) -> Callable[..., Any] | None:
    """A function of the field's columns that gives its JSON value.

    None where that is what its one column holds.
    """
    if make := getattr(field, "shower", None):
        return make()
    plain = field.to_representation
    if isinstance(field, serializers.CharField | serializers.ChoiceField):
        return None
    if isinstance(field, serializers.DateTimeField):
        return _instant
    if isinstance(field, serializers.DateField):
        return _day
    return lambda value: None if value is None else plain(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _instant(value: datetime | None) -> str | None:
    """As the serializer writes it, which looks up the zone's every setting anew."""
    if value is None:
        return None
    text = value.astimezone(get_default_timezone()).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
