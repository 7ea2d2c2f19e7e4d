"""``loaddata``: Django's, journaled, and into an empty registry only."""

import getpass
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata

from registry import journal


class Command(loaddata.Command):
    help = (
        "Load fixtures into an empty registry. They are written as they stand, over"
        " whatever has the same code, so a registry in use is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--by", default=getpass.getuser(), help="Whose name the journal gives."
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="Load nothing, instead of failing, where the registry has rows.",
        )

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        using = options["database"]
        reason = " ".join(("loaddata", *map(str, fixture_labels)))
        with journal.change(by=options["by"], reason=reason, path="loaddata"):
            # The groups hold no record, so that a registry in use takes them.
            filled = (
                "" if labels_of(fixture_labels) <= {"groups"} else filled_table(using)
            )
            if filled and options["if_empty"]:
                return
            if filled:
                raise CommandError(
                    "登记库不是空库,装载会覆盖已有记录,因此没有写入任何内容。"
                    "更新使用中的登记库请用 seed;确要清空请先用 flush。\n"
                    "The registry is not empty and loading would overwrite records, so"
                    " nothing was written. To bring a registry in use up to date, use"
                    f" seed; to empty it first, use flush. ({filled})"
                )
            super().handle(*fixture_labels, **options)


def labels_of(fixtures: Iterable[str]) -> set[str]:
    """The names of the fixtures, without folder and ending."""
    return {Path(str(label)).stem for label in fixtures}


def filled_table(using: str) -> str:
    """The first journaled table that has a row; empty text where none has."""
    for model in journal.journaled():
        if model._base_manager.using(using).exists():
            return model._meta.db_table
    return ""
