"""Figures of the speed table, with what they were measured on, as Markdown and JSON."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.cluster import PROJECT
from benchmarks.load import driver

FOLDER = PROJECT / "benchmarks" / "results"


@dataclass(frozen=True)
class Figure:
    """One line of the speed table: a ratio of medians, and how far rounds spread.

    ``asked`` says in words what ``holds`` compares.
    """

    work: str
    asked: str
    ratio: float
    holds: bool
    # Smallest and largest ratio of single rounds.
    spread: tuple[float, float]
    medians: dict[str, str]
    unit: str = "×"
    # A goal beyond what is asked: it is measured, and may fail.
    stretch: bool = False

    def row(self) -> str:
        told = "yes" if self.holds else "stretch, no" if self.stretch else "**no**"
        low, high = self.spread
        medians = ", ".join(f"{side} {value}" for side, value in self.medians.items())
        return (
            f"| {self.work} | {self.asked} | {self.ratio:.3g} {self.unit} | {told}"
            f" | {low:.3g} – {high:.3g} | {medians} |"
        )


@dataclass
class Told:
    """What one subject measured."""

    subject: str
    command: str
    # How it was measured, a sentence a line.
    how: list[str]
    figures: list[Figure] = field(default_factory=list)


HEADER = (
    "| work | asked | measured | holds | spread of rounds | medians |\n"
    "|---|---|---|---|---|---|"
)


def per_second(values: Sequence[float]) -> str:
    return f"{statistics.median(values):,.5g}/s"


def milliseconds(values: Sequence[float]) -> str:
    return f"{statistics.median(values) * 1000:,.3g} ms"


def compared(
    over: Sequence[float], under: Sequence[float]
) -> tuple[float, tuple[float, float]]:
    """The ratio of the medians, and the smallest and largest of the rounds."""
    rounds = [a / b for a, b in zip(over, under, strict=True)]
    return statistics.median(over) / statistics.median(under), (
        min(rounds),
        max(rounds),
    )


def machine() -> dict[str, str]:
    """What it ran on and with, without names of machines and people."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    names = ("Django", "djangorestframework", "psycopg", "gunicorn", "orjson")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": commit.stdout.strip(),
        "cores": f"{os.cpu_count()} × {model}",
        "memory": f"{memory:.0f} GB",
        "load average at the end": "{:.1f} {:.1f} {:.1f}".format(*os.getloadavg()),
        "Python": platform.python_version(),
        **{name: version(name) for name in names},
        "load by": driver(),
    }


def write(told: Told, about: dict[str, str]) -> None:
    """The subject's files, and the summary of all that were ever written."""
    about = machine() | about
    found = {"machine": about} | asdict(told)
    file = FOLDER / told.subject
    text = json.dumps(found, ensure_ascii=False, indent=1)
    file.with_suffix(".json").write_text(text + "\n", "utf-8")
    lines = [f"# {told.subject}", "", *(f"- {line}" for line in told.how), ""]
    lines += [f"`{told.command}`", "", HEADER, *(f.row() for f in told.figures), ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    file.with_suffix(".md").write_text("\n".join(lines) + "\n", "utf-8")


def summary(order: Sequence[str]) -> str:
    """The speed table of all subjects that have results, also as ``speed.md``."""
    lines = ["# The speed table, as last measured", "", HEADER]
    commands = []
    for subject in order:
        file = FOLDER / f"{subject}.json"
        if not file.exists():
            continue
        found = json.loads(file.read_text("utf-8"))
        about = found["machine"]
        commands.append(
            f"- {subject}: `{found['command']}`, {about['date']}, {about['commit']}"
        )
        lines += [
            Figure(**{**one, "spread": tuple(one["spread"])}).row()
            for one in found["figures"]
        ]
    text = "\n".join([*lines, "", *commands]) + "\n"
    (FOLDER / "speed.md").write_text(text, "utf-8")
    return text


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
