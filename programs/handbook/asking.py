"""What a handbook is asked for in words: its title, and programs by code."""

from typing import Any

from django.utils.translation import gettext as _

LONGEST_TITLE = 80
# Unknown codes that an error names.
MOST_NAMED = 10


def checked_title(given: str) -> str:
    """The title in one line; `ValueError` with a sentence where it can't be one."""
    title = " ".join(given.split())
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        sentence = _("A title has 1 to %d characters, none of them invisible.")
        raise ValueError(sentence % LONGEST_TITLE)
    return title


def default_title(place: Any = None) -> str:
    """What a handbook is called that nobody named, after its place if it has one."""
    if place is None:
        return _("Handbook of technology-finance programs")
    return _("Handbook of technology-finance programs: %s") % place


def no_such(codes: list[str]) -> str:
    """A sentence: none of the programs to choose from has these codes."""
    return _("No such program here: %s.") % ", ".join(codes[:MOST_NAMED])
