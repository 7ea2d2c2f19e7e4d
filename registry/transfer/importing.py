"""Imports: a dry run that is the import itself, undone; and the import, all or nothing.

Both read the files, write every row through its resource and collect all that is wrong.
The dry run then reads from the journal what would change, and is rolled back.
"""

from collections.abc import Sequence
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry import journal
from registry.transfer import differences
from registry.transfer.bundles import Bundle
from registry.transfer.reading import Sheet, read
from registry.transfer.running import Outcome, Progress, Run
from registry.transfer.tables import Problem, Unreadable

Files = Sequence[tuple[str, BinaryIO]]
# For an OperationalError: another writer holds what the files change.
BUSY = _("Somebody else was writing the same records: try again.")


class Refused(Exception):
    """The files can't be imported; nothing was written. Carries the `Outcome`."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.wrong} problems")
        self.outcome = outcome


class Moved(Exception):
    """The registry changed since the dry run; nothing was written."""


def preview(
    bundle: Bundle, files: Files, *, directly: bool, most_rows: int | None = None
) -> Outcome:
    """What importing the files would do; nothing is kept.

    ``directly``: whether the writer changes what is published without a review.
    Problems are in the outcome; files that can't be read at all have nothing else.
    """
    sheets, problems = _legible(bundle, files)
    with journal.preview(), journal.change(by="", reason="", path="import"):
        since = differences.mark()
        run = Run(bundle, sheets, directly=directly, most_rows=most_rows)
        run.write(problems)
        run.outcome.differences = differences.written(bundle, since)
        run.outcome.digest = differences.digest(run.outcome.differences)
        run.outcome.places = run.places
    return run.outcome


def apply(
    bundle: Bundle,
    files: Files,
    *,
    by: str,
    reason: str,
    directly: bool,
    expected: str = "",
    keep: bool = True,
    most_rows: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import the files as one change. ``progress`` hears of (table, rows done, of all).

    Raises `Refused` where anything is wrong, and with ``expected``, the digest of a dry
    run, `Moved` where it would not do the same any more; then nothing was written. With
    ``keep=False`` it is undone in any case.
    """
    sheets, problems = _legible(bundle, files)
    with journal.change(by=by, reason=reason, path="import"):
        since = differences.mark()
        run = Run(
            bundle,
            sheets,
            directly=directly,
            most_rows=most_rows,
            progress=progress,
        )
        run.write(problems)
        outcome = run.outcome
        if outcome.shows and settings.REASON_REQUIRED and not reason.strip():
            sentence = _("Give a reason: everybody sees what this changes.")
            outcome.tell(Problem(sentence))
        if outcome.wrong:
            raise Refused(outcome)
        if expected and expected != differences.digest(
            differences.written(bundle, since)
        ):
            raise Moved
        if not keep:
            transaction.set_rollback(True)
    return outcome


def _legible(bundle: Bundle, files: Files) -> tuple[list[Sheet], list[Problem]]:
    """The sheets that can be read, and what is wrong with the others and with files."""
    try:
        return read(files, bundle.tables), []
    except Unreadable as unreadable:
        return unreadable.sheets, unreadable.problems
