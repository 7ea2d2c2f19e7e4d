"""What is wrong with a file, said in the language of whoever reads it."""

import difflib
from collections.abc import Iterable
from typing import Any

from django.utils.functional import lazy

MOST_NAMED = 40
LONGEST_SHOWN = 40


def _filled(message: Any, values: dict[str, Any]) -> str:
    return str(message) % values


_lazily = lazy(_filled, str)


def said(message: Any, **values: Any) -> Any:
    """The lazy translation with those values in it, lazy itself."""
    return _lazily(message, values)


class Refused(Exception):
    """A file, sheet or cell that is not taken; ``sentence`` says why, lazily."""

    def __init__(self, message: Any, **values: Any) -> None:
        super().__init__(message)
        self.sentence = said(message, **values)


def shown(text: str) -> str:
    """The beginning of a text, on one line, for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[:LONGEST_SHOWN] + "…"


def listed(names: Iterable[str]) -> str:
    """Names one after the other; of very many the first."""
    names = list(names)
    return ", ".join(names[:MOST_NAMED]) + " …" * (len(names) > MOST_NAMED)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that may be meant; empty where none is like it."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return close[0] if close else ""
