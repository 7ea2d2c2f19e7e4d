"""A list as XLSX against what writers of workbooks take for the same cells alone."""

import csv
import io
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import islice

import openpyxl
import xlsxwriter

from benchmarks.house import House
from benchmarks.results import Figure, Told, compared, per_second
from benchmarks.servers import REGISTRY

HOW = [
    "All published programs of 10,000 (100,000 in the long form), over HTTP to the last"
    " byte; reading them from PostgreSQL is in it. The writers are given the same"
    " cells, ready in memory, as texts, into a file in memory.",
    "Writers of constant memory: xlsxwriter (constant_memory), openpyxl (write_only)."
    " pyexcelerate, where it is installed, holds all in memory; it is told only.",
]

Rows = list[list[str]]


def by_xlsxwriter(rows: Rows) -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    text = book.add_format({"num_format": "@"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell, text)
    book.close()


def by_openpyxl(rows: Rows) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(io.BytesIO())


def by_pyexcelerate(rows: Rows) -> None:
    book = import_module("pyexcelerate").Workbook()
    book.new_sheet("programs", data=rows)
    book.save(io.BytesIO())


WRITERS: dict[str, Callable[[Rows], None]] = {
    "xlsxwriter": by_xlsxwriter,
    "openpyxl": by_openpyxl,
    **({"pyexcelerate": by_pyexcelerate} if find_spec("pyexcelerate") else {}),
}


def measure(house: House) -> Told:
    told = Told("workbooks", "python benchmarks/run.py workbooks", HOW)
    size = 100_000 if house.full else 10_000
    path = "/api/v1/programs/?ordering=-updated_at&format="
    with house.serving(REGISTRY, house.made(size)) as server:
        text = server.get(f"{path}csv")[2].decode()
        rows = list(islice(csv.reader(io.StringIO(text)), 1, None))[:-1]

        def ours() -> float:
            begin = time.perf_counter()
            status, _headers, _body = server.get(f"{path}xlsx")
            assert status == 200
            return len(rows) / (time.perf_counter() - begin)

        def alone(write: Callable[[Rows], None]) -> float:
            begin = time.perf_counter()
            write(rows)
            return len(rows) / (time.perf_counter() - begin)

        found = house.in_turns(
            {"registry": ours}
            | {name: partial(alone, write) for name, write in WRITERS.items()}, 3
        )  # fmt: skip
    medians = {side: per_second(values) for side, values in found.items()}
    fastest = max(("xlsxwriter", "openpyxl"), key=lambda side: sum(found[side]))
    ratio, spread = compared(found["registry"], found[fastest])
    told.figures.append(
        Figure(
            "export, XLSX", "as fast as the fastest constant-memory writer", ratio,
            ratio >= 1, spread, medians,
        )
    )  # fmt: skip
    return told
