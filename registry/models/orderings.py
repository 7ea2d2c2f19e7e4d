"""Indexes for the orderings of a list."""

from django.db import models


def in_order_of(table: str, *columns: str) -> list[models.Index]:
    """An index for each ordering: its column, closed by the code as every page is."""
    return [
        models.Index(fields=[column, "code"], name=f"{table}_by_{column}")
        for column in columns
    ]
