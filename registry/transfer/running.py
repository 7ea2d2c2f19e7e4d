"""One pass over the files of an import, in a transaction: every row, every error."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from registry import publication
from registry.transfer.bundles import Bundle
from registry.transfer.claims import Claims
from registry.transfer.differences import Written
from registry.transfer.reading import Sheet
from registry.transfer.references import References, concrete
from registry.transfer.resources import TableResource
from registry.transfer.tables import Problem, Row

CHUNK = 500
# So many problems are told one by one; of the others only the number.
MOST_TOLD = 1000
OUTCOMES = ("new", "changed", "unchanged", "wrong")
OUTCOME_OF = {"new": "new", "update": "changed", "skip": "unchanged"}

# Hears of a table, how many of its rows are done, and how many it has.
Progress = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """What an import does, or would do: rows by table and outcome, and what is wrong.

    ``differences`` is what the journal says of the rows, ``places`` where in the files
    each stands: (table, code) → row. Both are the dry run's.
    """

    counts: dict[str, Counter] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0
    # Whether it changes what everybody sees, and so has to say why.
    shows: bool = False
    differences: list[Written] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    digest: str = ""

    @property
    def wrong(self) -> int:
        """How many problems there are."""
        return len(self.problems) + self.untold

    @property
    def total(self) -> Counter:
        """Rows by outcome over all tables."""
        return sum(self.counts.values(), Counter())

    @property
    def writes(self) -> bool:
        """Whether anything changes."""
        return bool(self.total["new"] or self.total["changed"])

    def tell(self, problem: Problem) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
        else:
            self.untold += 1


class Run:
    """One pass over the files inside a transaction."""

    def __init__(
        self,
        bundle: Bundle,
        sheets: list[Sheet],
        *,
        directly: bool,
        most_rows: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.bundle = bundle
        order = [part.name for part in bundle.parts]
        self.sheets = sorted(sheets, key=lambda sheet: order.index(sheet.table.name))
        self.parts = {part.name: part for part in bundle.parts}
        self.most_rows, self.progress = most_rows, progress
        self.references, self.claims = References(), Claims(directly=directly)
        self.outcome = Outcome()
        self.places: dict[tuple[str, str], int] = {}
        self.rows: dict[str, int] = {}
        # Rows that repeat the code of an earlier one, by table.
        self.repeating: dict[str, set[int]] = defaultdict(set)

    def write(self, problems: Iterable[Problem] = ()) -> None:
        """Write what the files say; what is wrong is in the outcome, after those."""
        for problem in problems:
            self.outcome.tell(problem)
        for sheet in self.sheets:
            self._foresee(sheet)
        if self.most_rows is not None and sum(self.rows.values()) > self.most_rows:
            self.outcome.tell(
                Problem(
                    _("The files have %(rows)d rows, more than %(most)d.")
                    % {"rows": sum(self.rows.values()), "most": self.most_rows}
                )
            )
            return
        for sheet in self.sheets:
            self._write_table(sheet)
        self._check_published()
        self.outcome.shows = bool(self.claims.shown)

    def _foresee(self, sheet: Sheet) -> None:
        """Learn the codes of the table's rows, which other rows may refer to."""
        coming = self.references.coming[concrete(self.parts[sheet.table.name].model)]
        number = 0
        for row in sheet:
            number += 1
            code = row.cells.get("code", "").strip()
            if code in coming:
                sentence = _("Row %(row)d has this code already.") % {
                    "row": coming[code]
                }
                self.repeating[sheet.table.name].add(row.number)
                self._tell(sheet, row.number, "code", sentence)
            elif code:
                coming[code] = row.number
        self.rows[sheet.table.name] = number

    def _write_table(self, sheet: Sheet) -> None:
        name = sheet.table.name
        resource = TableResource.of(self.parts[name], self.references, self.claims)
        self.outcome.counts[name] = Counter(dict.fromkeys(OUTCOMES, 0))
        waiting: list[Row] = []
        done = 0
        for rows in _chunks(sheet):
            waiting += self._write_rows(sheet, resource, rows)
            done += len(rows)
            if self.progress:
                self.progress(name, done, self.rows[name])
        while waiting:
            again = self._write_rows(sheet, resource, waiting)
            if len(again) == len(waiting):
                for row in again:
                    sentence = _("The row refers to %s, which in turn refers to it.")
                    self._wrong(sheet, row, "", sentence % resource.awaited(row))
                return
            waiting = again

    def _write_rows(
        self, sheet: Sheet, resource: TableResource, rows: list[Row]
    ) -> list[Row]:
        """Write the rows; those that refer to a later one are given back."""
        resource.load(rows)
        waiting = []
        for row in rows:
            if row.number in self.repeating[sheet.table.name]:
                self.outcome.counts[sheet.table.name]["wrong"] += 1
            elif resource.awaited(row):
                waiting.append(row)
            else:
                self._write_row(sheet, resource, row)
        return waiting

    def _write_row(self, sheet: Sheet, resource: TableResource, row: Row) -> None:
        name = sheet.table.name
        unread = {problem.column for problem in row.problems}
        for problem in row.problems:
            self.outcome.tell(problem)
            row.cells.pop(problem.column, None)
        result = resource.import_one(row)
        if not result.is_valid():
            code = row.cells.get("code", "").strip()
            self.references.wrong[concrete(resource.model)].setdefault(code, row.number)
            for column, errors in self._errors(result).items():
                if column not in unread:
                    for error in errors:
                        self._tell(sheet, row.number, column, error)
        if unread or not result.is_valid():
            self.outcome.counts[name]["wrong"] += 1
            return
        outcome = OUTCOME_OF[result.import_type]
        self.outcome.counts[name][outcome] += 1
        if outcome != "unchanged" and self.most_rows is not None:
            self.places[name, str(result.object_id)] = row.number

    def _errors(self, result: Any) -> dict[str, list[Any]]:
        if result.validation_error:
            return {
                column: [_sentence(error) for error in errors]
                for column, errors in _columns_of(result.validation_error).items()
            }
        (failed,) = result.errors
        if not isinstance(failed.error, IntegrityError):
            raise failed.error
        sentence = _("The database refuses the row: %s") % str(failed.error).strip()
        return {"": [sentence]}

    def _wrong(self, sheet: Sheet, row: Row, column: str, sentence: Any) -> None:
        self.outcome.counts[sheet.table.name]["wrong"] += 1
        self._tell(sheet, row.number, column, sentence)

    def _tell(self, sheet: Sheet, row: int, column: str, sentence: Any) -> None:
        self.outcome.tell(
            Problem(
                sentence,
                file=sheet.file,
                table=sheet.table.name,
                row=row,
                column=column,
            )
        )

    def _check_published(self) -> None:
        """What is published may refer only to what is published, here as elsewhere."""
        if self.outcome.wrong:
            return
        for (model, code), (table, row) in self.claims.shown.items():
            record = model._base_manager.get(pk=code)
            for sentence in publication.obstacles(record):
                self.outcome.tell(Problem(sentence, table=table, row=row))


def _chunks(sheet: Iterable[Row]) -> Iterable[list[Row]]:
    rows = iter(sheet)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _sentence(error: ValidationError) -> Any:
    """What the error says."""
    if error.params:
        return error.message % error.params
    return error.message


def _columns_of(error: ValidationError) -> dict[str, list[Any]]:
    """Column → errors; empty text for what concerns the row."""
    if not hasattr(error, "error_dict"):
        return {"": list(error.error_list)}
    return {
        "" if name == NON_FIELD_ERRORS else name.removesuffix("_id"): list(errors)
        for name, errors in error.error_dict.items()
    }
