"""Break the code in thirty places, one at a time, and see the tests fail.

    python tests/mutants.py [SEED]

The places are drawn at random, the same for one seed: as many from each subject, a
comparison turned round, a condition negated, an "and" for an "or", a number one larger,
a returned value lost. Prints what was broken and whether a test failed (killed); exit 1
if fewer than 27 were. Runs on SQLite, on copies; takes about ten minutes.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
MUTANTS, KILLED_AT_LEAST, AT_ONCE = 30, 27, 2
# A mutant that never ends is found, too.
SECONDS = 1800
# Subject → the modules that are broken, and the tests that have to notice.
SUBJECTS = {
    "quantities": (
        ["quantities", "numerals", "units", "comparators", "amounts"],
        ["registry/test_quantities.py", "registry/test_numerals.py",
         "registry/test_readings.py", "registry/test_printing.py",
         "programs/transfer/test_importing.py", "programs/test_evidence.py"],
    ),
    "dates": (
        ["dates", "relative_dates"],
        ["registry/test_dates.py", "registry/test_readings.py",
         "programs/test_evidence.py", "programs/api/test_filters.py"],
    ),
    "parameters": (
        ["api/parameters", "api/typed", "api/comparisons"],
        ["programs/api/test_parameters.py", "programs/api/test_filters.py",
         "programs/api/test_filter_coverage.py", "programs/api/test_schema.py",
         "programs/api/test_hostile.py", "programs/api/test_found_in_review.py"],
    ),
    "publication": (
        ["publication", "published", "drafts"],
        ["registry/test_publication.py", "programs/test_drafts.py",
         "programs/api/test_publication.py", "programs/admin/test_steps.py",
         "programs/admin/test_review.py", "programs/admin/test_found_in_review.py",
         "programs/api/test_feed.py"],
    ),
}  # fmt: skip
TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """The module's ``number``-th place that can be broken."""

    subject: str
    module: Path
    number: int


class Breaker(ast.NodeTransformer):
    """Breaks the ``number``-th place; counts them all where that is none."""

    def __init__(self, number: int = -1) -> None:
        self.number, self.count, self.told = number, 0, ""

    def visit(self, node: ast.AST) -> ast.AST:
        node = self.generic_visit(node)
        broken = self.broken(node)
        if broken is None:
            return node
        self.count += 1
        if self.count - 1 != self.number:
            return node
        # Without the lines of what follows in an "if" or a function.
        self.told = f"{node.lineno}: {ast.unparse(node).splitlines()[0]}"  # type: ignore[attr-defined]
        return ast.copy_location(broken, node)

    def broken(self, node: ast.AST) -> ast.AST | None:
        """The node with a fault; None if it isn't one to break."""
        match node:
            case ast.Compare(ops=[operator]) if type(operator) in TURNED:
                turned = TURNED[type(operator)]()
                return ast.Compare(node.left, [turned], node.comparators)
            case ast.BoolOp():
                other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
                return ast.BoolOp(other, node.values)
            case ast.UnaryOp(op=ast.Not()):
                return node.operand
            case ast.If():
                negated = ast.UnaryOp(ast.Not(), node.test)
                return ast.If(negated, node.body, node.orelse)
            case ast.Constant(value=bool()):
                return ast.Constant(not node.value)
            case ast.Constant(value=int()):
                return ast.Constant(node.value + 1)
            case ast.Return(value=ast.expr()):
                return ast.Return(ast.Constant(None))
        return None


def places(module: Path) -> int:
    """How many places of the module can be broken."""
    breaker = Breaker()
    breaker.visit(ast.parse(module.read_text("utf-8")))
    return breaker.count


def drawn(seed: int) -> list[Mutant]:
    """Thirty mutants, as evenly from the subjects as it goes."""
    chance = random.Random(seed)  # noqa: S311  # nothing to guard
    found = []
    for number, (subject, (modules, _tests)) in enumerate(SUBJECTS.items()):
        size = (MUTANTS + number) // len(SUBJECTS)
        every = [
            Mutant(subject, path, place)
            for path in (Path(f"registry/{name}.py") for name in modules)
            for place in range(places(ROOT / path))
        ]
        found += chance.sample(every, size)
    return found


def tried(mutant: Mutant, copies: "Queue[Path]") -> bool:
    """Whether a test noticed; prints what was broken."""
    copy = copies.get()
    path = copy / mutant.module
    text = path.read_text("utf-8")
    breaker = Breaker(mutant.number)
    tree = ast.fix_missing_locations(breaker.visit(ast.parse(text)))
    path.write_text(ast.unparse(tree), "utf-8")
    tests = [f"tests/{name}" for name in SUBJECTS[mutant.subject][1]]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    outcome = "SURVIVED"
    try:
        ended = subprocess.run(
            command + tests,
            cwd=copy, env=environment, capture_output=True, timeout=SECONDS,
        ).returncode  # fmt: skip
        # 1: a test failed; 2 to 4: not even collected, which everybody notices.
        if ended:
            outcome = "killed"
    except subprocess.TimeoutExpired:
        outcome = "endless"
    finally:
        path.write_text(text, "utf-8")
        copies.put(copy)
    place = f"{mutant.subject:12} {mutant.module}:{breaker.told}"
    print(f"{outcome:8} {place}", flush=True)
    return outcome != "SURVIVED"


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tempfile.TemporaryDirectory(prefix="registry-mutants-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(AT_ONCE):
            copy = Path(folder, str(number))
            for name in filter(None, listed.decode().split("\0")):
                target = copy / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, target)
                shutil.copymode(ROOT / name, target)
            copies.put(copy)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(lambda one: tried(one, copies), drawn(seed)))
    print(f"{sum(found)} of {len(found)} killed (seed {seed})")
    return 0 if sum(found) >= KILLED_AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
