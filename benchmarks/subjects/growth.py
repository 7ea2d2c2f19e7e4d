"""The same list page at 10,000, 100,000 and, in the long form, 1,000,000 programs."""

from contextlib import ExitStack

from benchmarks.house import House
from benchmarks.load import Asked
from benchmarks.results import Figure, Told, compared, milliseconds
from benchmarks.servers import UNCACHED
from benchmarks.subjects.lists import ours

HOW = [
    "The page of benchmark `lists`, every answer made anew, over registries of the same"
    " form and several sizes; the short form leaves out the million.",
    "Counted: as answers come, exactly up to 10,000. The time is that of one request of"
    " one process with two connections.",
]


def measure(house: House) -> Told:
    told = Told("growth", "python benchmarks/run.py growth --full", HOW)
    pages = {
        "two nested lists": ours(),
        "slim": ours(""),
        "not counted": [Asked(f"{one.path}&count=none") for one in ours()],
        "all kinds and regions": [Asked("/api/v1/programs/?ordering=-updated_at")],
    }
    with ExitStack() as stack:
        servers = {
            size: stack.enter_context(house.serving(UNCACHED, house.made(size)))
            for size in house.sizes_of_growth
        }
        for name, asked in pages.items():
            found = house.in_turns(
                {
                    f"{size:,}": house.time(server, asked)
                    for size, server in servers.items()
                }
            )
            smallest, *larger = found
            medians = {size: milliseconds(values) for size, values in found.items()}
            for size in larger:
                ratio, spread = compared(found[size], found[smallest])
                told.figures.append(
                    Figure(
                        f"list page, {name}, at {size}", f"at most 1.5 × {smallest}",
                        ratio, ratio <= 1.5, spread, medians,
                    )
                )  # fmt: skip
    return told
