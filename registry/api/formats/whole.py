"""A whole list before it has a format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language

from registry.api.records import Records
from registry.file_names import attachment

# The key that tells in a file how many rows came before. No code begins so.
ROWS = "#rows"

Batch = list[tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class Whole:
    """All rows that a list's filters leave, in its order, and what is told of them."""

    records: Records
    queryset: models.QuerySet
    revision: int
    query: str
    name: str
    day: date

    def batches(self) -> Iterator[Batch]:
        """(key, record) of every row, some hundred at a time."""
        return self.records.batches(self.queryset)

    def disposition(self, ending: str) -> str:
        """The header that names the file, in the language of the request."""
        title = str(self.queryset.model._meta.verbose_name_plural)
        return disposition(self.name, title, self.day, ending)


def disposition(name: str, title: str, day: date, ending: str) -> str:
    """The header that names a file; ``title`` for those who don't read English."""
    plain = f"{name}-{day}.{ending}"
    if get_language() == "en":
        return attachment(plain)
    return attachment(f"{title}-{day}.{ending}", plain)
