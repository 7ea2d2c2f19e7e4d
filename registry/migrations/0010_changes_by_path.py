"""The ways of changes are found without reading all changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_search_index")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["path"], name="change_by_path"),
        )
    ]
