"""The short benchmark: a list page of 50 at 20,000 programs against plain DRF.

Both sides answer in this process, over the same PostgreSQL tables, in turns, so that
what slows the machine slows both. Prints medians and their ratio, and the time of the
same page as of an earlier day; writes nothing. On SQLite it times that day alone.
"""

import json
import os
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from benchmarks.plain import PlainPrograms  # noqa: E402
from programs.api.programs import Programs  # noqa: E402
from programs.models import (  # noqa: E402
    Agency,
    Document,
    Passage,
    Program,
    ProgramRole,
    Region,
    Term,
)
from registry import journal  # noqa: E402

PROGRAMS, ROUNDS = 20_000, 60


def fill() -> None:
    """20,000 programs in 20 cities, each with two terms and two roles."""
    published = {"publication": "published"}
    country = Region.objects.create(code="000000", name="全国", level="country")
    places = [
        Region(code=f"{n}0100", name=f"城市{n}", level="city", parent=country)
        for n in range(11, 31)
    ]
    Region.objects.bulk_create(places)
    agencies = [
        Agency(code=f"{p.code}-bank", name=f"{p.name}银行", kind="bank", region=p)
        for p in places
    ]
    for agency in agencies:
        agency.publication = "published"
    Agency.objects.bulk_create(agencies)
    analyze()
    source = Document.objects.create(
        code="000000-source", title="汇编", kind="other", coverage="full",
        region=country, **published,
    )  # fmt: skip
    passage = Passage.objects.create(
        document=source, locator="¶1", kind="paragraph", summary="…", order=1,
        **published,
    )  # fmt: skip
    programs, terms, roles = [], [], []
    for number in range(PROGRAMS):
        place = places[number % len(places)]
        code = f"{place.code}-p{number}"
        programs.append(
            Program(
                code=code, name=f"科技贷{number}", region=place, summary="摘要" * 20,
                kind=("loan", "fund", "subsidy")[number % 3], **published,
            )
        )  # fmt: skip
        for key, kind, value, unit in (
            ("amount", "amount", Decimal(10_000_000), "CNY"),
            ("tenor", "tenor", Decimal(36), "month"),
        ):
            terms.append(
                Term(
                    code=f"{passage.code}.{key}-{number}", passage=passage, kind=kind,
                    program_id=code, comparator="lte", value=value, unit=unit,
                    as_written="最高", **published,
                )
            )  # fmt: skip
        for order, role in enumerate(("lender", "guarantor")):
            roles.append(
                ProgramRole(
                    code=f"{code}.{role}", program_id=code, role=role, order=order,
                    agency=agencies[number % len(agencies)],
                )
            )  # fmt: skip
    Program.objects.bulk_create(programs, batch_size=1000)
    analyze()
    Term.objects.bulk_create(terms, batch_size=1000)
    ProgramRole.objects.bulk_create(roles, batch_size=1000)
    analyze()


def analyze() -> None:
    """Tell the planner what is there; foreign keys would be checked by scans else."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def milliseconds(view: object, address: str, *, kept: bool = False) -> float:
    """What a page of 50 takes; ``kept``: where the cache may have it."""
    if not kept:
        cache.clear()
    request = RequestFactory(SERVER_NAME="localhost").get(address)
    start = time.perf_counter()
    response = view(request)  # type: ignore[operator]
    if not getattr(response, "is_rendered", True):
        response.render()
    took = (time.perf_counter() - start) * 1000
    assert len(json.loads(response.content)["results"]) == 50
    return took


def make_it_past(day: str) -> None:
    """Date what is there on that day, and change a name today."""
    with journal.unlocked(), connection.cursor() as cursor:
        journal.drop(["registry_change__keep_row"])
        cursor.execute("UPDATE registry_change SET at = %s", [f"{day} 04:00:00.000000"])
    Region.objects.filter(pk="120100").update(name="改名")


def time_the_past() -> None:
    """The page of an earlier day: every answer builds the tables of that day anew."""
    make_it_past("2026-03-01")
    view = Programs.as_view({"get": "list"})
    query = "kind=loan&region=120100&as_of=2026-03-01"
    for extra in ("", "&include=terms,roles"):
        took = [milliseconds(view, f"/?{query}{extra}") for _round in range(7)]
        print(f"as_of{extra or '':22} {statistics.median(took):7.1f} ms")


def main() -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        fill()
        if connection.vendor != "postgresql":
            time_the_past()
            return
        ours = Programs.as_view({"get": "list"})
        plain = PlainPrograms.as_view()
        query = "kind=loan&region=120100"
        address = f"/?{query}&ordering=-updated_at&include=terms,roles"
        pages = {
            "registry": (ours, address, False),
            "from cache": (ours, address, True),
            "plain DRF": (plain, f"/?{query}", False),
        }
        times: dict[str, list[float]] = {name: [] for name in pages}
        for turn in range(ROUNDS + 5):
            for name, (view, page, kept) in pages.items():
                took = milliseconds(view, page, kept=kept)
                if turn >= 5:
                    times[name].append(took)
        for name, took in times.items():
            low, middle, high = statistics.quantiles(took, n=4)
            print(f"{name:10} {middle:7.2f} ms  (quartiles {low:.2f} – {high:.2f})")
        for name in ("registry", "from cache"):
            ratio = statistics.median(times["plain DRF"]) / statistics.median(
                times[name]
            )
            print(f"plain DRF / {name}: {ratio:.2f}")
        time_the_past()
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
