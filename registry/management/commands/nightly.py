"""``nightly``: all that is due each night, each step whatever became of others."""

import io
import traceback
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from registry import sign_in
from registry.models import Upload

# A step's name, and what it does; it may say something on the stream that it is given.
Step = tuple[str, Callable[[io.StringIO], Any]]


def forget_failed_sign_ins(_out: io.StringIO) -> None:
    """Remove counts that no longer count, some hundred at a time."""
    while sign_in.forget_what_is_over():
        pass


def forget_uploads(_out: io.StringIO) -> None:
    """Remove files that were sent to be imported, and were not."""
    Upload.objects.over().delete()


def back_up(out: io.StringIO) -> None:
    """A backup where the settings say one is wanted."""
    if settings.BACKUP_DIR:
        call_command("backup", keep=settings.BACKUP_KEEP, stdout=out)
    else:
        out.write("未设置 BACKUP_DIR · BACKUP_DIR is not set: none was taken")


def command(name: str) -> Step:
    return name, lambda out: call_command(name, stdout=out)


STEPS: list[Step] = [
    command("check_links"),
    command("clearsessions"),
    ("forget_failed_sign_ins", forget_failed_sign_ins),
    ("forget_uploads", forget_uploads),
    # After what was to be removed, so that it is in no backup.
    ("backup", back_up),
    # Last, so that the digest it prints covers what the night wrote.
    command("verify_history"),
]


class Command(BaseCommand):
    help = (
        "Check links, forget what is over, back up, verify the journal: a line for each"
        " step. Fails at the end if any step failed."
    )
    steps = STEPS

    def handle(self, **options: Any) -> None:
        failed = [name for name, step in self.steps if not self._done(name, step)]
        if failed:
            raise CommandError(_("Failed: %s.") % ", ".join(failed))

    def _done(self, name: str, step: Callable[[io.StringIO], Any]) -> bool:
        """Take one step, and say in a line how it went."""
        started = monotonic()
        out = io.StringIO()
        try:
            step(out)
        except Exception as error:
            if not isinstance(error, CommandError):
                self.stderr.write(traceback.format_exc())
            # Lost with one step, it is made anew for the next.
            connection.close_if_unusable_or_obsolete()
            self._say(name, started, _("failed"), str(error) or type(error).__name__)
            return False
        self._say(name, started, _("done"), out.getvalue())
        return True

    def _say(self, name: str, started: float, how: str, said: str) -> None:
        took = f"{monotonic() - started:.1f} s"
        line = f"{name}: {how}, {took}. {' '.join(said.split())}"
        self.stdout.write(line.rstrip())
        self.stdout.flush()
