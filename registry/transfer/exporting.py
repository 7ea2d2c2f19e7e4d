"""Records as files that can be edited and imported again."""

from collections.abc import Callable
from typing import IO

from django.db import models

from registry import journal
from registry.transfer.bundles import Bundle
from registry.transfer.columns import fields_of
from registry.transfer.template import write_template
from registry.transfer.writing import Rows, csv_lines, write_workbook, zip_of_csvs

# More codes than a list in a spreadsheet is any help with.
MOST_LISTED = 5000


def endings(bundle: Bundle) -> list[str]:
    """How names of its files can end; several tables as CSV are a ZIP of them."""
    return ["xlsx", "csv" if len(bundle.parts) == 1 else "zip"]


def write(
    bundle: Bundle,
    records: models.QuerySet,
    file: IO[bytes],
    ending: str,
    *,
    passing: Callable[[Rows], Rows] = iter,
) -> None:
    """Write those records of the bundle's first table, with all that belongs to them.

    CSVs begin with the mark by which Excel knows UTF-8. ``passing`` gets each table's
    rows and gives them on, to count them.
    """
    sheets = ((part.table, passing(part.rows(records))) for part in bundle.parts)
    if ending == "xlsx":
        write_workbook(file, sheets)
    elif ending == "zip":
        file.writelines(zip_of_csvs(sheets, bom=True))
    else:
        ((table, rows),) = sheets
        file.writelines(line.encode() for line in csv_lines(table, rows, bom=True))


def write_empty(bundle: Bundle, file: IO[bytes]) -> None:
    """Write the workbook to fill in, with the codes that its cells may refer to."""
    codes = {}
    own = {part.model._meta.concrete_model for part in bundle.parts}
    for field in (field for part in bundle.parts for field in fields_of(part.model)):
        model = field.related_model
        if model is None or model in own:
            continue
        rows = model._base_manager.order_by("pk")[: MOST_LISTED + 1]
        if len(rows) <= MOST_LISTED:
            codes[journal.kind_of(model)] = [(row.pk, str(row)) for row in rows]
    write_template(file, bundle.tables, codes)
