"""Whole lists as CSV and NDJSON: rows a second, the first byte, memory."""

import time
from contextlib import ExitStack
from http.client import HTTPConnection

import psycopg

from benchmarks.house import House
from benchmarks.results import Figure, Told, compared, milliseconds, per_second
from benchmarks.servers import PLAIN, REGISTRY, Server

SIZE, SMALL = 100_000, 10_000
# Two of the chunks in which the plain side reads: fewer lines tell only of the first.
LEAST = 4000
HOW = [
    "All published programs of 100,000, newest first, read over HTTP as fast as they"
    " come, flat and with terms and roles; a side that needs longer is cut off after a"
    " few seconds and its lines are counted, header and all.",
    "Plain DRF: the tutorial's serializer over iterator(), streamed line by line"
    " (benchmarks/plain.py). COPY: the program's and the region's columns as CSV.",
    "Memory: the growth of the server's peak while it sends the whole list, at 10,000"
    " and at 100,000 programs, after a list page and a short file.",
]
COPY = """COPY (SELECT p.code, p.name, p.name_en, p.kind, p.lifecycle, p.region_id,
  r.name, p.summary, p.eligibility, p.launched, p.ended, p.website, p.verified_on,
  p.updated_at FROM programs_program AS p JOIN programs_region AS r
  ON r.code = p.region_id WHERE p.publication = 'published'
  ORDER BY p.updated_at DESC, p.code DESC) TO STDOUT (FORMAT csv)"""
FORMS = (
    ("csv", "", ""),
    ("ndjson", "", ""),
    ("csv", "&include=terms,roles", "&nested=1"),
    ("ndjson", "&include=terms,roles", "&nested=1"),
)


def read(server: Server, path: str, most: float) -> tuple[float, float]:
    """(rows a second, seconds to the first byte) of a file, cut off after a while."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=300)
    begin = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    first, lines = answer.read(1), 0
    early = time.perf_counter() - begin
    assert first
    while piece := answer.read1(1 << 20):
        lines += piece.count(b"\n")
        if lines >= LEAST and time.perf_counter() - begin > most:
            break
    took = time.perf_counter() - begin
    connection.close()
    return lines / took, early


def copied(house: House, name: str) -> float:
    """Rows a second that PostgreSQL's COPY gives."""
    socket = str(house.cluster.socket)
    begin, lines = time.perf_counter(), 0
    with (
        psycopg.connect(host=socket, user="registry", dbname=name) as connection,
        connection.cursor() as cursor,
        cursor.copy(COPY) as copy,
    ):
        for piece in copy:
            lines += bytes(piece).count(b"\n")
    return lines / (time.perf_counter() - begin)


def grown(house: House, size: int, form: str, include: str) -> float:
    """Megabytes by which a server grows that sends the whole list."""
    with house.serving(REGISTRY, house.made(size)) as server:
        server.get("/api/v1/programs/?include=terms,roles")
        server.get(f"/api/v1/programs/?region=310000&format={form}{include}")
        before = server.megabytes()
        server.get(f"/api/v1/programs/?ordering=-updated_at&format={form}{include}")
        return server.megabytes() - before


def measure(house: House) -> Told:
    told = Told("exports", "python benchmarks/run.py exports", HOW)
    name = house.cluster.made(SIZE)
    address, most = house.cluster.address(name), 60.0 if house.full else 5.0
    firsts: list[float] = []
    with ExitStack() as stack:
        registry = stack.enter_context(house.serving(REGISTRY, address))
        plain = stack.enter_context(house.serving(PLAIN, address))
        for form, include, nested in FORMS:

            def ours(form: str = form, include: str = include) -> float:
                path = f"/api/v1/programs/?ordering=-updated_at&format={form}{include}"
                rows, first = read(registry, path, most)
                firsts.append(first)
                return rows

            def theirs(form: str = form, nested: str = nested) -> float:
                return read(plain, f"/export/?format={form}{nested}", most)[0]

            found = house.in_turns(
                {
                    "registry": ours,
                    "plain DRF": theirs,
                    "COPY": lambda: copied(house, name),
                },
                3,
            )
            ratio, spread = compared(found["registry"], found["plain DRF"])
            medians = {side: per_second(values) for side, values in found.items()}
            what = f"export, {form}{' with terms and roles' if include else ''}"
            for least in (5, 10):
                asked = f"{least} × DRF streaming" + " (stretch)" * (least == 10)
                told.figures.append(
                    Figure(
                        what, asked, ratio, ratio >= least, spread, medians,
                        stretch=least == 10,
                    )
                )  # fmt: skip
    told.figures.append(
        Figure(
            "export, first byte", "under 1 s", max(firsts), max(firsts) < 1,
            (min(firsts), max(firsts)), {"median": milliseconds(firsts)}, "s",
        )
    )  # fmt: skip
    for form, include in (("csv", ""), ("ndjson", "&include=terms,roles")):
        sizes = {size: grown(house, size, form, include) for size in (SMALL, SIZE)}
        smallest, largest = min(sizes.values()), max(sizes.values())
        medians = {f"{size:,}": f"{value:.1f} MB" for size, value in sizes.items()}
        what = f"export, memory, {form}{' with terms and roles' if include else ''}"
        told.figures.append(
            Figure(
                what, "growth under 40 MB", largest, largest < 40, (smallest, largest),
                medians, "MB",
            )
        )  # fmt: skip
    return told
