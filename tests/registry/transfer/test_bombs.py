"""Files that unpack to what no machine holds: refused at once, in little memory."""

import json
import random
import struct
import subprocess
import sys
import zipfile

import pytest
from django.db import connection

from tests.registry.transfer.workbook import MAIN, headings, workbook

# Reads each file with so much memory more than the process had; prints what came of it.
READER = """
import json, resource, sys, time
import django
django.setup()
from django.utils.translation import activate
from registry.transfer import reading
from registry.transfer.tables import Unreadable
from tests.registry.transfer.samples import TERMS, rows
rows("code\\n1\\n")
activate("en")
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 100_000_000,) * 2)
found = {}
for path in sys.argv[1:]:
    begun = time.process_time()
    with open(path, "rb") as file:
        try:
            reading.read([("terms.xlsx", file)], [TERMS])
            said = "was read"
        except Unreadable as unreadable:
            said = str(unreadable)
    found[path.rpartition("/")[2]] = [time.process_time() - begun, said]
print(json.dumps(found))
"""

pytestmark = [
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="Memory is told as Linux does."
    ),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="Files are the same for both databases."
    ),
]


def rows(last, row):
    """Rows from the second on, put together from that one."""
    return "".join(row.replace("#", str(number)) for number in range(2, last + 1))


EMPTY_ROW = '<row r="#" spans="1:9" s="1" customFormat="1" ht="15"/>'
HOLLOW = "".join(f'<c r="{chr(65 + place)}#" s="1"/>' for place in range(26))
TEXT = '<row r="#"><c r="A#" t="s"><v>0</v></c></row>'


def with_size(data, size):
    """The archive, whose directory now tells that size of every file."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<L", changed, at + 24, size)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def many_files(path, number):
    with zipfile.ZipFile(path, "w") as archive:
        for place in range(number):
            archive.writestr(f"terms-{place}.csv", "")


def noise(length):
    return random.Random(1).randbytes(length // 2).hex()  # noqa: S311  # no secret


def long_text(length):
    """A text that shrinks, but not so far that this alone gives it away."""
    block, ends = noise(20_000), noise(4_000_000)
    pieces = (block + ends[at : at + 400] for at in range(0, length // 51, 400))
    return "".join(pieces)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(97 + n)} "{"&" + chr(96 + n) + ";"}&{chr(96 + n)};">'
    for n in range(1, 26)
)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Seconds of the processor and the sentence for each bomb."""
    folder = tmp_path_factory.mktemp("bombs")
    plain = workbook(headings("code") + '<row r="2"><c><v>1</v></c></row>')
    first = headings("code")
    strings = {"xl/sharedStrings.xml": f"{LAUGHS}]><sst>&z;</sst>"}
    bombs = {
        "empty rows": workbook([first, rows(1_048_576, EMPTY_ROW)]),
        "columns": workbook([first, '<row r="2">', '<c s="1"/>' * 16_384, "</row>"]),
        "hollow cells": workbook([first, rows(9000, f'<row r="#">{HOLLOW}</row>')]),
        "spaces": workbook([first, " " * 60_000_000]),
        "repeated text": workbook(
            [first, rows(20_000, TEXT)], strings=f"<si><t>{noise(100_000)}</t></si>"
        ),
        "entities": workbook(first, before=f"{LAUGHS}]>"),
        "entities in texts": workbook(first, parts=strings),
        "nesting": workbook(first, behind="<a>" * 300_000),
        "one attribute": workbook(first, behind=f'<a b="{noise(5_000_000)}"/>'),
        "one text": workbook(
            [
                first,
                '<row r="2"><c t="str"><v>',
                long_text(80_000_000),
                "</v></c></row>",
            ]
        ),
        "many texts": workbook(
            first,
            parts={
                "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
                + "".join(f"<si><t>{n}</t></si>" for n in range(350_000))
                + "</sst>"
            },
        ),
        "size that is told": with_size(plain, 3_000_000_000),
        "size that is not told": with_size(workbook([first, "x" * 999_999]), 3000),
        "directory": plain[:-22] + b"PK\x06\x07" + b"\0" * 16 + plain[-22:],
    }
    for name, data in bombs.items():
        (folder / name).write_bytes(data)
    many_files(folder / "many files", 2500)
    names = [*bombs, "many files"]
    done = subprocess.run(
        [sys.executable, "-c", READER, *(str(folder / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "registry.settings",
            "PYTHONPATH": ".",
            "LANG": "C.UTF-8",
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_bomb_is_refused_for_what_it_is_within_a_second_of_the_processor(outcome):
    expected = {
        "empty rows": "empty rows",
        "columns": "column 256",
        "hollow cells": "empty cells",
        "spaces": "times its size",
        "repeated text": "more text",
        "entities": "declares entities",
        "entities in texts": "declares entities",
        "nesting": "too deeply",
        "one attribute": "damaged",
        "one text": "more text",
        "many texts": "300000 texts",
        "size that is told": "MB",
        "size that is not told": "damaged",
        "directory": "too many files",
        "many files": "too many files",
    }
    assert {n: s for n, (_t, s) in outcome.items() if expected[n] not in s} == {}
    assert {n: t for n, (t, _s) in outcome.items() if t > 1} == {}
