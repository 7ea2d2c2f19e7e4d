"""What is written about the API is true: its examples run, its names are complete."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from registry.api import answers

ROOT = Path(__file__).parents[3]
SERVER = "http://127.0.0.1:8000"
FILES = [
    "docs/api.md",
    "docs/api-search.md",
    "docs/api-match.md",
    "README.md",
    "README.zh-CN.md",
]
# What fails in an example fails the test, which curl alone would pass over.
STRICT = 'set -euo pipefail; curl() { command curl -sS --fail-with-body "$@"; }\n'


def examples(language, server):
    """The fenced examples of all files that ask the server, in their order."""
    for name in FILES:
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
        yield from (
            block.replace(SERVER, server)
            for block in blocks
            if SERVER in block or (name == "docs/api.md" and language == "python")
        )


def run(command, source, folder):
    done = subprocess.run(
        command, input=source, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, source + done.stdout[-2000:] + done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="没有 curl · no curl here")
def test_the_examples_with_curl_run(live_server, shipped, tmp_path):
    found = list(examples("sh", live_server.url))
    assert len(found) > 5
    source = STRICT + "\n".join(found)
    assert "304\n" in run(["bash"], source, tmp_path)


def test_the_examples_with_pandas_run(live_server, shipped, tmp_path):
    source = "\n".join(examples("python", live_server.url))
    assert "信贷产品" in run([sys.executable, "-"], source, tmp_path)


@pytest.fixture
def schema(client, db):
    return client.get("/api/v1/schema/").json()


@pytest.fixture
def told():
    return (ROOT / "docs" / "api.md").read_text("utf-8")


def test_every_route_is_named(schema, told):
    for path in schema["paths"]:
        *_, last = path.replace("{code}/", "").replace("{name}/", "").split("/")[:-1]
        assert re.search(rf"[`/,]{last}[`/]", told), path


def test_every_parameter_that_all_lists_have_is_named(schema, told):
    lists = [
        {p["name"].removesuffix("__not") for p in path["get"].get("parameters", [])}
        for address, path in schema["paths"].items()
        if f"{address}{{code}}/" in schema["paths"]
    ]
    names = set.intersection(*lists)
    assert {"format", "fields", "cursor", "as_of"} <= names
    assert [name for name in names if not re.search(rf"\b{name}\b", told)] == []


def test_every_status_is_explained(told):
    rows = " ".join(re.findall(r"^\| ([\d, ]+) \|", told, re.M))
    assert [code for code in answers.NAMES if str(code) not in rows] == []
