"""Terms and figures are found in the journal by the record that they were shown with."""

from typing import Any

from django.db import migrations

from registry.journal_references import create

KINDS = ["figure", "term"]
INDEXES = {"entry_of_program": "program_id", "entry_of_passage": "passage_id"}


def make(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    for name, column in INDEXES.items():
        schema_editor.execute(create(KINDS, column, name, vendor), None)


def drop(apps: Any, schema_editor: Any) -> None:
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0005_orderings"),
        ("registry", "0010_changes_by_path"),
    ]

    operations = [migrations.RunPython(make, drop)]
