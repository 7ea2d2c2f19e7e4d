"""``build_fixtures``: write fixtures/registry.json from the sheets in seeds/."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from programs import fixtures, sheets


class Command(BaseCommand):
    help = "Build fixtures/registry.json from seeds/, the same bytes every time."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail if out of step."
        )

    def handle(self, **options: Any) -> None:
        try:
            text = fixtures.built()
        except sheets.SheetError as error:
            raise CommandError(str(error)) from error
        stands = fixtures.FIXTURE.exists() and fixtures.FIXTURE.read_text("utf-8")
        if options["check"] and text != stands:
            raise CommandError(
                _(
                    "fixtures/registry.json is out of step with seeds/:"
                    " run make fixtures."
                )
            )
        if text != stands:
            fixtures.FIXTURE.write_text(text, "utf-8")
        self.stdout.write(
            _("%(count)d objects in fixtures/registry.json")
            % {"count": text.count("\n") - 2}
        )
