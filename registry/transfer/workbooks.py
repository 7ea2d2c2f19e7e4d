"""XLSX workbooks: their sheets, shared texts and number formats.

Read with expat, and nothing is built in memory but what a row needs: openpyxl is not
used since it does (docs/development.md).
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from registry.transfer import archives
from registry.transfer.number_formats import BUILT_IN
from registry.transfer.sentences import Refused
from registry.transfer.xml_parts import End, Start, Text, TextReader, damaged, parsed

MOST_PART = 8 * archives.MEGABYTE
MOST_SHARED = 48 * archives.MEGABYTE
MOST_TEXTS = 300_000


@dataclass(frozen=True)
class SheetPart:
    """A worksheet by its name, and where it stands in the archive."""

    name: str
    path: str


class Workbook:
    """What the sheets of a workbook share; raises `Refused` for what is none."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        with archives.damage_told():
            path = self._related("", "officeDocument").get("", "")
            if not path.endswith(".xml"):
                raise _no_workbook(self.names)
            self.since_1904 = False
            self.sheets: list[SheetPart] = []
            self._read_workbook(path)
            if not self.sheets:
                raise _no_workbook(self.names)
            self.formats = self._formats(self._one(path, "styles"))
            self.texts = self._texts(self._one(path, "sharedStrings"))

    def parsed(
        self,
        path: str,
        *,
        most: int,
        start: Start,
        end: End | None = None,
        text: Text | None = None,
    ) -> Iterator[None]:
        """Call back what the part holds; raises `Refused` for one of more bytes."""
        if path not in self.names:
            raise damaged()
        if self.archive.getinfo(path).file_size > most:
            raise Refused(
                _("The workbook's part “%(name)s” is larger than %(most)d MB."),
                name=path[-100:],
                most=most // archives.MEGABYTE,
            )
        with self.archive.open(path) as part:
            yield from parsed(part, start, end, text)

    def _all_of(self, path: str, start: Start) -> None:
        for _chunk in self.parsed(path, most=MOST_PART, start=start):
            pass

    def _related(self, path: str, kind: str) -> dict[str, str]:
        """Parts that this one names as of the kind, by id and, the first, by ""."""
        folder, name = posixpath.split(path)
        found: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("Type", "").endswith(
                f"/{kind}"
            ):
                target = posixpath.join(f"/{folder}", attributes.get("Target", ""))
                part = posixpath.normpath(target).lstrip("/")
                found[attributes.get("Id", "")] = part
                found.setdefault("", part)

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self.names and not path:
            raise _no_workbook(self.names)
        self._all_of(relations, start)
        return found

    def _one(self, path: str, kind: str) -> str:
        part = self._related(path, kind).get("", "")
        return part if part in self.names else ""

    def _read_workbook(self, path: str) -> None:
        parts = self._related(path, "worksheet")

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self.since_1904 = attributes.get("date1904") in ("1", "true")
            # Sheets of other kinds (charts) have no cells.
            if tag == "sheet" and (part := parts.get(attributes.get("id", ""))):
                self.sheets.append(SheetPart(attributes.get("name", ""), part))

        self._all_of(path, start)

    def _formats(self, path: str) -> list[str]:
        """The number format of each style that cells name by its place."""
        own: dict[str, str] = {}
        formats: list[str] = []
        within: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag in ("cellXfs", "cellStyleXfs"):
                within[:] = [tag]
            elif tag == "numFmt":
                own.setdefault(
                    attributes.get("numFmtId", ""), attributes.get("formatCode", "")
                )
            elif tag == "xf" and within == ["cellXfs"]:
                number = attributes.get("numFmtId", "0")
                formats.append(own.get(number) or BUILT_IN.get(number, "General"))

        if path:
            self._all_of(path, start)
        return formats

    def _texts(self, path: str) -> list[str]:
        """The texts that cells name by their place; without how they are pronounced."""
        texts: list[str] = []
        reader = TextReader()

        def start(tag: str, attributes: dict[str, str]) -> None:
            reader.start(tag)

        def end(tag: str) -> None:
            reader.end(tag)
            if tag == "si":
                texts.append(reader.taken())
                if len(texts) > MOST_TEXTS:
                    raise Refused(
                        _("The workbook has more than %(most)d texts."), most=MOST_TEXTS
                    )

        if path:
            for _chunk in self.parsed(
                path, most=MOST_SHARED, start=start, end=end, text=reader.text
            ):
                pass
        return texts


def _no_workbook(names: set[str]) -> Refused:
    if "xl/workbook.bin" in names:
        return Refused(_("This is a binary workbook (.xlsb). Save it as XLSX."))
    if "mimetype" in names and "content.xml" in names:
        return Refused(
            _("This is an OpenDocument file (.ods). Save it as XLSX or CSV.")
        )
    return Refused(
        _("This is no workbook. Save the table as XLSX or CSV UTF-8; a ZIP holds CSV.")
    )


def is_document(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is a workbook or other document, no bundle of files."""
    names = set(archive.namelist())
    return bool(names & {"[Content_Types].xml", "mimetype", "_rels/.rels"})
