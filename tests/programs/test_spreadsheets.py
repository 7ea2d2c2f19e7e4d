"""All that ships, through a real spreadsheet: opened, saved, and read as it was."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from programs.bundles import BUNDLES
from programs.models import Term
from registry.transfer import differences, reading, template, writing
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


# Of Debian's Python, which has LibreOffice's bridge (python3-uno).
BRIDGED = "/usr/bin/python3"
AS_XLSX = "Calc MS Excel 2007 XML|"
AS_CSV = "Text - txt - csv (StarCalc)|44,34,76,1,,2052,false,true"


@pytest.fixture
def edit(tmp_path):
    """A function that has LibreOffice change one cell of a file's first sheet."""
    if subprocess.run([BRIDGED, "-c", "import uno"], capture_output=True).returncode:
        pytest.skip("LibreOffice's bridge (python3-uno) is not installed.")

    def change(path, cell, text):
        kind = AS_XLSX if path.suffix == ".xlsx" else AS_CSV
        target = tmp_path / "edited" / path.name
        target.parent.mkdir(exist_ok=True)
        script = Path(__file__).parent.parent / "office_edit.py"
        command = [BRIDGED, script, path, kind, target, kind, "0", cell, text]
        subprocess.run(list(map(str, command)), check=True, timeout=120)
        return target

    return change


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_only_the_cell_that_was_edited_there_changes(shipped, edit, tmp_path, ending):
    path = tmp_path / f"terms.{ending}"
    call_command("export_records", "terms", path)
    (before,) = Term.objects.order_by("pk")[:1]
    wording = [c.name for c in BUNDLES["terms"].tables[0].columns].index("as_written")
    edited = edit(path, f"{chr(ord('A') + wording)}2", "改过的措辞")
    mark = differences.mark()
    call_command("import_records", "terms", edited, reason="核对")
    (written,) = differences.written(BUNDLES["terms"], mark)
    (field,) = written.difference.fields
    assert (written.code, field.field.name) == (before.pk, "as_written")
    assert field.after == "改过的措辞"
    mark = differences.mark()
    call_command("import_records", "terms", edited, reason="核对")
    assert differences.written(BUNDLES["terms"], mark) == []
