"""A list page of 50: region subtree and kind, newest first, two nested lists."""

import json
from contextlib import ExitStack
from urllib.parse import quote

from benchmarks import datasette
from benchmarks.house import House
from benchmarks.load import Asked
from benchmarks.places import places, provinces
from benchmarks.results import Figure, Told, compared, per_second
from benchmarks.servers import FLOOR, PLAIN, REGISTRY, UNCACHED, Server

SIZE = 100_000
HOW = [
    "100,000 programs, each with two terms and two roles; pages of one kind (loan) in"
    " each of the provinces that have a hundred places or more, in turns.",
    "Made anew: Django's dummy cache instead of the cache of answers, so that every"
    " request does the work of the first after a change. Again: the answers are kept"
    " (local memory). 304: each request has the ETag of its page.",
    "Plain DRF: benchmarks/plain.py, the tutorial's text with startproject's"
    " middleware; it counts and tells the same facts. Floor: benchmarks/floor.py, whose"
    " rows were compared byte for byte with the registry's before the first round.",
    "Datasette: its table JSON of the same rows with labels of foreign keys, counted,"
    " without facets, over SQLite with the same index, and without nested lists.",
    "One process each, gunicorn (uvicorn) with two threads, two connections.",
]


def large() -> list[str]:
    """Provinces with a hundred places or more, which have about as many programs."""
    codes = [place.code for place in places()]
    return [
        code
        for code in provinces()
        if sum(one.startswith(code[:2]) for one in codes) >= 100
    ]


def ours(query: str = "&include=terms,roles") -> list[Asked]:
    return [
        Asked(f"/api/v1/programs/?region={code}&kind=loan&ordering=-updated_at{query}")
        for code in large()
    ]


def plain() -> list[Asked]:
    return [Asked(f"/programs/?region={code}&kind=loan") for code in large()]


def table(name: str) -> list[Asked]:
    """Datasette's addresses."""
    return [
        Asked(
            f"/{quote(name)}/programs_program.json?_size=50&_shape=objects&_labels=on"
            f"&province={code[:2]}&kind=loan&publication=published"
            "&_sort_desc=updated_at"
        )
        for code in large()
    ]


def known(server: Server, asked: list[Asked]) -> list[Asked]:
    """The same with the ETag of each answer."""
    found = []
    for one in asked:
        _status, headers, _body = server.get(one.path, **one.told())
        found.append(Asked(one.path, {"If-None-Match": headers["ETag"]}))
    return found


def same_rows(registry: Server, floor: Server) -> None:
    """Raise AssertionError unless both sides give the same bytes for every page."""
    for one in ours():
        told = registry.get(one.path, **one.told())[2]
        rows = floor.get(one.path)[2].removeprefix(b'{"results":').removesuffix(b"}")
        assert len(json.loads(rows)) == 50, one.path
        assert b'"results":' + rows in told, one.path


def measure(house: House) -> Told:
    told = Told("lists", "python benchmarks/run.py lists", HOW)
    address = house.made(SIZE)
    with ExitStack() as stack:
        anew, kept, plainly, floor = (
            stack.enter_context(house.serving(side, address))
            for side in (UNCACHED, REGISTRY, PLAIN, FLOOR)
        )
        tables = stack.enter_context(datasette.serving(SIZE))
        same_rows(anew, floor)
        asked, again = ours(), known(kept, ours())
        sides = {
            "registry": house.rate(anew, asked),
            "plain DRF": house.rate(plainly, plain()),
            "floor": house.rate(floor, asked),
            "kept": house.rate(kept, asked),
            "304": house.rate(kept, again),
        }
        if tables:
            name = tables.get("/.json")[2]
            (path,) = (one["path"] for one in json.loads(name).values())
            flat = table(path.strip("/"))
            sides["Datasette"] = house.rate(tables, flat)
        found = house.in_turns(sides)
    for over, under, work, asked_for, least in (
        ("registry", "plain DRF", "list page of 50", "3 × plain DRF", 3),
        ("registry", "floor", "list page of 50", "1/4 of the floor", 0.25),
        ("registry", "floor", "list page of 50", "1/2 of the floor (stretch)", 0.5),
        (
            "registry",
            "Datasette",
            "list page of 50",
            "1.5 × Datasette's table JSON",
            1.5,
        ),
        ("kept", "plain DRF", "the same page again", "20 × plain DRF", 20),
        ("304", "plain DRF", "the same, If-None-Match", "20 × plain DRF", 20),
    ):
        if under not in found:
            continue
        ratio, spread = compared(found[over], found[under])
        medians = {name: per_second(found[name]) for name in (over, under)}
        told.figures.append(
            Figure(
                work, asked_for, ratio, ratio >= least, spread, medians,
                stretch="stretch" in asked_for,
            )
        )  # fmt: skip
    return told
