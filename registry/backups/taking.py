"""Taking a backup: whole under its name, or not at all."""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from registry.backups import Failed, contents, manifest, postgresql, sqlite
from registry.backups.manifest import Manifest
from registry.release import release

# Under these names nothing is finished.
PARTIAL = ".partial-"
_PART = 1 << 20


def take(folder: Path, *, keep: int | None = None) -> Path:
    """The path of a new backup's dump; then no more than `keep` are left.

    Raises `Failed`, after which the folder is as it was.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            written = _postgresql if connection.vendor == "postgresql" else _sqlite
            taken = written(folder)
            if keep is not None:
                _forget(folder, keep)
            return folder / taken.file
    except (OSError, sqlite3.Error) as error:
        raise Failed(
            f"备份写不到 {folder}:{error}。没有留下备份;请检查磁盘空间与权限。",
            f"The backup can't be written to {folder}: {error}. None was left there;"
            " look after space and rights.",
        ) from error
    except DatabaseError as error:
        raise Failed(
            f"备份时数据库出错:{error}",
            f"The database failed during the backup: {error}",
        ) from error


def backups(folder: Path) -> list[Path]:
    """The manifests of what was finished, the latest first."""
    names = (path for path in folder.iterdir() if manifest.NAME.fullmatch(path.name))
    return sorted(names, reverse=True)


def _postgresql(folder: Path) -> Manifest:
    partial = _new(folder, postgresql.ENDING)
    try:
        with postgresql.Source() as source:
            size, digest = 0, hashlib.sha256()
            with partial.open("wb") as file:
                for part in source.parts():
                    file.write(part)
                    digest.update(part)
                    size += len(part)
            told = _told(
                source.cursor,
                ending=postgresql.ENDING,
                bytes=size,
                sha256=digest.hexdigest(),
                server=postgresql.server(),
                tables=source.tables(),
            )
        _finish(folder, partial, told)
    finally:
        partial.unlink(missing_ok=True)
    return told


def _sqlite(folder: Path) -> Manifest:
    partial = _new(folder, sqlite.ENDING)
    try:
        sqlite.copy_to(partial)
        digest = hashlib.sha256()
        with partial.open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
        with closing(sqlite.opened(partial)) as copy:
            told = _told(
                copy.cursor(),
                ending=sqlite.ENDING,
                bytes=partial.stat().st_size,
                sha256=digest.hexdigest(),
                server=sqlite3.sqlite_version_info[0],
                tables=contents.of_sqlite(copy),
            )
        _finish(folder, partial, told)
    finally:
        for path in folder.glob(f"{partial.name}*"):
            path.unlink()
    return told


def _told(cursor: Any, *, ending: str, **facts: Any) -> Manifest:
    revision, digest = contents.last_change(cursor)
    now = datetime.now(UTC)
    return Manifest(
        file=f"registry-{now:%Y%m%dT%H%M%SZ}-r{revision}{ending}",
        vendor=connection.vendor,
        taken_at=now.isoformat(timespec="seconds"),
        release=release(),
        revision=revision,
        digest=digest,
        migrations=contents.migrations(cursor),
        **facts,
    )


def _new(folder: Path, ending: str) -> Path:
    """An empty file that nobody else may read."""
    path = folder / f"{PARTIAL}{os.getpid()}{ending}"
    path.touch(mode=0o600, exist_ok=False)
    return path


def _finish(folder: Path, partial: Path, told: Manifest) -> None:
    """Both files safely on disk, then under their names; the manifest last of all."""
    final = folder / told.file
    listed = folder / f"{told.file}{manifest.ENDING}"
    if final.exists():
        raise FileExistsError(f"{final} exists already")
    beside = _new(folder, f"{final.suffix}{manifest.ENDING}")
    try:
        beside.write_text(told.text(), "utf-8")
        for path in (partial, beside):
            _sync(path)
        partial.rename(final)
        beside.rename(listed)
        _sync(folder)
    finally:
        beside.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes one there meanwhile; what a killed one left is removed."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failed(
                f"{folder} 中正在进行另一次备份。",
                f"Another backup is being taken in {folder}.",
            ) from error
        for path in folder.glob(f"{PARTIAL}*"):
            path.unlink()
        yield


def _forget(folder: Path, keep: int) -> None:
    for listed in backups(folder)[keep:]:
        # The manifest first: without it there is no backup.
        listed.unlink()
        listed.with_suffix("").unlink(missing_ok=True)
