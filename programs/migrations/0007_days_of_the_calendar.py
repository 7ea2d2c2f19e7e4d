"""The database refuses 2024-02-31, too; until now it knew the form of a date alone."""

from collections.abc import Iterator
from typing import Any

from django.core.management import CommandError
from django.db import migrations

from registry import column_checks, dates
from registry.fields import PartialDateField


def check(apps: Any, schema_editor: Any) -> None:
    dated = {
        model: [f for f in model._meta.local_fields if isinstance(f, PartialDateField)]
        for model in apps.get_app_config("programs").get_models()
        if not model._meta.proxy
    }
    wrong = [
        told
        for model, fields in dated.items()
        for field in fields
        for told in impossible(model, field.name, schema_editor.connection.alias)
    ]
    if wrong:
        listed, more = "\n".join(wrong[:20]), max(len(wrong) - 20, 0)
        raise CommandError(
            f"以下日期历法中不存在,请先改正(另有 {more} 处未列出):\n"
            "These dates are in no calendar; correct them first"
            f" ({more} more are not listed):\n{listed}"
        )
    for model in filter(dated.get, dated):
        column_checks.rewrite(schema_editor, model, dated[model])


def impossible(model: Any, name: str, using: str) -> Iterator[str]:
    """Rows whose column has a day that no calendar has."""
    rows = model._base_manager.using(using).order_by()
    for (value,) in rows.exclude(**{name: ""}).values_list(name).distinct():
        try:
            dates.parse(value)
        except dates.DateError:
            for key in rows.filter(**{name: value}).values_list("pk", flat=True):
                yield f"{model._meta.db_table} {key} {name}: {value}"


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_journal_of_shown_rows")]
    # Back, the stricter check stays: what it lets in is what was let in before.
    operations = [migrations.RunPython(check, migrations.RunPython.noop)]
