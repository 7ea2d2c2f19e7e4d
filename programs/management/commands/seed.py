"""``seed``: bring a registry in use up to the sheets in seeds/."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from programs import fixtures, seed_plan, seeding, sheets
from registry import interrupted
from registry.bulk import Refused
from registry.models import Conflict


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
        with interrupted.told():
            made = seed_plan.plan(found.rows)
            if not options["dry_run"]:
                self.write(made, options)
        self.report(made)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))

    def write(self, made: seed_plan.Plan, options: dict[str, Any]) -> None:
        reason = f"seed {options['seeds'].name}"
        try:
            seeding.apply(made, by=options["by"], reason=reason)
        except Conflict as conflict:
            raise CommandError(
                f"期间有人修改,没有写入任何内容,请再次运行:{conflict}\n"
                f"Somebody wrote meanwhile, so nothing was written; run it again:"
                f" {conflict}"
            ) from conflict
        except Refused as refused:
            raise CommandError(
                f"数据库不接受,没有写入任何内容:{refused}\n"
                f"The database refuses it, and nothing was written: {refused}"
            ) from refused

    def report(self, made: seed_plan.Plan) -> None:
        heads = ("created", "updated", "unchanged", "kept", "removed")
        self.stdout.write(f"{'':24}" + "".join(f"{head:>10}" for head in heads))
        for kind, *counts in seeding.report(made):
            if any(counts):
                line = "".join(f"{count:>10}" for count in counts)
                self.stdout.write(f"{kind:24}{line}")
        for kept in made.kept:
            self.stdout.write(_("kept: %(what)s") % {"what": kept})
