"""``export_snapshot``: all that is published as a Data Package."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from programs.snapshot import CONTENTS
from registry import journal
from registry.snapshot.packing import write


class Command(BaseCommand):
    help = (
        "Write all that is published to a ZIP, as /api/v1/snapshot/ gives it: the same"
        " bytes for the same revision."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        if not path.parent.is_dir():
            raise CommandError(f"没有此文件夹 · There is no such folder: {path.parent}")
        # Beside its place, so that it comes there whole or not at all.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / path.name
            with (
                part.open("wb") as file,
                tqdm(unit=" rows", disable=None) as bar,
                journal.reading(),
            ):
                revision = write(
                    CONTENTS, file, passing=lambda rows: counted(rows, bar)
                )
            part.replace(path)
        self.stdout.write(f"修订 {revision} · revision {revision}: {path}")


def counted(rows: Iterator[list[Any]], bar: Any) -> Iterator[list[Any]]:
    """The rows, while the bar goes on."""
    for row in rows:
        yield row
        bar.update()
