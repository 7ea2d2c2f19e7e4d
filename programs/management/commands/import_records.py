"""``import_records``: files of records into the registry, large ones too."""

import getpass
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from tqdm import tqdm

from programs.bundles import BUNDLES
from registry import interrupted
from registry.transfer import importing
from registry.transfer.tables import Problem


class Command(BaseCommand):
    help = (
        "Import CSV or XLSX files: all of them as one change, or nothing. What they say"
        " wrongly is told by row and column. Rows that say what the registry says"
        " already write nothing; nothing is ever deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", choices=list(BUNDLES), help="What they hold.")
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="Only report.")
        parser.add_argument(
            "--by", default=getpass.getuser(), help="Whose name the journal gives."
        )
        parser.add_argument("--reason", default="", help="Kept in the journal.")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="In which it reports.",
        )

    def handle(self, **options: Any) -> None:
        with translation.override(options["language"]), ExitStack() as stack:
            try:
                files = [
                    (path.name, stack.enter_context(path.open("rb")))
                    for path in options["files"]
                ]
            except OSError as error:
                raise CommandError(str(error)) from error
            bar = stack.enter_context(tqdm(unit=" rows", disable=None))

            def progress(table: str, done: int, rows: int) -> None:
                bar.set_description(table, refresh=False)
                bar.total, bar.n = rows, done
                bar.refresh()

            try:
                with interrupted.told():
                    outcome = importing.apply(
                        BUNDLES[options["bundle"]],
                        files,
                        by=options["by"],
                        reason=options["reason"],
                        # Whoever has the shell has the registry; four eyes still hold.
                        directly=not settings.FOUR_EYES,
                        keep=not options["dry_run"],
                        progress=progress,
                    )
            except importing.Refused as refused:
                bar.close()
                raise CommandError(self.refusal(refused.outcome)) from refused
            bar.close()
            self.report(outcome)
            if options["dry_run"]:
                self.stdout.write(_("Dry run: nothing was written."))

    def report(self, outcome: importing.Outcome) -> None:
        heads = [_("new"), _("changed"), _("unchanged")]
        self.stdout.write("\t".join([_("table"), *heads]))
        for table, counts in outcome.counts.items():
            numbers = [counts["new"], counts["changed"], counts["unchanged"]]
            self.stdout.write("\t".join([table, *map(str, numbers)]))

    def refusal(self, outcome: importing.Outcome) -> str:
        """All that is wrong, a line for each."""
        lines = [line(problem) for problem in outcome.problems]
        if outcome.untold:
            lines.append(_("… and %d more.") % outcome.untold)
        lines.append(_("Nothing was written."))
        return "\n".join(lines)


def line(problem: Problem) -> str:
    """Where it is, as far as that is known, and what is wrong."""
    row = _("row %d") % problem.row if problem.row else ""
    # A CSV is named after its table, a workbook is not.
    table = "" if problem.file.endswith(".csv") else problem.table
    places = [problem.file, table, row, problem.column]
    return f"{' · '.join(filter(None, places))}: {problem.sentence}"
