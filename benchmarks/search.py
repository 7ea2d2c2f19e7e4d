"""Search for words in many passages, by the index and by ILIKE, on PostgreSQL.

Both sides are asked in turns for the keys of the passages in whose summary a word
stands. Prints medians with quartiles, what the index weighs, and what it costs to
write. ``benchmarks/search.py 1000000`` for the long form; the short has 100,000 texts.
"""

import json
import os
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from programs.models import Document, Passage, Region  # noqa: E402
from registry.search import everything, matching  # noqa: E402

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "registry.json"
# Words that stand nowhere else, and in how many of the texts they are put.
RARE = {"鲲鹏": 10, "氢能储运": 10, "犇": 10, "ningke": 10}
LENGTHS = range(40, 160)
COLUMNS = (
    "code, document_id, locator, kind, summary, publication, chapter, heading, text,"
    ' "order"'
)


def texts(number: int) -> Iterator[str]:
    """So many texts, by what follows what in the shipped registry's own words."""
    chance = random.Random(1)  # noqa: S311  # the same texts every time
    shipped = "".join(re.findall(r"[一-鿿，、]+", FIXTURE.read_text("utf-8")))
    after = defaultdict(list)
    for place in range(len(shipped) - 2):
        after[shipped[place : place + 2]].append(shipped[place + 2])
    pairs = list(after)
    planted = {
        place: word
        for word, many in RARE.items()
        for place in chance.sample(range(number), many)
    }
    for place in range(number):
        text = chance.choice(pairs)
        for _sign in range(chance.choice(LENGTHS)):
            follows = after.get(text[-2:], [])
            fresh = not follows or chance.random() < 0.02
            text += chance.choice(pairs if fresh else follows)
        yield text + planted.get(place, "")


def fill(source: str, rows: Iterator[str], first: int) -> float:
    """Seconds to COPY the texts as passages of the document, past the journal."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        start = time.perf_counter()
        with cursor.copy(f"COPY programs_passage ({COLUMNS}) FROM STDIN") as copy:
            for place, text in enumerate(rows, start=first):
                copy.write_row(
                    (f"{source}.p{place}", source, f"¶{place}", "paragraph", text,
                     "published", "", "", "", place % 30_000)
                )  # fmt: skip
        took = time.perf_counter() - start
        cursor.execute("RESET session_replication_role")
    return took


def by_index(word: str) -> Any:
    found = matching(Passage.objects.order_by(), [word], ["summary"], among=everything)
    return found.values_list("pk", flat=True)


def by_ilike(word: str) -> Any:
    rows = Passage.objects.order_by()
    return rows.extra(where=["summary ILIKE %s"], params=[f"%{word}%"]).values_list(
        "pk", flat=True
    )


def timed(ask: Callable[[], Any]) -> tuple[float, set[str]]:
    """Milliseconds, and the keys."""
    start = time.perf_counter()
    found = set(ask())
    return (time.perf_counter() - start) * 1000, found


def words() -> dict[str, str]:
    """What is looked for, by what it stands for."""
    return {
        "rare word of two": "鲲鹏",
        "rare word of four": "氢能储运",
        "rare character": "犇",
        "Latin letters": "ningke",
        "common word of two": "贷款",
        "common word of four": "科技金融",
        "common character": "科",
        "no hit": "魑魅",
    }


def measure(word: str, rounds: int) -> dict[str, Any]:
    """Both sides in turns: medians and quartiles in milliseconds, and their ratio."""
    took: dict[str, list[float]] = {"index": [], "ilike": []}
    for _round in range(rounds):
        one, ours = timed(lambda: by_index(word))
        other, scanned = timed(lambda: by_ilike(word))
        assert ours == scanned, word
        took["index"].append(one)
        took["ilike"].append(other)
    spread = {
        side: [round(value, 2) for value in statistics.quantiles(times, n=4)]
        for side, times in took.items()
    }
    ratio = statistics.median(took["ilike"]) / statistics.median(took["index"])
    return {"word": word, "hits": len(ours), "ratio": round(ratio, 2), **spread}


def figures(number: int = 100_000, rounds: int = 7) -> dict[str, Any]:
    """The figures of so many texts; needs an empty database, which it fills."""
    country = Region.objects.create(code="000000", name="全国", level="country")
    source = Document.objects.create(
        code="000000-source", title="汇编", kind="other", coverage="full",
        region=country, publication="published",
    )  # fmt: skip
    rows = list(texts(number))
    part = rows[: number // 10]
    with_index = fill("000000-source", iter(part), 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s",
                       ["programs_passage__search"])  # fmt: skip
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX programs_passage__search")
        without = fill("000000-source", iter(part), number)
        cursor.execute("TRUNCATE programs_passage CASCADE")
        fill(source.pk, iter(rows), 0)
        start = time.perf_counter()
        cursor.execute(definition)
        built = time.perf_counter() - start
        cursor.execute("VACUUM ANALYZE programs_passage")
        cursor.execute(
            "SELECT pg_relation_size('programs_passage__search'),"
            " pg_table_size('programs_passage')"
        )
        index_bytes, table_bytes = cursor.fetchone()
    return {
        "texts": number,
        "index_bytes": index_bytes,
        "table_bytes": table_bytes,
        "seconds_to_build": round(built, 1),
        "copy_rows_per_second": {
            "with_index": round(len(part) / with_index),
            "without": round(len(part) / without),
        },
        "words": {name: measure(word, rounds) for name, word in words().items()},
    }


def main() -> None:
    if connection.vendor != "postgresql":
        sys.exit("Needs PostgreSQL: tests/with_postgresql.sh.")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(figures(number), ensure_ascii=False, indent=1))
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
