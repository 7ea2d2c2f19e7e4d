"""Whether the journal is whole: its chain, and the tables against what it says."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection, models
from django.db.models import F, Max, Window
from django.db.models.functions import Lag

from registry import journal, journal_sql
from registry.models import Action, Change, Entry

CHUNK = 500
MOST_NAMED = 5


def latest() -> tuple[int, str]:
    """The last revision and its digest, to be kept elsewhere; 0 and "" for none."""
    sealed = Change.objects.filter(revision__isnull=False).order_by("-revision")
    last = sealed.first()
    return (last.revision or 0, last.digest) if last else (0, "")


def findings(*, expect: str = "") -> Iterator[str]:
    """Sentences, in Chinese and English, one for each sign of tampering.

    Every digest is computed anew from the one before it and the change's own rows. A
    cut tail, or a chain rewritten whole, is consistent in itself: ``expect``, a digest
    that was noted earlier, has to be in the chain still.
    """
    with journal.reading():
        yield from _chain(expect)
        for model in journal.journaled():
            yield from _rows(model)


def _chain(expect: str) -> Iterator[str]:
    digest, number, counted = "", 0, 0
    known = not expect
    for change, entries in _changes():
        number += 1
        counted += len(entries)
        if change.revision != number:
            yield (
                f"修订 {number} 缺失,其后为 {change.revision} · revision {number} is"
                f" missing: {change.revision} follows"
            )
            number = change.revision or 0
        computed = sealed(digest, change, entries)
        if computed != change.digest:
            yield (
                f"修订 {number} 与其摘要不符:该修订或此前内容被改动、增删或调换 ·"
                f" revision {number} does not match its digest: it, or what came"
                " before, was altered, added, removed or reordered"
            )
        # From here on by the digest as it stands, so that one flaw is told once.
        digest = change.digest
        known = known or digest == expect
    if not known:
        yield (
            f"日志中没有摘要 {expect}:末尾被截去或整条链被改写 · the digest {expect}"
            " is not in the journal: its tail was cut off or the chain rewritten"
        )
    if disordered := _disordered():
        yield (
            f"{disordered} 行的编号与修订次序不符 · the numbers of {disordered} entries"
            " contradict the order of their revisions"
        )
    if respelled := _respelled():
        yield (
            f"{respelled} 次修改的时间写法不符 · the times of {respelled} changes are"
            " not written as the database writes them"
        )
    unsealed = Change.objects.filter(revision__isnull=True).count()
    if unsealed:
        yield f"{unsealed} 次修改未加封 · {unsealed} changes are not sealed"
    if stray := Entry.objects.count() - counted:
        yield f"{stray} 行不属于任何修订 · {stray} entries belong to no revision"


def _disordered() -> int:
    """Entries of a row that have a greater number than one of a later revision."""
    earlier = Window(
        Lag("change__revision"),
        partition_by=[F("kind"), F("key")],
        order_by=F("id").asc(),
    )
    sealed = Entry.objects.filter(change__revision__isnull=False).annotate(
        earlier=earlier
    )
    return sealed.filter(earlier__gt=F("change__revision")).count()


def _respelled() -> int:
    """Changes whose time SQLite keeps in another form, so that it sorts elsewhere."""
    if connection.vendor != "sqlite":
        return 0
    digits = "[0-9]"
    day = "-".join((digits * 4, digits * 2, digits * 2))
    shape = f"{day} {':'.join((digits * 2,) * 3)}.{digits * 6}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registry_change WHERE at NOT GLOB %s", [shape]
        )
        return int(cursor.fetchone()[0])


def _changes() -> Iterator[tuple[Change, list[Entry]]]:
    """Sealed changes in order, with their entries."""
    changes = Change.objects.filter(revision__isnull=False).order_by("revision")
    ordered = (
        Entry.objects.filter(change__revision__isnull=False)
        .order_by("change__revision", "id")
        .iterator(CHUNK)
    )
    by_change = groupby(ordered, key=lambda entry: entry.change_id)
    following = next(by_change, None)
    for change in changes.iterator(CHUNK):
        entries: list[Entry] = []
        if following and following[0] == change.pk:
            entries = list(following[1])
            following = next(by_change, None)
        yield change, entries


def sealed(before: str, change: Change, entries: list[Entry]) -> str:
    """The digest that the database gives a change (see `registry.journal_sql`)."""
    at = change.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    told = [_text(text) for text in (change.actor, change.reason, change.path)]
    digest = _link(before, str(change.revision), at, *told)
    for entry in entries:
        digest = _link(digest, entry.kind, entry.key, entry.action, entry.row)
    return digest


def _link(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _text(free: str) -> str:
    return free.replace("\\", "\\\\").replace("\n", "\\n")


def _rows(model: type[models.Model]) -> Iterator[str]:
    """Rows that the table and the journal tell differently."""
    kind = journal.kind_of(model)
    amiss: list[str] = []
    standing = 0
    for chunk in _standing(model):
        standing += len(chunk)
        written = _last(kind, list(chunk))
        amiss += [key for key, row in chunk.items() if _differs(row, written.get(key))]
    last = Entry.objects.filter(kind=kind).values("key").annotate(last=Max("id"))
    left = Entry.objects.filter(pk__in=last.values("last"))
    missing = left.exclude(action=Action.DELETE).count() - standing
    if amiss:
        named = ", ".join(amiss[:MOST_NAMED])
        yield (
            f"{kind}:{len(amiss)} 行与日志不符({named})· {len(amiss)} rows differ from"
            f" the journal ({named})"
        )
    if missing > 0:
        yield (
            f"{kind}:日志中的 {missing} 行不在表中 · {missing} rows of the journal are"
            " not in the table"
        )


def _standing(model: type[models.Model]) -> Iterator[dict[str, dict[str, Any]]]:
    """Key → row of the table, some hundred at a time, as entries would keep them."""
    table = journal.table_of(model)
    line = journal.sql_of(connection.vendor).line(table, "t")
    key = journal_sql.key_of(table, "t")
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {key}, {line} FROM "{table.name}" AS t')  # noqa: S608  # built from model names
        while rows := cursor.fetchmany(CHUNK):
            yield {key: json.loads(row, parse_float=Decimal) for key, row in rows}


def _last(kind: str, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Key → row as it was last written, for those of the keys that stand."""
    entries = Entry.objects.filter(kind=kind, key__in=keys)
    last = entries.order_by().values("key").annotate(last=Max("id")).values("last")
    found = Entry.objects.filter(pk__in=last).exclude(action=Action.DELETE)
    return {
        key: json.loads(row, parse_float=Decimal)
        for key, row in found.values_list("key", "row")
    }


def _differs(row: dict[str, Any], written: dict[str, Any] | None) -> bool:
    """Whether a column that both have tells something else."""
    if written is None:
        return True
    both = row.keys() & written.keys() - {journal_sql.QUIET, "updated_at"}
    return any(row[name] != written[name] for name in both)
