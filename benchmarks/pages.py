"""Page 1,990 of an ordering beside page 1, and what serves each, at 20,000 programs.

Prints medians of both, their ratio, and how PostgreSQL finds the keys of a page far
behind: by which index, or by sorting all. Writes nothing.
"""

import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    setup_databases,
    teardown_databases,
)

from benchmarks.run import analyze  # noqa: E402
from programs.api.programs import Programs  # noqa: E402
from programs.models import Program, Region  # noqa: E402

PROGRAMS, PAGE, SIZE, ROUNDS = 20_000, 1990, 10, 30
LIST = Programs.as_view({"get": "list"})


def fill() -> None:
    """20,000 programs, of which a third says when it was launched."""
    place = Region.objects.create(code="000000", name="全国", level="country")
    Program.objects.bulk_create(
        (
            Program(
                code=f"000000-p{number}", name=f"科技贷{number * 7919 % PROGRAMS}",
                region=place, kind="loan", publication="published",
                launched=f"{2000 + number % 25}-0{1 + number % 9}" * (number % 3 == 0),
            )
            for number in range(PROGRAMS)
        ),
        batch_size=1000,
    )  # fmt: skip


def ask(query: str) -> dict:
    # Made anew each time, not taken from the cache of answers.
    cache.clear()
    request = RequestFactory(SERVER_NAME="localhost").get(f"/?{query}")
    answer = LIST(request)
    assert answer.status_code == 200, answer.data
    return answer.data


def far_behind(query: str) -> str:
    """The cursor of a page far behind, walked to with the largest pages."""
    cursor = ""
    for _page in range((PAGE - 1) * SIZE // 200):
        found = ask(f"{query}&page_size=200&fields=code{cursor}")
        cursor = "&cursor=" + parse_qs(urlsplit(found["next"]).query)["cursor"][0]
    return cursor


def plan(address: str) -> str:
    """What the query for the keys reads."""
    with CaptureQueriesContext(connection) as queries:
        ask(address)
    (sql,) = [
        q["sql"]
        for q in queries
        if "ORDER BY" in q["sql"]
        and "LIMIT" in q["sql"]
        and "registry_change" not in q["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        lines = [line.strip(" ->") for (line,) in cursor.fetchall()]
    told = [line.split("  (")[0] for line in lines if "Scan" in line or "Sort" in line]
    return ", ".join(line for line in told if "Key" not in line)


def main() -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        fill()
        analyze()
        for name in Programs.orderings:
            for ordering in (name, f"-{name}"):
                query = f"ordering={ordering}&count=none"
                pages = {"first": "", "far": far_behind(query)}
                times: dict[str, list[float]] = {"first": [], "far": []}
                for turn in range(ROUNDS + 3):
                    for which, cursor in pages.items():
                        start = time.perf_counter()
                        ask(f"{query}&page_size={SIZE}{cursor}")
                        if turn >= 3:
                            times[which].append((time.perf_counter() - start) * 1000)
                first, far = (statistics.median(took) for took in times.values())
                print(
                    f"{ordering:12} page 1 {first:6.2f} ms, page {PAGE} {far:6.2f} ms,"
                    f" ratio {far / first:.2f}; "
                    + plan(f"{query}&page_size={SIZE}{pages['far']}"),
                    flush=True,
                )
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
