"""Loads: this registry's ``loaddata`` against Django's own, over the same fixture.

Each load runs in a process of its own (peak memory), into an empty database of its own,
journaled; the sides take turns. Then the same file once more, into the registry that
holds it already. Prints rows a second, ratios and memory; ``--no-triggers`` adds
Django's without any trigger of the journal, ``--programs`` the size.

    tests/with_postgresql.sh python benchmarks/loads.py --programs 10000
    python benchmarks/loads.py --programs 10000        (SQLite, in a temporary folder)
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIDES = ("ours", "django", "django-untriggered")


def objects(programs: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(model, code, fields) of a registry with so many programs, six rows for each."""
    shown = {"publication": "published"}
    yield "region", "000000", {"name": "全国", "level": "country"}
    places = [f"{number}0100" for number in range(11, 31)]
    for place in places:
        facts = {"name": f"城市{place[:2]}", "level": "city", "parent": "000000"}
        yield "region", place, facts
    for place in places:
        for number in range(10):
            facts = {"name": f"城市{place[:2]}第{number}银行", "kind": "bank"}
            yield "agency", f"{place}-bank{number}", facts | {"region": place} | shown
    passages = max(programs // 2, 1)
    documents = passages // 20 + 1
    for number in range(documents):
        place = places[number % len(places)]
        facts = {"title": f"关于金融支持科技创新的若干措施之{number}", "kind": "policy"}
        facts |= {"coverage": "full", "region": place, "issued_on": "2025-06"}
        yield "document", _document(number), facts | shown
    for number in range(passages):
        facts = {"document": _document(number // 20), "locator": f"§{number % 20 + 1}"}
        facts |= {"kind": "measure", "order": number % 20 + 1, "summary": "要点" * 20}
        yield "passage", _passage(number), facts | shown
    codes = [f"{places[n % len(places)]}-p{n}" for n in range(programs)]
    kinds = ("loan", "fund", "subsidy")
    for number, code in enumerate(codes):
        facts = {"name": f"科技成果转化贷{number}号", "kind": kinds[number % 3]}
        facts |= {"region": code[:6], "lifecycle": "active", "summary": "摘要" * 20}
        facts["places"] = [places[(number + 1) % len(places)]]
        yield "program", code, facts | shown
    for number, code in enumerate(codes):
        facts = {"program": code, "role": "lender", "order": 1}
        yield (
            "programrole",
            f"{code}.lender",
            facts | {"agency": f"{code[:6]}-bank{number % 10}"},
        )
    for number, code in enumerate(codes):
        yield (
            "citation",
            f"{code}.source",
            {
                "program": code,
                "passage": _passage(number // 2),
            },
        )
    for number, code in enumerate(codes):
        passage = _passage(number // 2)
        said = {"passage": passage, "program": code, "comparator": "lte"}
        words = {"as_written": f"最高{number % 900 + 100}万元"}
        yield "term", f"{passage}.amount-{number}", said | words | shown | {
            "kind": "amount", "value": f"{number % 900 + 100}0000", "unit": "CNY",
        }  # fmt: skip
        words = {"as_written": f"不超过{number % 60 + 1}个月"}
        yield "term", f"{passage}.tenor-{number}", said | words | shown | {
            "kind": "tenor", "value": str(number % 60 + 1), "unit": "month",
        }  # fmt: skip


def _document(number: int) -> str:
    return f"000000-cuoshi-{number}"


def _passage(number: int) -> str:
    return f"{_document(number // 20)}.{number % 20 + 1}"


def write(path: Path, programs: int) -> int:
    """Write the fixture as ``dump_registry`` does; how many objects it has."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for model, code, facts in objects(programs):
            line = {"model": f"programs.{model}", "pk": code, "fields": facts}
            file.write(",\n" * bool(count) + json.dumps(line, ensure_ascii=False))
            count += 1
        file.write("\n]\n")
    return count


def run(side: str, fixture: Path) -> None:
    """Load in this process; print seconds and peak memory above the start, in MB."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.management.commands import loaddata
    from django.db import connection

    from registry import journal, pinyin

    if side == "migrate":
        call_command("migrate", verbosity=0)
        connection.close()
        return
    if side == "django-untriggered":
        journal.drop(journal.statements(connection.vendor))
    # What every process reads once is no part of a load.
    call_command("check")
    pinyin.readings("科技贷")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    command: Any = "loaddata" if side == "ours" else loaddata.Command()
    with journal.change(by="bench", reason="", path="loaddata"):
        call_command(command, str(fixture), verbosity=0)
    took = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"seconds": took, "grown": grown / 1024}))


def measured(side: str, fixture: Path, url: str) -> dict[str, float]:
    """The same, in a process of its own on that database."""
    command = [sys.executable, __file__, "--run", side, "--fixture", str(fixture)]
    told = subprocess.run(
        command, env=os.environ | {"DATABASE_URL": url}, check=True, capture_output=True
    )
    return dict(json.loads(told.stdout.splitlines()[-1])) if told.stdout else {}


class Bases:
    """Empty databases, one for each load, copied from one that was migrated."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.url = os.environ.get("DATABASE_URL", "")
        self.empty = self._fresh("bench_empty")
        subprocess.run(
            [sys.executable, __file__, "--run", "migrate"],
            env=os.environ | {"DATABASE_URL": self.empty},
            check=True,
        )

    def new(self) -> str:
        """The address of an empty registry."""
        self.count += 1
        if self.url:
            return self._fresh(f"bench_{self.count}", "bench_empty")
        path = self.folder / f"bench_{self.count}.sqlite3"
        path.write_bytes((self.folder / "bench_empty.sqlite3").read_bytes())
        return f"sqlite:///{path}"

    def drop(self, address: str) -> None:
        if self.url:
            self._execute(f'DROP DATABASE "{address.rpartition("/")[2]}"')
        else:
            for path in self.folder.glob(f"{Path(address).name}*"):
                path.unlink()

    def _fresh(self, name: str, template: str = "template1") -> str:
        if not self.url:
            return f"sqlite:///{self.folder / name}.sqlite3"
        self._execute(f'DROP DATABASE IF EXISTS "{name}"')
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"{self.url.rpartition('/')[0]}/{name}"

    def _execute(self, statement: str) -> None:
        import environ
        import psycopg

        where = environ.Env.db_url_config(self.url)
        with psycopg.connect(
            host=where["HOST"], user=where["USER"], password=where["PASSWORD"],
            port=where["PORT"] or None, dbname=where["NAME"], autocommit=True,
        ) as connection:  # fmt: skip
            connection.execute(statement)


def compare(programs: int, rounds: int, sides: list[str], small: int) -> None:
    """Print what each side takes; Django's loads ``small`` programs, being slow."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = {side: programs if side == "ours" else small for side in sides}
        files = {size: folder / f"{size}.json" for size in set(sizes.values())}
        rows = {size: write(path, size) for size, path in files.items()}
        bases = Bases(folder)
        rates: dict[str, list[float]] = {}
        for _round in range(rounds):
            for side, size in sizes.items():
                address = bases.new()
                told = measured(side, files[size], address)
                rates.setdefault(side, []).append(rows[size] / told["seconds"])
                print(
                    f"{side:20} {rows[size]:9,} objects {told['seconds']:8.1f} s"
                    f" {rates[side][-1]:9,.0f} objects/s"
                    f"  memory +{told['grown']:.0f} MB",
                    flush=True,
                )
                if side == "ours":
                    told = measured(side, files[size], address)
                    rate = rows[size] / told["seconds"]
                    rates.setdefault("ours, unchanged", []).append(rate)
                    print(
                        f"{'ours, unchanged':20} {rows[size]:9,} objects"
                        f" {told['seconds']:8.1f} s {rate:9,.0f} objects/s"
                        f"  memory +{told['grown']:.0f} MB",
                        flush=True,
                    )
                bases.drop(address)
        middle = {side: statistics.median(found) for side, found in rates.items()}
        for side in ("ours", "ours, unchanged"):
            for other in ("django", "django-untriggered"):
                if side in middle and other in middle:
                    print(f"{side} / {other}: {middle[side] / middle[other]:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--django-programs", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-triggers", action="store_true")
    parser.add_argument("--sides", nargs="+", choices=SIDES)
    parser.add_argument("--run", choices=(*SIDES, "migrate"), help=argparse.SUPPRESS)
    parser.add_argument("--fixture", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run(asked.run, asked.fixture)
        return
    sides = asked.sides or list(SIDES if asked.no_triggers else SIDES[:2])
    compare(asked.programs, asked.rounds, sides, asked.django_programs)


if __name__ == "__main__":
    main()
