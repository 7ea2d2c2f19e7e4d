"""The base of filters that take one value, read by a function of their own."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from registry.api.filters import Unreadable, resolved


class TypedField(forms.Field):
    """One value, read by a function that raises ValueError on what it can't read."""

    def __init__(self, *, read: Callable[[str], Any]) -> None:
        self.read = read
        super().__init__(required=False)

    def to_python(self, value: Any) -> Any:
        try:
            return self.read(value)
        except Unreadable:
            raise
        except ValueError as error:
            raise Unreadable(str(error), given=value) from error


class Typed(django_filters.Filter):
    """A comparison with one value."""

    example = ""

    def __init__(
        self, condition: Callable[[Any], Q] | str, *, example: str = "", **kwargs: Any
    ) -> None:
        self.condition = condition
        self.example = example or self.example
        super().__init__(**kwargs)

    def read(self, text: str) -> Any:
        """The value that the text means; raises ValueError where it means none."""
        raise NotImplementedError

    def is_beyond(self, low: Any, high: Any, *, strict: bool) -> bool:
        """Whether nothing lies between two bounds; ``strict``: one is not included."""
        return bool(low >= high if strict else low > high)

    @property
    def field(self) -> forms.Field:
        return TypedField(read=self.read)

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset.filter(resolved(self)(value))

    def parts(self, queryset: Any, value: Any) -> list[Any]:
        return [self.filter(queryset, value)]

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}
