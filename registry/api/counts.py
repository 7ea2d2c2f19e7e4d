"""How many rows a list has, as its envelope says it."""

from registry.api.pagination import Page
from registry.api.parts import Parts

COUNTED_EXACTLY = 10_000


def counted(parts: Parts, how: str, page: Page) -> dict[str, int | None]:
    """``count``, exact to 10,000; above it null, with ``count_at_least``."""
    if how == "none":
        return {"count": None}
    if page.whole:
        return {"count": len(page.keys)}
    most = None if how == "exact" else COUNTED_EXACTLY + 1
    found = 0
    for part in parts.queries(
        lambda rows: rows.order_by().values("pk")[:most], kind=("count", most)
    ):
        found += part.count()
        if most and found >= most:
            return {"count": None, "count_at_least": COUNTED_EXACTLY}
    return {"count": found}
