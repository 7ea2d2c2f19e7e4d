"""``verify_history``: whether anybody altered what the journal says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry import verification


class Command(BaseCommand):
    help = (
        "Compute the journal's chain of digests anew and compare the tables with it."
        " Prints the last digest; kept elsewhere and given back with --expect, it shows"
        " a cut tail or a rewritten chain."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect", default="", help="A digest that this command printed earlier."
        )

    def handle(self, **options: Any) -> None:
        found = list(verification.findings(expect=options["expect"]))
        if found:
            raise CommandError("\n".join(found))
        revision, digest = verification.latest()
        self.stdout.write(
            f"日志完整 · The journal is whole.\n"
            f"  修订 revision {revision}\n  摘要 digest   {digest or '–'}"
        )
