"""``refresh_pinyin``: how names are typed, brought up to date after raw SQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registry import derived


class Command(BaseCommand):
    help = (
        "Find rows whose pinyin does not follow their names, and mend it. Saves, bulk"
        " writes, loaddata, seed and migrate do so themselves; raw SQL and COPY don't."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail if any is stale."
        )

    def handle(self, **options: Any) -> None:
        stale = 0
        for model in derived.models_with_any():
            if keys := derived.stale(model):
                stale += len(keys)
                shown = ", ".join(keys[:5]) + (" …" if len(keys) > 5 else "")
                self.stdout.write(f"{model._meta.label} {len(keys)}: {shown}")
        if options["check"] and stale:
            raise CommandError(_("The pinyin is stale: run manage.py refresh_pinyin."))
        if not options["check"]:
            count = derived.refresh_all()
            self.stdout.write(
                _("%(count)d rows brought up to date.") % {"count": count}
            )
