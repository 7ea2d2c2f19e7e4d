from django.db import migrations

from registry import search_index


def create(apps, schema_editor):
    """What the index is made of; it is filled when all migrations are through."""
    search_index.create(schema_editor.connection.alias)


def remove(apps, schema_editor):
    search_index.remove(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_tokens")]

    operations = [migrations.RunPython(create, remove)]
