"""Measure the speed table: ``python benchmarks/run.py [subject…] [--full]``.

Starts PostgreSQL and the servers itself, makes registries where none are kept, writes
``benchmarks/results/`` and prints the table. Without a subject, all in turn.
"""

import argparse
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import results
from benchmarks.cluster import running
from benchmarks.house import House

SUBJECTS = (
    "lists",
    "behind",
    "growth",
    "search",
    "exports",
    "workbooks",
    "loads",
    "past",
    "admin",
)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []])
    told.add_argument("--full", action="store_true", help="More rounds; a million too.")
    given = told.parse_args()
    # Whoever ends it ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(143))
    with running() as cluster:
        house = House(cluster, full=given.full)
        about = {"PostgreSQL": cluster.execute("SHOW server_version")[0][0]}
        for subject in given.subjects or SUBJECTS:
            begin = time.perf_counter()
            results.say(f"{subject}:")
            found = import_module(f"benchmarks.subjects.{subject}").measure(house)
            took = f"{time.perf_counter() - begin:.0f} s"
            results.write(found, about | {"took": took})
            results.say(f"  {took}")
    print(results.summary(SUBJECTS))


if __name__ == "__main__":
    main()
