"""Page 2,000 of an ordering against page 1."""

import json
from urllib.parse import parse_qs, quote, urlsplit

from benchmarks.house import House
from benchmarks.load import Asked
from benchmarks.results import Figure, Told, compared, milliseconds
from benchmarks.servers import UNCACHED, Server

# Of 98,000 published programs.
SIZE, PAGE, PAGE_SIZE, LARGEST = 100_000, 2000, 45, 200
ORDERINGS = ("-updated_at", "name", "launched", "-verified_on", "code")
HOW = [
    f"100,000 programs, pages of {PAGE_SIZE}: page {PAGE:,} begins behind row"
    f" {(PAGE - 1) * PAGE_SIZE:,}. Every answer is made anew, without counting.",
    "The time is that of one request of one process with two connections.",
]


def far(server: Server, query: str) -> str:
    """The cursor of the far page, walked to by the largest pages."""
    cursor, left = "", (PAGE - 1) * PAGE_SIZE
    while left:
        size = min(left, LARGEST)
        path = f"{query}&fields=code&page_size={size}{cursor}"
        _status, _headers, body = server.get(path)
        following = json.loads(body)["next"]
        cursor = "&cursor=" + quote(parse_qs(urlsplit(following).query)["cursor"][0])
        left -= size
    return cursor


def measure(house: House) -> Told:
    told = Told("behind", "python benchmarks/run.py behind", HOW)
    every = [s + n.lstrip("-") for n in ORDERINGS for s in ("", "-")]
    with house.serving(UNCACHED, house.made(SIZE)) as server:
        for ordering in every if house.full else ORDERINGS:
            query = f"/api/v1/programs/?ordering={ordering}&count=none"
            first = f"{query}&page_size={PAGE_SIZE}"
            asked = {"page 1": first, "page 2,000": first + far(server, query)}
            found = house.in_turns(
                {
                    name: house.time(server, [Asked(path)])
                    for name, path in asked.items()
                }
            )
            ratio, spread = compared(found["page 2,000"], found["page 1"])
            medians = {name: milliseconds(values) for name, values in found.items()}
            told.figures.append(
                Figure(
                    f"page 2,000, ordering={ordering}", "at most 1.5 × page 1", ratio,
                    ratio <= 1.5, spread, medians,
                )
            )  # fmt: skip
    return told
