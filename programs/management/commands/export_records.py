"""``export_records``: records as files that can be edited and imported again."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from programs.bundles import BUNDLES
from programs.models import Region
from programs.models.regions import within
from registry import journal
from registry.transfer import exporting
from registry.transfer.sentences import Refused
from registry.transfer.writing import Rows


class Command(BaseCommand):
    help = (
        "Write records, drafts too, to an XLSX, a CSV or a ZIP of CSVs, by the name of"
        " the file. import_records reads it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", choices=list(BUNDLES), help="What to export.")
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", help="Only what is of that region and in it.")

    def handle(self, **options: Any) -> None:
        bundle, path = BUNDLES[options["bundle"]], options["file"]
        ending = path.suffix.removeprefix(".")
        if ending not in exporting.endings(bundle):
            allowed = ", ".join(f".{name}" for name in exporting.endings(bundle))
            raise CommandError(
                f"文件名须以此结尾:{allowed}\nThe file's name has to end in: {allowed}"
            )
        records = bundle.model.objects.all()
        if region := options["region"]:
            if not Region.objects.filter(pk=region).exists():
                raise CommandError(f"没有此地区 · There is no such region: {region}")
            # Codes begin with that of the place where the record holds.
            records = records.filter(within("code", region))
        # Beside its place, so that it comes there whole or not at all.
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / path.name
            with (
                part.open("wb") as file,
                tqdm(unit=" rows", disable=None) as bar,
                journal.reading(),
            ):
                try:
                    exporting.write(
                        bundle,
                        records,
                        file,
                        ending,
                        passing=lambda rows: counted(rows, bar),
                    )
                except Refused as refused:
                    raise CommandError(str(refused.sentence)) from refused
            part.replace(path)


def counted(rows: Rows, bar: Any) -> Rows:
    """The rows, while the bar goes on."""
    for row in rows:
        yield row
        bar.update()
