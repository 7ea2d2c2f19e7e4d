"""``flush``: empty the database, journal included."""

from typing import Any

from django.core.management.commands import flush
from django.utils.translation import gettext as _

from registry import journal


class Command(flush.Command):
    help = "Remove ALL rows from the database, the journal's and the users' included."

    def handle(self, **options: Any) -> None:
        using = options["database"]
        if options["interactive"]:
            name = journal.connections[using].settings_dict["NAME"]
            self.stdout.write(
                _(
                    "This removes every row of the database %(name)s for good: the"
                    " records, the users, and the journal, which is the only account"
                    " of who changed what and why."
                )
                % {"name": name}
            )
            if input(_("Type 'yes' to go on: ")) != "yes":
                self.stdout.write(_("Nothing was removed."))
                return
        with journal.unlocked(using):
            super().handle(**{**options, "interactive": False})
