"""``as_of``: a list page of an earlier day over 20,000 programs."""

import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta

from benchmarks.cluster import PROJECT
from benchmarks.house import House
from benchmarks.results import Figure, Told, milliseconds
from benchmarks.servers import REGISTRY

SIZE = 20_000
CHANGE = """
from registry import journal
from programs.models import Program
with journal.change(by="benchmarks", reason="", path="benchmarks"):
    Program.objects.filter(code__endswith="7", region__gte="41").update(ended="2026")
"""
HOW = [
    "20,000 programs with every row in the journal on 2026-01-15, a tenth of some"
    " provinces changed since; a list page of 50, region and kind, newest first.",
    "First: each time another day, asked of a server that has answered before, so that"
    " nothing of that day is kept. Again: the same day once more.",
]


def measure(house: House) -> Told:
    told = Told("past", "python benchmarks/run.py past", HOW)
    made = house.cluster.made(SIZE, "--entries", "--on", "2026-01-15")
    with house.cluster.copy(made) as name:
        address = house.cluster.address(name)
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", CHANGE],
            env=os.environ | {"DATABASE_URL": address}, cwd=PROJECT, check=True,
        )  # fmt: skip
        with house.serving(REGISTRY, address) as server:
            for include in ("", "&include=terms,roles"):
                query = "region=410000&kind=loan&ordering=-updated_at" + include
                path = f"/api/v1/programs/?{query}&as_of="
                took: dict[str, list[float]] = {"first": [], "again": []}
                for number in range(house.rounds + 1):
                    day = date(2026, 2, 1) + timedelta(days=number)
                    for values in took.values():
                        begin = time.perf_counter()
                        status, _headers, body = server.get(f"{path}{day}")
                        assert status == 200, body
                        if number:
                            values.append(time.perf_counter() - begin)
                medians = {name: milliseconds(values) for name, values in took.items()}
                nested = ", terms and roles" if include else ""
                for name, values, most in (
                    ("first", took["first"], 1.0),
                    ("again", took["again"], 0.05),
                ):
                    median = statistics.median(values)
                    asked = "under 1 s" if name == "first" else "from the cache"
                    told.figures.append(
                        Figure(
                            f"as_of, {name} answer{nested}", asked, median,
                            median < most, (min(values), max(values)), medians, "s",
                        )
                    )  # fmt: skip
    return told
