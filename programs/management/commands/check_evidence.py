"""``check_evidence``: is every figure borne out by its wording and its source."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from programs import evidence, fixtures, sheets, source_texts, texts
from programs import rows as plain_rows


class Command(BaseCommand):
    help = "Check every figure of this registry against its wording, and its sources."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--texts",
            type=Path,
            help="The folder with the source texts, to compare with; --verbosity 2"
            " tells what was left out, and why.",
        )

    def handle(self, **options: Any) -> None:
        rows = plain_rows.of_database()
        found = evidence.check(rows)
        if options["texts"]:
            found += self._compare(rows, options["texts"], options["verbosity"])
        for finding in found:
            self.stdout.write(str(finding))
        counts = {kind: len(rows[kind]) for kind in ("term", "figure", "citation")}
        self.stdout.write(
            _("%(terms)d terms, %(figures)d figures, %(citations)d citations checked.")
            % {
                "terms": counts["term"],
                "figures": counts["figure"],
                "citations": counts["citation"],
            }
        )
        if found:
            raise CommandError(_("%(count)d findings.") % {"count": len(found)})

    def _compare(
        self, rows: plain_rows.Rows, folder: Path, verbosity: int
    ) -> list[evidence.Finding]:
        try:
            read = sheets.read(fixtures.SEEDS)
            coverages = source_texts.check(rows, read, folder)
        except (sheets.SheetError, texts.TextError) as error:
            raise CommandError(str(error)) from error
        for coverage in coverages:
            self.stdout.write(
                _(
                    "%(document)s: %(passages)d passages with %(records)d wordings;"
                    " %(numerals)d numerals, %(recorded)d recorded,"
                    " %(left_out)d left out"
                )
                % vars(coverage)
            )
            if verbosity > 1:
                for entry in read.left_out.get(coverage.document, []):
                    self.stdout.write(f"    {entry.text}: {entry.why}")
        rest = source_texts.check_rest(rows, read, folder)
        return [*source_texts.every_finding(coverages), *rest]
