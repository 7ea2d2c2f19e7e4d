"""Restoring a backup into an empty database, and proving that all of it is there."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from registry import journal, verification
from registry.backups import Failed, contents, manifest, postgresql, proving, sqlite
from registry.backups.manifest import Manifest


def check(path: Path) -> tuple[Manifest, Path]:
    """The backup of that path, whole and one that this code and database can take."""
    told, dump = manifest.of(path)
    if told.vendor != connection.vendor:
        raise Failed(
            f"备份取自 {told.vendor},而 DATABASE_URL 指向 {connection.vendor}。",
            f"The backup is of {told.vendor}, DATABASE_URL leads to"
            f" {connection.vendor}.",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(told.migrations) - known):
        raise Failed(
            f"备份由更新的版本取得(本版本没有迁移 {newer[0]})。请用取备份的版本恢复。",
            f"The backup was taken by a newer release (this one lacks {newer[0]})."
            " Restore it with that release.",
        )
    empty = postgresql if connection.vendor == "postgresql" else sqlite
    if not empty.is_empty():
        raise Failed(
            "目标数据库不是空的,没有恢复任何内容。请新建数据库(PostgreSQL:createdb;"
            "SQLite:另一个文件),并让 DATABASE_URL 指向它。",
            "The database is not empty, so nothing was restored. Make a new one"
            " (PostgreSQL: createdb; SQLite: another file) and let DATABASE_URL lead"
            " there.",
        )
    manifest.check_file(told, dump)
    return told, dump


def restore(told: Manifest, dump: Path) -> None:
    """All of it, or nothing."""
    if connection.vendor == "postgresql":
        postgresql.restore(dump, made_by=told.server)
    else:
        sqlite.restore(dump)


def pending(told: Manifest) -> list[str]:
    """Migrations of this code that the backup is from before."""
    loader = MigrationLoader(connection)
    own = {f"{app}.{name}" for app, name in loader.disk_migrations}
    return sorted(own - set(told.migrations))


def findings(told: Manifest) -> Iterator[str]:
    """Sentences, in Chinese and English, one for each thing that is not as it was."""
    yield from _tables(told)
    if not pending(told):
        yield from _sequences()
        if lacking := journal.missing():
            yield (
                f"缺少 {len(lacking)} 个日志触发器 · the journal lacks"
                f" {len(lacking)} triggers"
            )
        if verification.latest() != (told.revision, told.digest):
            yield (
                f"日志未止于修订 {told.revision} · the journal does not end with"
                f" revision {told.revision}"
            )
        yield from verification.findings(expect=told.digest)
        yield from proving.findings()


def _tables(told: Manifest) -> Iterator[str]:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            found = contents.of_postgresql(cursor)
    else:
        found = sqlite.tables()
    for name in sorted(told.tables.keys() | found.keys()):
        was, now = told.tables.get(name), found.get(name)
        if was != now:
            rows = [table.rows if table else "–" for table in (was, now)]
            yield (
                f"表 {name} 与备份时不同(原 {rows[0]} 行,现 {rows[1]} 行)· the table"
                f" {name} is not as it was ({rows[0]} rows then, {rows[1]} now)"
            )


def _sequences() -> Iterator[str]:
    """Numbers of rows to come, which must not be those of rows that stand."""
    for model in apps.get_models(include_auto_created=True):
        numbered = isinstance(model._meta.pk, models.AutoField)
        if model._meta.proxy or not model._meta.managed or not numbered:
            continue
        last = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        if _given(model._meta.db_table, str(model._meta.pk.column)) < last:
            yield (
                f"表 {model._meta.db_table} 的编号序列落后 · the numbers of"
                f" {model._meta.db_table} lag behind its rows"
            )


def _given(table: str, column: str) -> int:
    """The last number that the table's rows were given; 0 for none."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value FROM {sequence}")  # noqa: S608  # its own name, quoted
        found = cursor.fetchone()
    return int(found[0]) if found else 0
