"""CSV files: in which encoding they are, and their rows, read as a stream."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext_lazy as _

from registry.transfer.apostrophes import restored
from registry.transfer.archives import damage_told
from registry.transfer.sentences import Refused
from registry.transfer.tables import Column

CHUNK = 1 << 16
_CHINESE = "gb18030"


@dataclass
class Outline:
    """What is known of a table's file before its rows are read.

    ``headings`` are in the file's order, empty where none is written; ``stray`` says
    for columns that have cells below no heading the first row of such.
    """

    headings: list[str] = field(default_factory=list)
    stray: dict[int, int] = field(default_factory=dict)
    rows: int = 0


class CsvFile:
    """A CSV file's rows; ``open`` gives its bytes, from the beginning, each time."""

    def __init__(self, file: str, open_: Callable[[], IO[bytes]]) -> None:
        self.file = file
        self.open = open_
        with damage_told():
            self.encoding = self._encoding()
        self.outline = self._outline()

    def rows(self) -> Iterator[tuple[int, dict[int, str]]]:
        """The number and cells of every row below the headings, empty ones too."""
        lines = self._lines()
        next(lines, None)
        return ((number, dict(enumerate(cells))) for number, cells in lines)

    def raw(self, cell: str) -> str:
        return cell

    def text(self, cell: str, column: Column) -> str:
        """The cell without the apostrophe that kept spreadsheets from its text."""
        return restored(cell, column)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        stream = self.open()
        text = io.TextIOWrapper(stream, self.encoding, newline="")
        reader = csv.reader(text, strict=True)
        number, before = 0, 0
        try:
            for cells in reader:
                number, before = number + 1, reader.line_num
                yield number, [cell.replace("\r\n", "\n") for cell in cells]
        except csv.Error as error:
            raise _misquoted(number + 1, before + 1, str(error)) from error
        finally:
            text.detach()

    def _outline(self) -> Outline:
        """Read once as a whole: a file that is broken at its end is not begun."""
        found = Outline()
        with damage_told():
            for number, cells in self._lines():
                if number == 1:
                    found.headings = [heading.strip() for heading in cells]
                    _require_commas(found.headings)
                elif any(cell.strip() for cell in cells):
                    found.rows += 1
                    for place, heading in enumerate(found.headings):
                        if not heading and place < len(cells) and cells[place].strip():
                            found.stray.setdefault(place, number)
        return found

    def _encoding(self) -> str:
        """UTF-8 with or without its mark, else GB18030; raises `Refused` for others."""
        self._require_text()
        line = self._undecodable("utf-8-sig")
        if not line:
            return "utf-8-sig"
        if not self._is_mostly_utf8() and not self._undecodable(_CHINESE):
            return _CHINESE
        raise Refused(
            _(
                "Line %(line)d has bytes that are neither UTF-8 nor GB18030. Save the "
                "file as “CSV UTF-8”."
            ),
            line=line,
        )

    def _require_text(self) -> None:
        line, empty = 1, True
        for chunk in self._chunks():
            if b"\0" in chunk:
                line += chunk.count(b"\n", 0, chunk.index(b"\0"))
                raise Refused(
                    _(
                        "Line %(line)d has a NUL byte: this is no text, or UTF-16. "
                        "Save it as “CSV UTF-8”."
                    ),
                    line=line,
                )
            line += chunk.count(b"\n")
            empty = empty and not chunk.removeprefix(codecs.BOM_UTF8).strip()
        if empty:
            raise Refused(_("The file is empty."))

    def _undecodable(self, encoding: str) -> int:
        """The first line that is not in that encoding; 0 where all are."""
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        line = 1
        try:
            for chunk in self._chunks():
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return line + error.object.count(b"\n", 0, error.start)
        return 0

    def _is_mostly_utf8(self) -> bool:
        """Whether it is UTF-8 with damage, which GB18030 would make other words of.

        Chinese in GB18030 is hardly ever UTF-8 by chance.
        """
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        right = 0
        for chunk in self._chunks():
            text = decoder.decode(chunk)
            foreign = len(text) - len(text.encode("ascii", "ignore"))
            right += foreign - 2 * text.count("\ufffd")
        return right > 0

    def _chunks(self) -> Iterator[bytes]:
        stream = self.open()
        while chunk := stream.read(CHUNK):
            yield chunk


def _require_commas(headings: list[str]) -> None:
    (first, *others) = headings or [""]
    if not others and (";" in first or "\t" in first):
        raise Refused(
            _(
                "The columns are separated by semicolons or tabs. Save the file with "
                "commas: “CSV UTF-8 (comma delimited)”, or as XLSX."
            )
        )


def _misquoted(row: int, line: int, error: str) -> Refused:
    if "end of data" in error or "field larger" in error:
        return Refused(
            _(
                "A quotation mark that opens in row %(row)d (line %(line)d) is never "
                "closed, or a cell there has more than %(most)d characters."
            ),
            row=row,
            line=line,
            most=csv.field_size_limit(),
        )
    return Refused(
        _(
            "Row %(row)d (line %(line)d) has a quotation mark inside a cell. Put the "
            "whole cell into quotation marks and write those inside it twice."
        ),
        row=row,
        line=line,
    )
