"""System checks of the machinery."""

from typing import Any

from django.core.checks import Tags, Warning, register
from django.db import connections

from registry import journal


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
