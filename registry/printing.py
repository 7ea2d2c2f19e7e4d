"""HTML to PDF by a headless Chromium that reaches neither network, files nor scripts.

What is printed says so itself: its policy (`POLICY`) allows nothing but the style that
stands in it. Chromium gets a folder of its own, removed afterwards. There are `AT_ONCE`
such folders, so that no more are printed at once, in however many processes.
"""

import contextlib
import fcntl
import io
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from registry.bookmarks import entitle, headings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AT_ONCE = 2
SECONDS = 90
# As long after its time an orphaned Chromium ends by itself.
GRACE = 5
# For the document's head: no script, no image, no font, no frame, no form.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# The second time it has its page numbers, the third if that moved one.
MOST_TIMES = 3

# Page on which an element begins by its id, of those that a link leads to.
Pages = dict[str, int]


class PrintingError(Exception):
    """No PDF was made; says why."""


class Busy(PrintingError):
    """As many as may be are being made."""


def chromium() -> str | None:
    """The program that prints: the one of the setting, else one of the usual names."""
    if settings.CHROMIUM:
        return shutil.which(settings.CHROMIUM)
    return next(filter(None, map(shutil.which, NAMES)), None)


def pdf(html: Callable[[Pages], str], *, title: str, seconds: float = SECONDS) -> bytes:
    """The document as PDF: tagged, with bookmarks for its headings.

    ``html`` gives it, with the page numbers known so far; ``title`` is its title, by
    which the printed page is told from an error of the browser. It is printed up to
    three times, for ``seconds`` each. Raises `PrintingError`.
    """
    program = chromium()
    if program is None:
        raise PrintingError(_("There is no Chromium on the server."))
    pages: Pages = {}
    with _folder() as (folder, lock):
        for _time in range(MOST_TIMES):
            text = html(pages)
            printed = _print(program, folder, lock, text, seconds)
            try:
                reader = PdfReader(io.BytesIO(printed))
                if not reader.metadata or reader.metadata.title != title:
                    raise PrintingError(_("Chromium printed another page."))
                found = _pages(reader)
                if found == pages:
                    break
                pages = found
            except PyPdfError as error:
                raise PrintingError(_("Chromium wrote no whole PDF.")) from error
    return _searchable(printed, headings(text))


@contextlib.contextmanager
def _folder() -> Iterator[tuple[Path, int]]:
    """A free one of the folders, empty, and its lock; `Busy` where none is.

    Chromium keeps the lock too, so that it ends with the last process that works there;
    what a killed one left is removed by the next.
    """
    own = Path(tempfile.gettempdir()) / f"registry-printing-{os.geteuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    found = own.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PrintingError(_("%s belongs to somebody else.") % own)
    for number in range(AT_ONCE):
        with (own / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            folder = own / str(number)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            try:
                yield folder, lock.fileno()
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return
    raise Busy(
        _("%d documents are being printed already. Try again in a moment.") % AT_ONCE
    )


def _print(program: str, folder: Path, lock: int, html: str, seconds: float) -> bytes:
    """One run of Chromium; ends with all its processes, in time or not."""
    page, file = folder / "page.html", folder / "page.pdf"
    page.write_text(html, "utf-8")
    command = [
        program,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-breakpad",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=127.0.0.1:9",
        f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        f"--print-to-pdf={file}",
        page.as_uri(),
    ]
    if os.geteuid() == 0:
        # Root, as which containers run, can't use Chromium's own sandbox.
        command.insert(1, "--no-sandbox")
    if bound := shutil.which("timeout"):
        # It lives no longer where this process is killed, and so can't end it.
        command[:0] = [bound, "--signal=KILL", str(seconds + GRACE)]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # a program of the operator's
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
            start_new_session=True,
            pass_fds=[lock],
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise PrintingError(
                _("Chromium took longer than %d seconds.") % seconds
            ) from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode or not file.exists():
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise PrintingError(_("Chromium printed nothing: %s") % "".join(last)[:200])
    return file.read_bytes()


def _pages(reader: PdfReader) -> Pages:
    """The page of each element that a link leads to, counted from 1."""
    found: Pages = {}
    for name, place in reader.named_destinations.items():
        number = reader.get_destination_page_number(place)
        if number is not None:
            found[name.lstrip("/")] = number + 1
    return found


# Of a glyph that several characters share, Chromium says that it is the first of them:
# a radical instead of the character, and then nobody finds 金融 in the PDF. These pairs
# share one in the Noto fonts; the KangXi radicals Unicode itself normalises, and the
# ligatures of Latin letters, without which nobody finds “finance”.
SHARED = (
    "⺂乛⺃乚⺅亻⺉刂⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺟母⺠民⺡氵⺣灬⺤爫⺦丬⺨犭⺫罒"
    "⺭礻⺯糹⺰纟⺱罓⺹耂⺺肀⺾艹⺿艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻐钅⻑長⻒镸⻓长"
    "⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜"
    "⻰龙⻱龜⻲亀⻳龟〜～∕／\u2329〈\u232a〉"
)
NORMALISED = (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))
MEANT = {
    **{chr(n): unicodedata.normalize("NFKC", chr(n)) for n in NORMALISED},
    **dict(zip(SHARED[::2], SHARED[1::2], strict=True)),
}
_MAPPED = re.compile(rb"^<([0-9A-F]+)>(?: <([0-9A-F]+)>)? <([0-9A-F]+)>$", re.MULTILINE)


def _searchable(printed: bytes, titles: list[str]) -> bytes:
    """The PDF with the characters that its glyphs stand for, and those bookmarks."""
    writer = PdfWriter(io.BytesIO(printed), incremental=True)
    seen: set[int] = set()
    for page in writer.pages:
        resources: Any = page.get("/Resources", {})
        for font in resources.get("/Font", {}).values():
            said = font.get_object().get("/ToUnicode")
            if said is None or said.idnum in seen:
                continue
            seen.add(said.idnum)
            table: Any = said.get_object()
            before = table.get_data()
            after = _meant(before)
            if after != before:
                table.set_data(after)
    entitle(writer, titles)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _meant(table: bytes) -> bytes:
    """A font's table, code → character, with every character as it is meant."""
    head, rest = table.split(b"endcodespacerange\n", 1)
    characters: dict[bytes, str] = {}
    for found in _MAPPED.finditer(rest):
        first, last, hexadecimal = found.groups()
        text = bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")
        start, end = int(first, 16), int(last or first, 16)
        for number in range(start, end + 1):
            code = b"%0*X" % (len(first), number)
            characters[code] = text[:-1] + chr(ord(text[-1]) + number - start)
    if not any(text in MEANT for text in characters.values()):
        return table
    lines = [
        b"<%s> <%s>" % (code, MEANT.get(text, text).encode("utf-16-be").hex().encode())
        for code, text in characters.items()
    ]
    blocks = [
        b"%d beginbfchar\n%s\nendbfchar\n" % (len(part), b"\n".join(part))
        for part in (lines[n : n + 100] for n in range(0, len(lines), 100))
    ]
    tail = rest[rest.index(b"endcmap") :]
    return head + b"endcodespacerange\n" + b"".join(blocks) + tail
