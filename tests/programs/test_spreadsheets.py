"""All that ships, through a real spreadsheet: opened, saved, and read as it was."""

import shutil
import subprocess

import pytest
from django.db import connection

from programs.bundles import BUNDLES
from registry.transfer import reading, template, writing
from registry.transfer.tables import Table

SOFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="Rows are the same on both databases."
    ),
    pytest.mark.skipif(not SOFFICE, reason="LibreOffice (soffice) is not installed."),
]

# Comma, quotation mark, UTF-8; for reading in Chinese, with all that looks like a value
# made one; for writing every sheet, cells as they are shown.
OPENED_CSV = "--infilter=CSV:44,34,76,1,,2052,false,true"
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture
def tables(shipped):
    """Every table that is exported, with all its rows, under a name of its own."""
    return [
        (
            Table(f"{bundle.name}_{part.name}", part.table.label, part.table.columns),
            list(part.rows(bundle.model._default_manager.all())),
        )
        for bundle in BUNDLES.values()
        for part in bundle.parts
    ]


@pytest.fixture
def through(tmp_path):
    """A function that has LibreOffice open files and save them in another format."""

    def convert(format_, paths, *options):
        folder = tmp_path / f"saved-{format_[:4]}-{paths[0].suffix[1:]}"
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [SOFFICE, "--headless", profile, *options, "--convert-to", format_]
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, paths)],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return sorted(folder.iterdir())

    return convert


def told_differently(paths, tables, name=lambda path: path.name):
    """Cells that are read from the files as something else than was written."""
    files = [(name(path), path.open("rb")) for path in paths]
    sheets = reading.read(files, [table for table, rows in tables if rows])
    written = {table.name: rows for table, rows in tables}
    assert {s.table.name: s.rows for s in sheets} == {
        name: len(rows) for name, rows in written.items() if rows
    }
    return [
        (sheet.table.name, row.number, column, text, row.cells[column])
        for sheet in sheets
        for row, meant in zip(sheet, written[sheet.table.name], strict=True)
        for column, text in meant.items()
        if row.cells[column] != text or row.problems
    ]


def test_all_that_ships_survives_a_spreadsheet(tables, through, tmp_path):
    texts = []
    for table, rows in tables:
        if rows:
            texts.append(tmp_path / f"{table.name}.csv")
            with texts[-1].open("w", encoding="utf-8", newline="") as file:
                file.writelines(writing.csv_lines(table, rows, bom=True))
    book = tmp_path / "all.xlsx"
    with book.open("wb") as file:
        writing.write_workbook(file, [(t, rows) for t, rows in tables if rows])

    # Saved as CSV anew, a file has its sheet's name behind its own.
    assert told_differently(through(CSV, texts, OPENED_CSV), tables, own_name) == []
    assert told_differently(through("xlsx", [book]), tables) == []
    assert told_differently(through(CSV, [book]), tables, own_name) == []


def own_name(path):
    return path.name.rpartition("-")[2]


def test_a_spreadsheet_opens_the_template_and_keeps_what_it_says(through, tmp_path):
    tables = BUNDLES["programs"].tables
    book = tmp_path / "template.xlsx"
    with book.open("wb") as file:
        template.write_template(file, tables, {"region": [("310000", "上海市")]})
    (saved,) = through("xlsx", [book])
    with pytest.raises(reading.Unreadable) as told, saved.open("rb") as file:
        reading.read([("template.xlsx", file)], tables)
    assert [problem.table for problem in told.value.problems] == [""]
