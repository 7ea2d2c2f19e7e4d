"""ZIP files, XLSX among them, opened only where nothing big hides in them.

The directory is measured before it is read, and what it promises before anything is
unpacked; Python never unpacks more of a file than its directory promises.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from registry.transfer.sentences import Refused, listed

MEGABYTE = 1 << 20
MOST_FILES = 2000
MOST_DIRECTORY = MEGABYTE
MOST_UNPACKED = 400 * MEGABYTE
# Sheets of real workbooks shrink to a thirtieth; bombs to a thousandth.
MOST_SHRUNK = 100
_ALWAYS_ALLOWED = MEGABYTE

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_ZIP64_MARK: Final = b"PK\x06\x07"
_ZIP64_SIZE = 20
_LONGEST_COMMENT = 65_535
_ENCRYPTED = 0x1


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """The archive; raises `Refused` for one that is damaged, encrypted or a bomb."""
    _measure_directory(file)
    with damage_told():
        archive = zipfile.ZipFile(file)
    members = archive.infolist()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refused(_("This file is protected by a password. Save it without one."))
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        raise Refused(
            _("Unpacked this file has %(size)d MB; at most %(most)d MB are read."),
            size=unpacked // MEGABYTE,
            most=MOST_UNPACKED // MEGABYTE,
        )
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > max(_ALWAYS_ALLOWED, MOST_SHRUNK * packed):
            raise Refused(
                _(
                    "“%(name)s” in this file unpacks to more than %(most)d times its "
                    "size, which no table does. Save the table anew."
                ),
                name=member.filename[-100:],
                most=MOST_SHRUNK,
            )
    return archive


def _measure_directory(file: BinaryIO) -> None:
    """How many files there are is known before any is looked at."""
    size = file.seek(0, 2)
    reach = min(size, _LONGEST_COMMENT + _END.size + _ZIP64_SIZE)
    file.seek(size - reach)
    tail = file.read(reach)
    end = tail.rfind(_END_MARK)
    if end < 0 or len(tail) - end < _END.size:
        raise _damaged()
    _mark, _disk, _first, _here, files, directory, _at, _comment = _END.unpack_from(
        tail, end
    )
    extended = tail[max(end - _ZIP64_SIZE, 0) : end].startswith(_ZIP64_MARK)
    if extended or files > MOST_FILES or directory > MOST_DIRECTORY:
        raise Refused(
            _("There are too many files in this one; at most %(most)d are read."),
            most=MOST_FILES,
        )


def tables_in(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The CSV files of an archive; raises `Refused` where there is anything else."""
    members = [
        member
        for member in archive.infolist()
        # What macOS adds beside each file.
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    others = [m.filename for m in members if not m.filename.lower().endswith(".csv")]
    if others:
        raise Refused(
            _(
                "A ZIP may hold CSV files only; this one has: %(names)s. Give other "
                "files one by one, unpacked."
            ),
            names=listed(name[-100:] for name in others),
        )
    yield from members


@contextmanager
def damage_told() -> Iterator[None]:
    """Within it whatever a damaged archive does is raised as `Refused`."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        # lzma and bz2 members, names that no encoding has, seeks before the beginning.
        RuntimeError,
        OSError,
        ValueError,
        struct.error,
    ) as error:
        raise _damaged() from error


def _damaged() -> Refused:
    return Refused(_("This file is damaged or cut off. Save or download it anew."))
