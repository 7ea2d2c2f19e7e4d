"""Django's own ``migrate``, which leaves no table without its journal."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from registry import journal


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        # On SQLite triggers are taken off first (`registry.apps`), and put back when
        # all is done.
        using = options["database"]
        stood = {}
        if connections[using].vendor == "sqlite":
            stood = journal.standing(using)
        try:
            return super().handle(*args, **options)
        except BaseException:
            present = journal.standing(using) if stood else {}
            with connections[using].cursor() as cursor:
                for name in stood.keys() - present.keys():
                    cursor.execute(stood[name])
            raise
