"""A workbook to fill in: a sheet for each table, what it may hold, all the codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from xlsxwriter.worksheet import Worksheet

from registry.transfer.sheet_names import CHOICES, CODES_OF, EXPLANATION
from registry.transfer.spreadsheets import MOST_ROWS, Spreadsheet, both
from registry.transfer.tables import Column, Holds, Table
from registry.transfer.writing import note

_LONGEST_TITLE = 32
_LONGEST_MESSAGE = 255
_YES_NO = ["是", "否"]

_HOW: dict[Holds, Any] = {
    Holds.TEXT: _("Text, as it is written."),
    Holds.CODE: _("A code."),
    Holds.CODES: _("Codes with a space between."),
    Holds.CHOICE: _("A value of the list."),
    Holds.NUMBER: _(
        "A number, with its unit where the text has one: 1000万元, 0.2‰, 3年, 18个月."
    ),
    Holds.DATE: _("A date as far as it is known: 2024, 2024-04 or 2024-04-01."),
    Holds.YES_NO: _("Yes or no: 是 or 否."),
}
_RULES: tuple[Any, ...] = (
    _("Each sheet named in the first column below is a table; fill in its rows."),
    _(
        "The names in the first row stay as they are. Columns that are not needed may "
        "be deleted; a deleted column changes nothing, an empty cell empties the field."
    ),
    _("All columns are formatted as text, so that nothing typed turns into a date."),
    _("Formulas, merged cells and further sheets are refused."),
    _(
        "A code is given once and never changes: for a program the six digits of its "
        "place and a name (640000-ningkedai), for what belongs to it a point and a key."
    ),
)

_TITLES = (_("Table"), _("Column"), _("Name"), _("Required"), _("Content"), _("Help"))

# Widths of the columns of the sheets beside the tables.
_EXPLAINED = (18, 24, 30, 12, 60, 60)
_LISTED = (18, 20, 22, 60)
_CODED = (44, 70)

# Place of the first row and the last of a list.
Range = tuple[int, int]


def write_template(
    file: IO[bytes],
    tables: Sequence[Table],
    codes: Mapping[str, Iterable[tuple[str, Any]]],
) -> None:
    """Write the workbook; ``codes`` are those of tables referred to, with labels."""
    with Spreadsheet(file) as book:
        _explain(book, tables)
        sheets = {table.name: _empty(book, table) for table in tables}
        choices = _list_choices(book, tables)
        known = {name: _list_codes(book, name, rows) for name, rows in codes.items()}
        for table in tables:
            for place, column in enumerate(table.columns):
                _guide(
                    sheets[table.name],
                    place,
                    column,
                    choices.get((table.name, column.name)),
                    known.get(column.refers_to),
                )


def _explain(book: Spreadsheet, tables: Sequence[Table]) -> None:
    titles = [
        _("Table"),
        _("Column"),
        _("Name"),
        _("Required"),
        _("Content"),
        _("Help"),
    ]
    sheet = book.sheet(EXPLANATION, [both(t) for t in titles], widths=_EXPLAINED)
    row = 0
    for row, rule in enumerate(_RULES, start=1):
        sheet.write_string(row, 0, both(rule), book.text)
    row += 1
    for table in tables:
        row += 1
        sheet.write_string(row, 0, table.name, book.bold)
        sheet.write_string(row, 2, both(table.label), book.bold)
        for column in table.columns:
            row += 1
            needed = _("for new rows") if column.required else ""
            said = [
                table.name,
                column.name,
                both(column.label),
                both(needed),
                content(column),
                both(column.help),
            ]
            for place, text in enumerate(said):
                sheet.write_string(row, place, text, book.wrapped)


def content(column: Column) -> str:
    """What may stand in the column, in both languages."""
    if column.kept:
        return both(_("The registry's own; leave it as it is, empty in new rows."))
    how = both(_HOW[column.holds])
    if column.refers_to:
        return f"{how} {CODES_OF}{column.refers_to}"
    return f"{how} {CHOICES}" if column.choices else how


def _empty(book: Spreadsheet, table: Table) -> Worksheet:
    return book.sheet(
        table.name,
        [column.name for column in table.columns],
        notes=[note(column) for column in table.columns],
    )


def _list_choices(
    book: Spreadsheet, tables: Sequence[Table]
) -> dict[tuple[str, str], Range]:
    """The sheet of all closed lists; where in it each column's values are."""
    titles = [both(t) for t in (_("Table"), _("Column"), _("Value"), _("Meaning"))]
    sheet = book.sheet(CHOICES, titles, widths=_LISTED)
    found: dict[tuple[str, str], Range] = {}
    row = 0
    for table in tables:
        for column in table.columns:
            first = row + 1
            for value, label in column.choices:
                row += 1
                said = (table.name, column.name, value, both(label))
                for place, text in enumerate(said):
                    sheet.write_string(row, place, text, book.text)
            if column.choices:
                found[table.name, column.name] = (first, row)
    return found


def _list_codes(
    book: Spreadsheet, name: str, rows: Iterable[tuple[str, Any]]
) -> tuple[str, Range] | None:
    """A sheet with those codes; its name and where they are in it."""
    titles = [both(title) for title in (_("Code"), _("Meaning"))]
    sheet_name = f"{CODES_OF}{name}"
    sheet = book.sheet(sheet_name, titles, widths=_CODED)
    last = 0
    for last, (code, label) in enumerate(rows, start=1):
        sheet.write_string(last, 0, code, book.text)
        sheet.write_string(last, 1, str(label), book.text)
    return (sheet_name, (1, last)) if last else None


def _guide(
    sheet: Worksheet,
    place: int,
    column: Column,
    choices: Range | None,
    codes: tuple[str, Range] | None,
) -> None:
    """What is shown beside a cell of the column, and the list it is chosen from."""
    message = f"{both(column.label)}\n{content(column)}"
    options: dict[str, Any] = {
        "validate": "any",
        "input_title": column.name[:_LONGEST_TITLE],
        "input_message": message[:_LONGEST_MESSAGE],
    }
    if choices:
        options |= {"validate": "list", "source": _range(CHOICES, "C", choices)}
    elif column.holds is Holds.YES_NO:
        options |= {"validate": "list", "source": _YES_NO}
    elif codes and column.holds is Holds.CODE:
        # A code that comes with the same workbook is not in the list yet.
        options |= {
            "validate": "list",
            "source": _range(codes[0], "A", codes[1]),
            "error_type": "warning",
        }
    sheet.data_validation(1, place, MOST_ROWS - 1, place, options)


def _range(sheet: str, column: str, rows: Range) -> str:
    return f"='{sheet}'!${column}${rows[0] + 1}:${column}${rows[1] + 1}"
