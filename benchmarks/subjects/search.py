"""Search over a registry's passages against ILIKE, and whether it finds all."""

import json
import time
from functools import partial
from typing import Any
from urllib.parse import quote

from benchmarks.cluster import Cluster
from benchmarks.house import House
from benchmarks.load import LANGUAGE
from benchmarks.results import Figure, Told, compared, milliseconds
from benchmarks.servers import UNCACHED, Server
from benchmarks.words import RARE

HOW = [
    "The API's search over all that is searched of a passage (its own texts and those"
    " of what refers to it), asked over HTTP and made anew each time, against one SQL"
    " with ILIKE over the passage's summary alone: the least that a scan can do.",
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


def measure(house: House) -> Told:
    told = Told("search", "python benchmarks/run.py search --full", HOW)
    size = 1_000_000 if house.full else 100_000
    least = 100 * size // 1_000_000
    name = house.cluster.made(size)
    with house.serving(UNCACHED, house.cluster.address(name)) as server:

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
            found = house.in_turns(
                {
                    "search": partial(ask, word),
                    "ILIKE": partial(ilike, word),
                }
            )
            ratio, spread = compared(found["ILIKE"], found["search"])
            rare = word == RARE
            told.figures.append(
                Figure(
                    f"search, {what}, {size:,} texts",
                    f"{least} × quicker than ILIKE" if rare else "told only",
                    ratio, ratio >= least or not rare, spread,
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
