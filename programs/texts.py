"""Source texts cut into the stretches that locators name.

The texts themselves are not shipped; whoever has them checks the registry against them
with ``check_evidence --texts``.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from programs.sheets import Stretch

NUMBER = "[一二三四五六七八九十]+"
CHAPTER = re.compile(f"({NUMBER})、")
CLAUSE = re.compile(rf"\(({NUMBER})\)")
MEASURE = re.compile(r"(\d+)\.")
NUMBERING = re.compile(rf"{NUMBER}、|\({NUMBER}\)|\d+\.")
# What a digest numbers its parts and its references with.
DIGEST_NUMBERING = re.compile(r"\bGroup \d+:|\[\d+\]")
SENTENCE_END = ("。", "”", "…", "!", "?", "!", "?")


class TextError(Exception):
    """The source text, or a place in it, can't be found."""


@dataclass
class Cut:
    """A document's text by locator, and the lines that belong to no passage."""

    passages: dict[str, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def add(self, locator: str, line: str) -> None:
        known = self.passages.get(locator)
        self.passages[locator] = f"{known}\n{line}" if known else line


def whole(folder: Path, file: str) -> list[str]:
    """The file's lines without indents and empty ones."""
    path = folder / file
    if not path.exists():
        raise TextError(f"{folder} has no {file}")
    text = path.read_text("utf-8").replace("\xa0", " ")
    return [line.strip() for line in text.splitlines() if line.strip()]


def lines_of(folder: Path, stretch: Stretch) -> list[str]:
    """The stretch's lines, first to last, without indents and empty ones."""
    lines = whole(folder, stretch.file)
    begins = [n for n, line in enumerate(lines) if line.startswith(stretch.first)]
    if not begins:
        raise TextError(f"{stretch.file} has no line that begins {stretch.first!r}")
    for end in range(begins[0], len(lines)):
        if lines[end].startswith(stretch.last):
            return lines[begins[0] : end + 1]
    raise TextError(f"{stretch.file} has no line that begins {stretch.last!r}")


def cut(lines: list[str], locators: set[str]) -> Cut:
    """The lines by locator, as the document itself is numbered."""
    if any(locator.startswith("¶") for locator in locators):
        return _news(lines)
    if any(line.startswith("Core Viewpoint") for line in lines):
        return _digest(lines, locators)
    return _policy(lines, locators)


def _news(lines: list[str]) -> Cut:
    """Body paragraphs counted; title, headings and source line are none."""
    # A headline may end in a quotation, but not in a full stop; a page may lack one.
    headed = not lines[0].endswith("。")
    found = Cut(rest=lines[:headed])
    number = 0
    for line in lines[headed:]:
        if line.endswith(SENTENCE_END):
            number += 1
            found.add(f"¶{number}", line)
        else:
            found.rest.append(line)
    return found


def _digest(lines: list[str], locators: set[str]) -> Cut:
    """An English digest in one line: its own labels (``Group 5``) begin its parts."""
    found = Cut()
    for line in lines:
        if not line.startswith("Core Viewpoint"):
            found.rest.append(line)
            continue
        begins = {}
        for locator in locators:
            label = re.search(rf"(?<!\w){re.escape(locator)}(?=: | - )", line)
            if label:
                begins[label.start()] = locator
        places = sorted(begins)
        for start, end in zip(places, [*places[1:], len(line)], strict=True):
            found.add(begins[start], line[start:end])
        if not places or places[0]:
            found.rest.append(line[: places[0] if places else None])
    return found


def _policy(lines: list[str], locators: set[str]) -> Cut:
    """Notice, preamble, then chapters, clauses or measures numbered throughout."""
    first = next(n for n, line in enumerate(lines) if CHAPTER.match(line))
    title = max(n for n in range(first) if not lines[n].endswith(SENTENCE_END))
    found = Cut()
    for line in lines[:title]:
        found.add("通知", line)
    found.add("标题", lines[title])
    for line in lines[title + 1 : first]:
        found.add("引言", line)
    chapter, here, listed = "", "", False
    for line in lines[first:]:
        if opened := _opened(line, chapter, locators):
            chapter, here = opened
            listed = False
        elif listed and not line.startswith("责任单位"):
            here = "附则"
        listed = listed or line.startswith("责任单位")
        if here:
            found.add(here, line)
        else:
            found.rest.append(line)
    return found


def _opened(line: str, chapter: str, locators: set[str]) -> tuple[str, str] | None:
    """The chapter and locator that a numbered line opens; no locator for a heading."""
    if match := CHAPTER.match(line):
        chapter = match[1]
        return chapter, chapter if chapter in locators else ""
    if match := CLAUSE.match(line):
        locator = f"{chapter}({match[1]})"
        return chapter, locator if locator in locators else ""
    if (match := MEASURE.match(line)) and f"§{match[1]}" in locators:
        return chapter, f"§{match[1]}"
    return None


def stands_in(wording: str, text: str) -> list[tuple[int, int]]:
    """Where the wording stands in the text, verbatim; ``…`` in it leaves words out.

    Gives the spans of its parts at every place; empty where it does not stand.
    """
    pattern = "(" + ").{0,80}?(".join(map(re.escape, wording.split("…"))) + ")"
    spans = []
    for match in re.finditer(pattern, text.replace("\n", " ")):
        spans += [match.span(group) for group in range(1, len(match.groups()) + 1)]
    return spans
