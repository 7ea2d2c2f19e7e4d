"""docs/security-review.md names every requirement once, and tests that exist."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

TESTS = settings.BASE_DIR / "tests"
REVIEW = (settings.BASE_DIR / "docs" / "security-review.md").read_text()
# Numbers and levels of OWASP's ASVS 5.0.0, those of levels 1 and 2.
NUMBERS = Path(__file__).parent / "asvs-5.0.0.tsv"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([a-z_/]+\.py)?(?:::(test_\w+))?`")
SAYS = ("*Test* `", "*Holds* ", "*n/a* ", "**Falls short** ")


def named():
    """(file, test) of all that the review names; ``::test`` is of the file before."""
    file = ""
    for said in NAMED.finditer(REVIEW):
        file = said[1] or file
        yield file, said[2]


@cache
def found_in(file):
    path = TESTS / file
    if not path.exists():
        return None
    return {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def test_every_test_that_is_named_exists():
    wrong = [
        (file, test)
        for file, test in named()
        if found_in(file) is None or (test and test not in found_in(file))
    ]
    assert wrong == []


def test_every_requirement_of_both_levels_stands_there_once():
    with NUMBERS.open() as lines:
        wanted = [row["number"] for row in csv.DictReader(lines, delimiter="\t")]
    assert [row[1] for row in ROW.finditer(REVIEW)] == wanted


@pytest.mark.parametrize("number", range(1, 11))
def test_every_point_of_the_top_ten_stands_there_once(number):
    assert len(re.findall(rf"^\| API{number} ", REVIEW, re.MULTILINE)) == 1


def test_every_requirement_says_how_it_stands():
    assert [row[1] for row in ROW.finditer(REVIEW) if not row[3].startswith(SAYS)] == []


def test_what_falls_short_is_summed_up():
    short = {row[1] for row in ROW.finditer(REVIEW) if "**Falls short**" in row[3]}
    summary = REVIEW.partition("## What falls short")[2]
    assert set(re.findall(r"\d+\.\d+\.\d+", summary)) == short
