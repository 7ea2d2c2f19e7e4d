"""``seed``: bring a registry in use up to the sheets in seeds/."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from programs import fixtures, seed_plan, seeding, sheets


class Command(BaseCommand):
    help = (
        "Create and update records from seeds/. What an analyst changed since it was"
        " loaded is kept and reported. A second run writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only report.")
        parser.add_argument("--seeds", type=Path, default=fixtures.SEEDS)
        parser.add_argument(
            "--by", default=getpass.getuser(), help="Whose name the journal gives."
        )

    def handle(self, **options: Any) -> None:
        try:
            found = sheets.read(options["seeds"])
        except sheets.SheetError as error:
            raise CommandError(str(error)) from error
        made = seed_plan.plan(found.rows)
        if not options["dry_run"]:
            seeding.apply(
                made, by=options["by"], reason=f"seed {options['seeds'].name}"
            )
        heads = ("created", "updated", "unchanged", "kept", "removed")
        self.stdout.write(f"{'':24}" + "".join(f"{head:>10}" for head in heads))
        for kind, *counts in seeding.report(made):
            if any(counts):
                line = "".join(f"{count:>10}" for count in counts)
                self.stdout.write(f"{kind:24}{line}")
        for kept in made.kept:
            self.stdout.write(_("kept: %(what)s") % {"what": kept})
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
