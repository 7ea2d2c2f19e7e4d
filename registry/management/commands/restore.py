"""``restore``: a backup into an empty database, proven to be all there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.backups import Failed, restoring


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database, then compare every table with the"
        " manifest, verify the journal, and try a sign-in and a write."
    )
    # They would ask a database that has no tables yet.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="The dump or its manifest.")
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only whether it can be restored here; writes nothing.",
        )

    def handle(self, **options: Any) -> None:
        try:
            told, dump = restoring.check(options["backup"])
            if options["check"]:
                self.stdout.write(f"备份完好 · The backup is whole: {dump}")
                return
            restoring.restore(told, dump)
        except Failed as error:
            raise CommandError(str(error)) from error
        found = list(restoring.findings(told))
        if found:
            raise CommandError(
                "已恢复,但核对不符,请勿使用此数据库。\n"
                "It was restored, but not as it was: do not use this database.\n"
                + "\n".join(f"  - {sentence}" for sentence in found)
            )
        rows = sum(table.rows for table in told.tables.values())
        self.stdout.write(
            f"已恢复并核对 · Restored and verified: 修订 revision {told.revision},"
            f" {rows} 行 rows"
        )
        for line in self._next(restoring.pending(told)):
            self.stdout.write(line)

    def _next(self, pending: list[str]) -> list[str]:
        lines = []
        if pending:
            lines.append(
                f"备份早于本版本({len(pending)} 个迁移待执行),日志、登录与写入尚未核对:"
                "请执行 manage.py migrate 与 manage.py verify_history。 · It is from"
                " before this release: run manage.py migrate, then manage.py"
                " verify_history, since journal, sign-in and a write were not tried."
            )
        lines.append(
            "PostgreSQL 上请再执行 deploy/roles.sql。所有人须重新登录。 · On PostgreSQL"
            " now run deploy/roles.sql. Everybody signs in anew."
        )
        return lines
