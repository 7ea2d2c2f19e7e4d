"""XML of an archive, read piece by piece with limits; the texts that it holds."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from registry.transfer.sentences import Refused

CHUNK = 1 << 16
DEEPEST = 40
# One attribute or tag; expat scans one anew with each chunk that does not end it.
LONGEST_TOKEN = 1 << 20

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Text = Callable[[str], Any]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def parsed(
    part: IO[bytes], start: Start, end: End | None = None, text: Text | None = None
) -> Iterator[None]:
    """Call back with names that lack their namespace, chunk by chunk.

    Raises `Refused` for what is not well-formed, nested deeply or declares entities.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = CHUNK
    local = _Local()
    deep = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal deep
        deep += 1
        if deep > DEEPEST:
            raise Refused(_("The workbook nests its parts too deeply; save it anew."))
        for key in attributes:
            if " " in key:  # r:id
                attributes = {local[key]: value for key, value in attributes.items()}
                break
        start(local[name], attributes)

    def closed(name: str) -> None:
        nonlocal deep
        deep -= 1
        if end is not None:
            end(local[name])

    def declared(*_declaration: Any) -> None:
        raise Refused(
            _("The workbook declares entities or a document type; save it anew.")
        )

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        for chunk in iter(partial(part.read, CHUNK), b""):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise damaged()
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error
    yield


class _Local(dict[str, str]):
    """Names without their namespace, each cut once."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(" ")[2]
        return self[name]


def damaged() -> Refused:
    return Refused(
        _("This workbook is damaged. Open it in a spreadsheet, save it anew.")
    )


class TextReader:
    """Puts together a text's pieces (``t``), leaving out phonetic guides (``rPh``)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = self._phonetic = False

    def start(self, tag: str) -> None:
        if tag == "t":
            self._open = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._phonetic = False

    def text(self, piece: str) -> None:
        if self._open:
            self._pieces.append(piece)

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return unescaped(text)


def unescaped(text: str) -> str:
    """The text with its _x000D_ read; line ends as ``\\n``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        # Two halves of one character, each escaped; one alone is none.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n")
