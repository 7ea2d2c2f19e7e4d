"""Fill the migrated, empty database of DATABASE_URL with a registry of N programs.

    python benchmarks/registries.py 100000 [--seed 1] [--entries] [--on 2026-03-01]

Believable and the same for the same N and seed, in constant memory: each program with
two terms, two roles, a citation of its own passage; documents, agencies with aliases,
all regions down to counties. Without ``--entries`` the journal tells of one change
without its rows, so that there is no history and no ``as_of``.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")


def main() -> None:
    told = argparse.ArgumentParser(description="A registry of N programs.")
    told.add_argument("programs", type=int)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--entries", action="store_true", help="Journal every row.")
    told.add_argument("--on", default="2024-01-01", help="The day of the one change.")
    given = told.parse_args()
    django.setup()
    # After Django is there, since they read its models.
    from benchmarks.rows import Registry
    from benchmarks.writing import fill, tell_the_planner

    begin = time.perf_counter()
    at = datetime.fromisoformat(given.on).replace(hour=4, tzinfo=UTC)
    fill(Registry(given.programs, given.seed), at=at, entries=given.entries)
    tell_the_planner()
    print(f"{given.programs} programs in {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
