from django.db import migrations

import registry.fields
from registry import journal


def drop_triggers(apps, schema_editor):
    """SQLite builds a table anew to alter it, which triggers that write to it forbid.

    They are put back when all migrations are through.
    """
    if schema_editor.connection.vendor == "sqlite":
        alias = schema_editor.connection.alias
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            journal.drop([name for (name,) in cursor.fetchall()], alias)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="entry",
            name="key",
            field=registry.fields.CodePointText(max_length=500, verbose_name="code"),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers),
    ]
