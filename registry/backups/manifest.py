"""What a backup's manifest says: the state it was taken of, and what is in it."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from registry.backups import Failed
from registry.backups.contents import Table

FORMAT = 1
ENDING = ".json"
NAME = re.compile(r"registry-[0-9]{8}T[0-9]{6}Z-r[0-9]+\.(?:dump|sqlite3)\.json")
_PART = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """Of one backup; `migrations` as ``app.name``, `server` as a major version."""

    file: str
    bytes: int
    sha256: str
    vendor: str
    server: int
    taken_at: str
    release: str
    revision: int
    digest: str
    migrations: list[str]
    tables: dict[str, Table]

    def text(self) -> str:
        told = {"format": FORMAT} | asdict(self)
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def of(path: Path) -> tuple[Manifest, Path]:
    """The manifest of a backup, and its dump; `path` may be either of the two."""
    name = path.name if path.name.endswith(ENDING) else path.name + ENDING
    beside = path.with_name(name)
    try:
        told = json.loads(beside.read_text("utf-8"))
        if told.pop("format") != FORMAT:
            raise ValueError
        tables = {name: Table(**facts) for name, facts in told.pop("tables").items()}
        found = Manifest(**told, tables=tables)
    except OSError as error:
        raise Failed(
            f"读不到备份清单 {beside}({error.strerror})。"
            "备份由数据文件及其 .json 清单组成,没有清单即未完成。",
            f"The manifest {beside} can't be read ({error.strerror}). A backup is a"
            " dump and its manifest .json beside it; without one it was not finished.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failed(
            f"{beside} 不是本系统的备份清单,或其格式版本不是 {FORMAT}。",
            f"{beside} is no manifest of a backup of format {FORMAT}.",
        ) from error
    return found, beside.with_name(found.file)


def check_file(manifest: Manifest, path: Path) -> None:
    """Raise `Failed` unless that is the dump, byte for byte."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
    except OSError as error:
        raise Failed(
            f"读不到备份文件 {path}({error.strerror})。",
            f"The dump {path} can't be read ({error.strerror}).",
        ) from error
    if digest.hexdigest() != manifest.sha256:
        raise Failed(
            f"{path} 与其清单不符:文件被截断或改动,没有恢复任何内容。",
            f"{path} is not what its manifest says: it was cut off or altered. Nothing"
            " was restored.",
        )
