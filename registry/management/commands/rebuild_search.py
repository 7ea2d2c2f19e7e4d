"""``rebuild_search``: the index of search, built anew from the rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registry import search_index


class Command(BaseCommand):
    help = (
        "Build the index of search anew. The database keeps it by itself; this is for"
        " one that was restored in parts, or whose index grew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail if it is amiss."
        )

    def handle(self, **options: Any) -> None:
        if not search_index.stands():
            raise CommandError(_("There is no index of search: run manage.py migrate."))
        if options["check"]:
            if search_index.missing() or search_index.out_of_step():
                raise CommandError(
                    _("The index of search is amiss: run manage.py rebuild_search.")
                )
            return
        search_index.rebuild(list(search_index.statements()))
