"""The database refuses 2024-02-31, too; until now it knew the form of a date alone."""

from functools import partial
from typing import Any

from django.db import migrations

from registry.fields import PartialDateField


class Formed(PartialDateField):
    """As it was checked before."""

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        if connection.vendor == "postgresql":
            return f"{column} ~ '{self.PATTERN}'"
        return f"length({column}) IN (0, 4, 7, 10)"


def check(apps: Any, schema_editor: Any, *, back: bool) -> None:
    for model in apps.get_app_config("programs").get_models():
        if model._meta.proxy:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, PartialDateField):
                before = Formed(field.verbose_name)
                before.set_attributes_from_name(field.name)
                before.model = model
                sides = [field, before] if back else [before, field]
                schema_editor.alter_field(model, *sides)


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_journal_of_shown_rows")]
    operations = [
        migrations.RunPython(partial(check, back=False), partial(check, back=True))
    ]
