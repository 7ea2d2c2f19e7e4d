"""A handbook as one HTML file with its style inside, and as PDF."""

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from programs.handbook.parts import Handbook
from registry import printing

STYLE = "programs/handbook.css"
_OUTSIDE_NAMES = r'\/:*?"<>|'


def html(handbook: Handbook) -> str:
    """The whole document, in the reader's language."""
    with open(str(finders.find(STYLE)), encoding="utf-8") as file:
        style = file.read()
    running = {"title": handbook.title}
    running |= {chapter.name: str(chapter.title) for chapter in handbook.chapters}
    lines = "".join(f"--running-{n}: {_quoted(text)};" for n, text in running.items())
    context = {
        "handbook": handbook,
        "policy": printing.POLICY,
        # Ours, and the titles with every other character as its number.
        "style": mark_safe(f"{style}\n:root {{ {lines} }}\n"),  # noqa: S308
    }
    return render_to_string("programs/handbook_document.html", context)


def pdf(handbook: Handbook, *, seconds: float = printing.SECONDS) -> bytes:
    """The document on A4, its contents with page numbers; raises `PrintingError`."""

    def numbered(pages: printing.Pages) -> str:
        handbook.number_pages(pages)
        return html(handbook)

    return printing.pdf(numbered, title=handbook.title, seconds=seconds)


def file_name(handbook: Handbook) -> str:
    """Title and day, without what systems don't take in names of files."""
    title = "".join("-" if c in _OUTSIDE_NAMES else c for c in handbook.title)
    return f"{title} {handbook.on}"


def _quoted(text: str) -> str:
    """The text as a string of a style sheet, which it can't end."""
    inside = "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text)
    return f'"{inside}"'
