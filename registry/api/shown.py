"""How single values are shown: labelled references, coded values, exact amounts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.models import Record, states_seen

LABELLED = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
    "required": ["code", "label"],
    "additionalProperties": False,
    "nullable": True,
}
MONEY = ("CNY", "USD", "HKD")


@extend_schema_field(LABELLED)
class Labelled(serializers.Field):
    """A related row as ``{"code", "label"}``; null where there is none published."""

    suffixes = ("", "_label")

    def __init__(self, *, named: str = "name", **kwargs: Any) -> None:
        self.named = named
        super().__init__(read_only=True, **kwargs)

    def lookups(self) -> list[str]:
        path = "__".join(self.source_attrs)
        target = self._target()
        names = {field.name for field in target._meta.concrete_fields}
        english = f"{self.named}_en" if f"{self.named}_en" in names else self.named
        columns = [f"{path}_id", f"{path}__{self.named}", f"{path}__{english}"]
        return columns + [f"{path}__publication"] * issubclass(target, Record)

    def _target(self) -> type[models.Model]:
        parent: Any = self.parent
        model = parent.Meta.model
        for name in self.source_attrs:
            model = model._meta.get_field(name).related_model
        return model

    def shower(self) -> Callable[..., Any]:
        english, seen = get_language() == "en", states_seen()

        def show(
            code: str | None, label: str, label_en: str, publication: str = "published"
        ) -> dict[str, str] | None:
            if code is None or publication not in seen:
                return None
            return {"code": code, "label": (english and label_en) or label}

        return show

    def cells(self, shown: dict[str, str] | None) -> list[str | None]:
        return [shown and shown["code"], shown and shown["label"]]  # type: ignore[list-item]


@extend_schema_field(LABELLED)
class Coded(serializers.Field):
    """A value of a closed list, with its label in the language of the request."""

    suffixes = ("", "_label")

    def __init__(self, choices: type[models.TextChoices], **kwargs: Any) -> None:
        self.choices = choices
        super().__init__(read_only=True, **kwargs)

    def shower(self) -> Callable[..., Any]:
        return {
            choice.value: {"code": choice.value, "label": str(choice.label)}
            for choice in self.choices
        }.get

    cells = Labelled.cells


@extend_schema_field({"type": "string", "nullable": True, "example": "10000000.00"})
class Amount(serializers.Field):
    """An exact value as text: money with at least two decimals, others as short."""

    numeric = ("",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def lookups(self) -> list[str]:
        *above, name = self.source_attrs
        return ["__".join([*above, name]), "__".join([*above, "unit"])]

    def shower(self) -> Callable[..., Any]:
        return self.show

    @staticmethod
    def show(value: Decimal | None, unit: str) -> str | None:
        """The value as the API writes it."""
        if value is None:
            return None
        text = f"{value.normalize():f}"
        if unit in MONEY:
            whole, _point, decimals = text.partition(".")
            return f"{whole}.{decimals:0<2}"
        return text


@extend_schema_field({"type": "string", "nullable": True})
class Code(serializers.Field):
    """The code of a related record; null where there is none published."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def lookups(self) -> list[str]:
        path = "__".join(self.source_attrs)
        return [f"{path}_id", f"{path}__publication"]

    def shower(self) -> Callable[..., Any]:
        seen = states_seen()
        return lambda code, publication: code if publication in seen else None


PASSAGE = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "document": {"type": "string"},
        "locator": {"type": "string"},
        "url": {"type": "string"},
    },
    "required": ["code", "document", "locator", "url"],
    "additionalProperties": False,
    "nullable": True,
}


@extend_schema_field(PASSAGE)
class Source(serializers.Field):
    """The passage that a fact was read from: document, place in it, link."""

    suffixes = ("", "_document", "_locator", "_url")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def lookups(self) -> list[str]:
        path = "__".join(self.source_attrs)
        return [
            f"{path}_id",
            f"{path}__document_id",
            f"{path}__locator",
            f"{path}__document__url",
            f"{path}__publication",
            f"{path}__document__publication",
        ]

    def shower(self) -> Callable[..., Any]:
        return self.show

    @staticmethod
    def show(
        code: str | None, document: str, locator: str, url: str, *publications: str
    ) -> dict[str, str] | None:
        """The passage's address, unless it or its document is not published."""
        if code is None or not states_seen().issuperset(publications):
            return None
        return {"code": code, "document": document, "locator": locator, "url": url}

    def cells(self, shown: dict[str, str] | None) -> list[str]:
        return list(shown.values()) if shown else [""] * 4
