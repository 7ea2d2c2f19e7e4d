"""The objects of a JSON fixture, one at a time, however large the file is."""

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

CHUNK = 1 << 20
# A row is far smaller: what doesn't end within so many characters is no JSON.
LONGEST = 16 * CHUNK
_BLANK = " \t\r\n"


class NotAFixture(ValueError):
    """The file is no list of objects in JSON; says where it stops being one."""


def objects(file: IO[Any]) -> Iterator[Any]:
    """What stands in the file's list; raises `NotAFixture`."""
    decode = json.JSONDecoder(parse_float=Decimal).raw_decode
    source = Source(file)
    if source.sign() != "[":
        raise NotAFixture(_at(source, "["))
    source.place += 1
    number = 0
    while source.sign() != "]":
        if number:
            if source.sign() != ",":
                raise NotAFixture(_at(source, ", ]"))
            source.place += 1
            source.sign()
        value = source.decoded(decode)
        number += 1
        yield value
    source.place += 1
    if source.sign():
        raise NotAFixture(_at(source, "EOF"))


class Source:
    """The text of a file, as far as it was read and isn't done with."""

    def __init__(self, file: IO[Any]) -> None:
        self.file, self.text, self.place, self.before = file, "", 0, 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode

    def more(self) -> bool:
        """Read on; whether there was anything."""
        part = self.file.read(CHUNK)
        try:
            text = part if isinstance(part, str) else self._decode(part, not part)
        except UnicodeDecodeError as error:
            raise NotAFixture(str(error)) from error
        self.before += self.place
        self.text, self.place = self.text[self.place :] + text, 0
        return bool(part)

    def sign(self) -> str:
        """The next that is no blank; empty text at the end."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in _BLANK:
                self.place += 1
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.more():
                return ""

    def decoded(self, decode: Any) -> Any:
        """The value that begins here."""
        while True:
            try:
                value, self.place = decode(self.text, self.place)
            except json.JSONDecodeError as error:
                if len(self.text) - self.place > LONGEST or not self.more():
                    raise NotAFixture(f"{error.msg}: {self.before + error.pos}") from (
                        error
                    )
            else:
                return value


def _at(source: Source, wanted: str) -> str:
    return f"{source.before + source.place}: {source.sign() or 'EOF'} ≠ {wanted}"
