"""System checks of the machinery."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from registry import journal


@register(Tags.database)
def triggers_stand(databases: Any = None, **_kwargs: Any) -> list[Error]:
    """Every registered table is journaled by the triggers that it should have."""
    errors = []
    for using in databases or []:
        tables = connections[using].introspection.table_names()
        if "registry_entry" in tables and (amiss := journal.missing(using)):
            errors.append(
                Error(
                    f"The journal lacks {len(amiss)} triggers: {', '.join(amiss[:5])}…",
                    hint="Run manage.py migrate, which puts them back.",
                    id="registry.E001",
                )
            )
    return errors
