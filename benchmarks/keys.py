"""Seconds to find a word's passages, by search and by ILIKE, over the same column.

    DATABASE_URL=… python benchmarks/keys.py 琥珀 9

Both give the keys of the passages in whose summary the word stands, in turns. Prints
``{"search": [seconds, …], "ILIKE": […], "hits": 7}``.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.db import connection  # noqa: E402

from programs.models import Passage  # noqa: E402
from registry.search import everything, matching  # noqa: E402


def by_search(word: str) -> set[str]:
    rows = matching(Passage.objects.order_by(), [word], ["summary"], among=everything)
    return set(rows.values_list("pk", flat=True))


def by_ilike(word: str) -> set[str]:
    with connection.cursor() as cursor:
        sql = "SELECT code FROM programs_passage WHERE summary ILIKE %s"
        cursor.execute(sql, [f"%{word}%"])
        return {code for (code,) in cursor.fetchall()}


def main(word: str, rounds: int) -> None:
    sides = {"search": by_search, "ILIKE": by_ilike}
    took: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        found = []
        for name, ask in sides.items():
            begin = time.perf_counter()
            found.append(ask(word))
            if number:
                took[name].append(time.perf_counter() - begin)
        assert found[0] == found[1], word
    print(json.dumps(took | {"hits": len(found[0])}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
