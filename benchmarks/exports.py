"""Whole lists against a streaming export as one writes it with DRF: rows a second.

Both sides read the same 20,000 programs of the same database in this process, in turns,
with their terms and roles and without. Prints medians, their ratio, the time to the
first piece, and how much the process grew; writes nothing.
"""

import csv
import gc
import io
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

import xlsxwriter  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import StreamingHttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from rest_framework.utils.encoders import JSONEncoder  # noqa: E402

from benchmarks.plain import PlainPrograms, ProgramSerializer  # noqa: E402
from benchmarks.run import fill  # noqa: E402
from programs.api.programs import Programs  # noqa: E402

ROUNDS = 5


def plain(form: str, *, nested: bool) -> StreamingHttpResponse:
    """The tutorial's serializer over an iterator, a line for each row."""
    queryset = PlainPrograms.queryset
    serializer = ProgramSerializer()
    if not nested:
        queryset = queryset.prefetch_related(None)
        for name in ("terms", "roles"):
            serializer.fields.pop(name)

    def lines():  # type: ignore[no-untyped-def]
        writer = csv.writer(echo := io.StringIO(newline=""))
        with transaction.atomic():
            for program in queryset.iterator(chunk_size=2000):
                shown = serializer.to_representation(program)
                if form == "ndjson":
                    yield json.dumps(shown, ensure_ascii=False, cls=JSONEncoder) + "\n"
                    continue
                echo.seek(0)
                echo.truncate()
                writer.writerow(shown.values())
                yield echo.getvalue()

    return StreamingHttpResponse(lines())


def ours(form: str, *, nested: bool) -> StreamingHttpResponse:
    include = "&include=terms,roles" if nested else ""
    address = f"/?format={form}&ordering=-updated_at{include}"
    request = RequestFactory(SERVER_NAME="localhost").get(address)
    return Programs.as_view({"get": "list"}, basename="programs")(request)


def bare_xlsx() -> float:
    """Seconds of the fastest constant-memory writer alone, for cells like ours."""
    start = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    text = book.add_format({"num_format": "@"})
    for row in range(20_000):
        for place in range(9):
            sheet.write_string(row, place, "310000-bocom", text)
    book.close()
    return time.perf_counter() - start


def seconds(answer: StreamingHttpResponse) -> tuple[float, float]:
    """(to the first piece, to the last), from when the answer was asked for."""
    first = None
    for _piece in answer:
        first = first or time.perf_counter()
    return first or 0.0, time.perf_counter()


def grown() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        fill()
        gc.collect()
        before = grown()
        for form in ("csv", "ndjson"):
            for nested in (False, True):
                took: dict[str, list[float]] = {"registry": [], "plain DRF": []}
                firsts = []
                for _turn in range(ROUNDS):
                    for name, side in (("registry", ours), ("plain DRF", plain)):
                        start = time.perf_counter()
                        first, last = seconds(side(form, nested=nested))
                        took[name].append(last - start)
                        if name == "registry":
                            firsts.append(first - start)
                    if not nested and form == "csv" and _turn == 0:
                        print(f"grew by {grown() - before:.1f} MB")
                medians = {n: statistics.median(t) for n, t in took.items()}
                ratio = medians["plain DRF"] / medians["registry"]
                print(
                    f"{form:7}{'terms, roles' if nested else '':13}"
                    f"{20_000 / medians['registry']:9.0f} rows/s"
                    f"{20_000 / medians['plain DRF']:9.0f} plain"
                    f"{ratio:7.1f} ×   first {statistics.median(firsts) * 1000:.0f} ms"
                )
        start = time.perf_counter()
        list(ours("xlsx", nested=False))
        took_ours = time.perf_counter() - start
        print(
            f"xlsx {20_000 / took_ours:.0f} rows/s, bare writer {bare_xlsx():.2f} s"
            f" against {took_ours:.2f} s"
        )
        print(f"grew by {grown() - before:.1f} MB in all")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
