"""Search over a registry's passages against ILIKE, and whether it finds all."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any
from urllib.parse import quote

from benchmarks.cluster import PROJECT, Cluster
from benchmarks.house import House
from benchmarks.load import LANGUAGE
from benchmarks.results import Figure, Told, compared, milliseconds, say
from benchmarks.servers import UNCACHED, Server
from benchmarks.words import RARE

HOW = [
    "In SQL: the keys of the passages in whose summary a word stands, by search and by"
    " ILIKE, the same rows on both sides (`benchmarks/keys.py`).",
    "Over HTTP: a page of the API's search over all that is searched of a passage, its"
    " own texts and those of what refers to it, ranked and made anew each time, against"
    " the same ILIKE over the summary alone.",
    f"The rare word is {RARE}, in seven passages. At fewer texts than 1,000,000 the"
    " scan is as much shorter, so that as much less is asked.",
    "Recall: what a substring scan finds and search does not, over all pages.",
]
WORDS = {"rare word": RARE, "frequent word": "贷款", "single character": "贷"}


def scan(cluster: Cluster, name: str, word: str) -> set[str]:
    """Codes of the passages that a scan finds."""
    rows = cluster.execute(
        f"SELECT code FROM programs_passage WHERE summary ILIKE '%{word}%'"
        " AND publication = 'published'",
        name,
    )
    return {code for (code,) in rows}


def searched(server: Server, word: str) -> set[str]:
    """Codes of all that the API finds."""
    path = f"/api/v1/passages/?search={quote(word)}&fields=code&count=none"
    found: set[str] = set()
    path += "&page_size=200"
    while path:
        told: dict[str, Any] = json.loads(server.get(path)[2])
        found |= {row["code"] for row in told["results"]}
        following = told["next"]
        path = following and "/api" + following.partition("/api")[2]
    return found


def in_sql(address: str, word: str, rounds: int) -> dict[str, list[float]]:
    """Seconds of each side in each round."""
    command = [sys.executable, "benchmarks/keys.py", word, str(rounds)]
    done = subprocess.run(
        command, env=os.environ | {"DATABASE_URL": address}, cwd=PROJECT,
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    say(f"  {word}: {told['hits']:,} passages")
    return {side: told[side] for side in ("search", "ILIKE")}


def measure(house: House) -> Told:
    told = Told("search", "python benchmarks/run.py search --full", HOW)
    size = 1_000_000 if house.full else 100_000
    least = 100 * size // 1_000_000
    name = house.cluster.made(size)
    address = house.cluster.address(name)
    for what, word in WORDS.items():
        found = in_sql(address, word, house.rounds)
        ratio, spread = compared(found["ILIKE"], found["search"])
        rare = word == RARE
        told.figures.append(
            Figure(
                f"search in SQL, {what}, {size:,} texts",
                f"{least} × quicker than ILIKE" if rare else "told only",
                ratio, ratio >= least or not rare, spread,
                {side: milliseconds(values) for side, values in found.items()},
            )
        )  # fmt: skip
    with house.serving(UNCACHED, address) as server:

        def ask(word: str) -> float:
            path = f"/api/v1/passages/?search={quote(word)}&fields=code&count=none"
            begin = time.perf_counter()
            status, _headers, body = server.get(path, **LANGUAGE)
            assert status == 200, body
            return time.perf_counter() - begin

        def ilike(word: str) -> float:
            begin = time.perf_counter()
            scan(house.cluster, name, word)
            return time.perf_counter() - begin

        for what, word in WORDS.items():
            sides = {"search": partial(ask, word), "ILIKE": partial(ilike, word)}
            # What takes seconds needs no more rounds to be told.
            found = house.in_turns(sides, 0 if word == RARE else 3)
            ratio, spread = compared(found["ILIKE"], found["search"])
            told.figures.append(
                Figure(
                    f"search over HTTP, {what}, {size:,} texts", "told only",
                    ratio, True, spread,
                    {side: milliseconds(values) for side, values in found.items()},
                )
            )  # fmt: skip
        wanted = scan(house.cluster, name, RARE)
        recall = len(wanted & searched(server, RARE)) / len(wanted)
        told.figures.append(
            Figure(
                "search, recall", "1.0 of a substring scan", recall, recall == 1,
                (recall, recall), {"passages": str(len(wanted))}, "",
            )
        )  # fmt: skip
    return told
