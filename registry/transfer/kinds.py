"""What kind of file it is by its first bytes, whatever it is called."""

from enum import Enum
from typing import IO

from django.utils.translation import gettext_lazy as _

from registry.transfer.sentences import Refused

HEAD = 4096


class Kind(Enum):
    TEXT = "text"
    ZIP = "zip"


def kind_of(file: IO[bytes]) -> Kind:
    """Text or ZIP (XLSX is one); raises `Refused` saying what to save others as."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"PK"):
        return Kind.ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _compound(file)
    if head.startswith(b"%PDF"):
        raise Refused(
            _("This is a PDF, which holds no table. Save the table as CSV or XLSX.")
        )
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_("This text is UTF-16. Save it as “CSV UTF-8” or as XLSX."))
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if opening.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        raise Refused(
            _(
                "This is a web page (HTML), whatever it is called. Open it in a "
                "spreadsheet and save it as CSV UTF-8 or XLSX."
            )
        )
    if opening.startswith((b"<?xml", b"{\\rtf")):
        raise Refused(_("This is no table. Save the table as CSV UTF-8 or XLSX."))
    return Kind.TEXT


def _compound(file: IO[bytes]) -> Refused:
    """Old Office files, and new ones that are encrypted, are in one container."""
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20):
        return Refused(
            _("This workbook is protected by a password. Save it without one.")
        )
    return Refused(
        _("This is a workbook of the old kind (.xls). Save it as XLSX or CSV UTF-8.")
    )
