"""What a table consists of for import and export, whichever kind of file it is in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Holds(StrEnum):
    """What a column's cells mean, which decides how files write and read them."""

    TEXT = "text"
    CODE = "code"
    # Codes of several rows, with a space between.
    CODES = "codes"
    CHOICE = "choice"
    # Exact decimals and whole numbers.
    NUMBER = "number"
    # Dates known to the year, month or day.
    DATE = "date"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class Column:
    """One column: its name in files is the field's, everywhere the same.

    ``label`` and ``help`` may be lazy translations. ``choices`` are the values of a
    closed list with their labels; ``refers_to`` names the kind whose codes it takes,
    ``digits`` how many digits these begin with, zeros among them.
    ``kept`` columns are the registry's own (version): exported, never changed so.
    """

    name: str
    holds: Holds
    label: Any
    help: Any = ""
    required: bool = False
    choices: tuple[tuple[str, Any], ...] = ()
    refers_to: str = ""
    digits: int = 0
    kept: bool = False


@dataclass(frozen=True)
class Table:
    """A table by its name, which is that of its file and of its sheet: ``terms``."""

    name: str
    label: Any
    columns: tuple[Column, ...]
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(c.name for c in self.columns))

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file: where, and a sentence (lazy, in either language).

    Without a row it concerns the whole table, without a table the whole file; ``row``
    counts as a spreadsheet does, the headings being row 1.
    """

    sentence: Any
    file: str = ""
    table: str = ""
    row: int | None = None
    column: str = ""


@dataclass
class Row:
    """A row as it stands in a file: its number there, and text by column.

    An empty cell is empty text, a column that the file lacks is absent. ``problems``
    are those of its cells that could not be read.
    """

    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


class Unreadable(Exception):
    """Files that can't be taken as they are; carries every `Problem` found.

    ``sheets`` are those whose rows can be read all the same, for what else is wrong.
    """

    def __init__(self, problems: list[Problem], sheets: Sequence[Any] = ()) -> None:
        super().__init__("; ".join(str(problem.sentence) for problem in problems))
        self.problems, self.sheets = problems, list(sheets)
