"""How many rows a list has, as its envelope says it."""

from django.db import models

from registry.api.pagination import Page

COUNTED_EXACTLY = 10_000


def counted(
    parts: list[models.QuerySet], how: str, page: Page
) -> dict[str, int | None]:
    """``count``, exact to 10,000; above it null, with ``count_at_least``.

    The list is given in parts that have no row in common.
    """
    if how == "none":
        return {"count": None}
    if page.whole:
        return {"count": len(page.keys)}
    keys = [rows.order_by().values("pk") for rows in parts]
    if how == "exact":
        return {"count": sum(part.count() for part in keys)}
    found = 0
    for part in keys:
        found += part[: COUNTED_EXACTLY + 1 - found].count()
        if found > COUNTED_EXACTLY:
            return {"count": None, "count_at_least": COUNTED_EXACTLY}
    return {"count": found}
