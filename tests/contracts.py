"""Whole answers as files: what clients were promised, for a reviewer to read.

``assert_contract("programs/list", client.get("/api/v1/programs/?page_size=2"))``
compares the answer with ``tests/contracts/programs/list.http``. After a change that is
meant, ``REWRITE_CONTRACTS=1`` before pytest writes the files of its tests anew.
"""

import difflib
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

FILES = Path(__file__).parent / "contracts"

# Those that say something of the answer, not of the server.
HEADERS = [
    "Content-Type",
    "Content-Language",
    "Content-Disposition",
    "Link",
    "Location",
    "Allow",
]
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d|Z)"
# What differs from run to run: when and as which revision the rows were loaded, where.
VARYING = [
    (rf'(?<=[", ]){INSTANT}(?=[",;␍\n])', "…"),
    (r'(?<="withdrawn_on": )"[^"]*"', '"…"'),
    (r'(?<="revision": )\d+', '"…"'),
    (r"(?<=[?&]cursor=)[^&\s\">]+", "…"),
    (r"(?<=[?&]since=)[^&\s\">]+", "…"),
    # The day in the name of a file.
    (r"(?<=-)\d{4}-\d\d-\d\d(?=\.(csv|ndjson|xlsx|zip))", "…"),
]


def assert_contract(name, *responses):
    """Those answers, and what was asked, are the ones in ``contracts/<name>.http``."""
    assert_kept(f"{name}.http", "\n".join(told(response) for response in responses))


def assert_answer(name, answer):
    """The JSON is the one in ``contracts/<name>.json``."""
    assert_kept(f"{name}.json", json.dumps(answer, ensure_ascii=False, indent=1) + "\n")


def assert_kept(file, text):
    """The text is that of the file below ``tests/contracts``; else fails with a diff.

    What varies is left out of both: instants, days, revisions, cursors. With
    ``REWRITE_CONTRACTS`` set, the file is written instead.
    """
    path = FILES / file
    for varying, instead in VARYING:
        text = re.sub(varying, instead, text)
    if os.environ.get("REWRITE_CONTRACTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    kept = path.read_text("utf-8") if path.exists() else ""
    if text != kept:
        diff = difflib.unified_diff(
            kept.splitlines(), text.splitlines(), f"{path.name}, kept", "now", "", "", 3
        )
        meant = "If that is meant, run the test with REWRITE_CONTRACTS=1 and review it."
        pytest.fail("\n".join([*diff, meant]).replace("\n\n", "\n"), pytrace=False)


def told(response):
    """What was asked and answered, as text with lines to compare."""
    asked = response.request
    address = asked["PATH_INFO"]
    if asked["QUERY_STRING"]:
        address += f"?{unquote(asked['QUERY_STRING'])}"
    lines = [f"{asked['REQUEST_METHOD']} {address}"]
    if language := asked.get("HTTP_ACCEPT_LANGUAGE"):
        lines.append(f"Accept-Language: {language}")
    lines += ["", f"{response.status_code} {response.reason_phrase}"]
    lines += [
        f"{name}: {response.headers[name]}"
        for name in HEADERS
        if name in response.headers
    ]
    return "\n".join([*lines, "", body(response)])


def body(response):
    """The answer's own text: JSON one value a line; line ends and BOM of CSV shown."""
    content = response.getvalue() if response.streaming else response.content
    text = content.decode()
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if media_type.endswith(("/json", "+json")):
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
    return text.replace("\ufeff", "<BOM>").replace("\r\n", "␍\n")
