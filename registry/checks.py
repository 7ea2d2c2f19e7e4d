"""System checks of the machinery."""

from typing import Any

from django.core.checks import Tags, Warning, register
from django.db import connections

from registry import journal, search_index


@register(Tags.database)
def triggers_stand(databases: Any = None, **_kwargs: Any) -> list[Warning]:
    """Every registered table is journaled by the triggers that it should have.

    No error, since that would keep ``migrate`` from putting them back.
    """
    amiss = []
    for using in databases or []:
        tables = connections[using].introspection.table_names()
        if "registry_entry" in tables and (names := journal.missing(using)):
            amiss.append(
                Warning(
                    f"The journal lacks {len(names)} triggers: {', '.join(names[:5])}…",
                    hint="Run manage.py migrate, which puts them back.",
                    id="registry.W001",
                )
            )
    return amiss


@register(Tags.database)
def search_index_stands(databases: Any = None, **_kwargs: Any) -> list[Warning]:
    """Every searched table is in the index of search, and kept there."""
    return [
        Warning(
            f"Search lacks {len(names)} parts of its index: {', '.join(names[:5])}…",
            hint="Run manage.py migrate, which builds them anew.",
            id="registry.W002",
        )
        for using in databases or []
        if search_index.stands(using) and (names := search_index.missing(using))
    ]
