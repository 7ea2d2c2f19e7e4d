"""Bookmarks of a printed document, which say what its headings say.

Chromium tells some titles twice ("目录目录"), depending on how their text was laid out.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject

LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


class _Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in LEVELS:
            self.found.append("")
            self.within = True

    def handle_endtag(self, tag: str) -> None:
        if tag in LEVELS:
            self.within = False

    def handle_data(self, data: str) -> None:
        if self.within:
            self.found[-1] += data


def headings(html: str) -> list[str]:
    """The texts of the document's headings, in their order."""
    parser = _Headings()
    parser.feed(html)
    return [" ".join(text.split()) for text in parser.found]


def entitle(writer: PdfWriter, titles: list[str]) -> None:
    """Give the bookmarks these titles, unless there are more or fewer of them."""
    bookmarks = list(_in_order(writer.root_object.get("/Outlines")))
    if len(bookmarks) != len(titles):
        return
    for bookmark, title in zip(bookmarks, titles, strict=True):
        bookmark[NameObject("/Title")] = TextStringObject(title)


def _in_order(above: Any) -> Iterator[Any]:
    """Every bookmark beneath, each before those beneath it."""
    one = above.get_object().get("/First") if above is not None else None
    while one is not None:
        yield (bookmark := one.get_object())
        yield from _in_order(bookmark)
        one = bookmark.get("/Next")
