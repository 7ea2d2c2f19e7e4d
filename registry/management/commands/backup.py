"""``backup``: the whole registry, taken while it is in use."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.backups import Failed, manifest, taking


class Command(BaseCommand):
    help = (
        "Write a backup of the whole database and a manifest of what is in it, both"
        " whole or not at all. It holds everything but who is signed in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="Where to; else BACKUP_DIR."
        )
        parser.add_argument(
            "--keep",
            type=int,
            help="Afterwards remove all but so many of the latest backups there.",
        )

    def handle(self, **options: Any) -> None:
        folder, keep = options["folder"] or settings.BACKUP_DIR, options["keep"]
        if not folder:
            raise CommandError(
                "请写明目录,或设置 BACKUP_DIR。\nName a folder, or set BACKUP_DIR."
            )
        if keep is not None and keep < 1:
            raise CommandError("--keep 至少为 1。\n--keep has to be 1 or more.")
        try:
            dump = taking.take(Path(folder), keep=keep)
            told, _dump = manifest.of(dump)
        except Failed as error:
            raise CommandError(str(error)) from error
        rows = sum(table.rows for table in told.tables.values())
        self.stdout.write(
            f"备份完成 · Backed up: {dump}\n"
            f"  修订 revision {told.revision}, {rows} 行 rows,"
            f" {told.bytes} 字节 bytes\n"
            f"  摘要 digest   {told.digest or '–'}"
        )
