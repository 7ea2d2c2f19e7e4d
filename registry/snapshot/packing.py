"""The snapshot's ZIP: tables, then ``datapackage.json`` with what they hold."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import IO, Any, cast

from django.db import models

from registry import journal, revisions
from registry.revisions import State
from registry.snapshot.rows import told
from registry.snapshot.schemas import schema, texts

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Of every file, so that the same rows give the same bytes.
MADE = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o644 << 16

Passing = Callable[[Iterator[list[Any]]], Iterator[list[Any]]]


@dataclass(frozen=True)
class Contents:
    """What a snapshot is of: tables in loading order, and what is said of them all.

    ``sources`` gives, in the moment of reading, the texts that the facts are from.
    """

    name: str
    said: dict[str, Any]
    tables: list[type[models.Model]]
    sources: Callable[[], list[dict[str, str]]]


def write(
    contents: Contents, file: IO[bytes], *, passing: Passing = lambda rows: rows
) -> int:
    """Write all that is published to the file; the last revision that changed it.

    Within `journal.reading`; ``passing`` is given each table's rows as they pass.
    """
    state = revisions.latest_of(contents.tables)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        resources = [_table(archive, model, passing) for model in contents.tables]
        package = {"$schema": PROFILE, "name": contents.name} | contents.said
        package |= _moment(state)
        package |= {"sources": contents.sources(), "resources": resources}
        text = json.dumps(package, ensure_ascii=False, indent=1)
        with archive.open(_entry("datapackage.json"), "w") as entry:
            entry.write(f"{text}\n".encode())
    return state.revision


def _moment(state: State) -> dict[str, Any]:
    """The revision, when it was made, and the digest of the journal up to it."""
    told: dict[str, Any] = {"version": str(state.revision)}
    if state.at is not None:
        told["created"] = f"{state.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        told["revision"] = {"number": state.revision, "digest": state.digest}
    return told


def _table(
    archive: zipfile.ZipFile, model: type[models.Model], passing: Passing
) -> dict[str, Any]:
    """Write the table's CSV; what the package says of it."""
    kind, described = journal.kind_of(model), schema(model)
    path, number = f"{kind}.csv", 0
    with archive.open(_entry(path), "w") as entry:
        measured = _Measured(entry)
        text: Any = io.TextIOWrapper(
            cast("Any", measured), encoding="utf-8", newline=""
        )
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([field["name"] for field in described["fields"]])
        for row in passing(told(model)):
            writer.writerow(row)
            number += 1
        text.flush()
        text.detach()
    return (
        {"name": kind, "type": "table", "path": path}
        | texts("title", model._meta.verbose_name_plural)
        | {
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": measured.size,
            "hash": f"sha256:{measured.hash.hexdigest()}",
            "rows": number,
            "schema": described,
        }
    )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = UNIX, READABLE
    return entry


class _Measured(io.BufferedIOBase):
    """Passes on what is written, and knows its size and hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size, self.hash = file, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)
