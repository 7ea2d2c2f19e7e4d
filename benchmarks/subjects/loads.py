"""Loads against Django's loaddata, on PostgreSQL and on SQLite, and once more."""

import os
import tempfile
from pathlib import Path

from benchmarks import loads
from benchmarks.house import House
from benchmarks.results import Figure, Told, compared, per_second, say

HOW = [
    "The registry's loaddata and Django's own, each in a process of its own over an"
    " empty database of its own, both journaled by the triggers (benchmarks/loads.py);"
    " Django's loads a smaller registry of the same form.",
    "Again: the same file into the registry that holds it already.",
]


def measure(house: House) -> Told:
    told = Told("loads", "python benchmarks/run.py loads", HOW)
    # Six rows a program: 100,000 rows in the long form.
    ours, theirs = (17_000, 2_000) if house.full else (5_000, 400)
    before = os.environ.get("DATABASE_URL")
    for vendor, least in (("PostgreSQL", 8), ("SQLite", 5)):
        os.environ["DATABASE_URL"] = (
            house.cluster.address("postgres") if vendor == "PostgreSQL" else ""
        )
        try:
            found = _rates(ours, theirs, 3)
        finally:
            os.environ.pop("DATABASE_URL")
            if before is not None:
                os.environ["DATABASE_URL"] = before
        medians = {side: per_second(values) for side, values in found.items()}
        for side, what, asked in (
            ("ours", "loading", least),
            ("again", "an unchanged second run", 40),
        ):
            ratio, spread = compared(found[side], found["loaddata"])
            told.figures.append(
                Figure(
                    f"{what}, {vendor}", f"{asked} × loaddata", ratio, ratio >= asked,
                    spread, {name: medians[name] for name in (side, "loaddata")},
                )
            )  # fmt: skip
    return told


def _rates(ours: int, theirs: int, rounds: int) -> dict[str, list[float]]:
    """Rows a second of each side in each round."""
    found: dict[str, list[float]] = {"ours": [], "again": [], "loaddata": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large, small = folder / "ours.json", folder / "theirs.json"
        rows = {
            file: loads.write(file, n) for file, n in ((large, ours), (small, theirs))
        }
        bases = loads.Bases(folder)
        for _round in range(rounds):
            address = bases.new()
            for side in ("ours", "again"):
                took = loads.measured("ours", large, address)["seconds"]
                found[side].append(rows[large] / took)
            bases.drop(address)
            address = bases.new()
            took = loads.measured("django", small, address)["seconds"]
            found["loaddata"].append(rows[small] / took)
            bases.drop(address)
            say("  " + ", ".join(f"{s} {v[-1]:,.0f}/s" for s, v in found.items()))
    return found
