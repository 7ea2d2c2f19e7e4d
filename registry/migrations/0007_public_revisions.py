from django.db import migrations, models


def of_the_journal(apps, schema_editor):
    """Every kind's latest revision: who was told of a later one asks once more."""
    entries = apps.get_model("registry", "Entry").objects.order_by()
    latest = entries.values_list("kind").annotate(models.Max("change__revision"))
    PublicRevision = apps.get_model("registry", "PublicRevision")
    PublicRevision.objects.bulk_create(
        PublicRevision(kind=kind, revision=revision) for kind, revision in latest
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_links")]

    operations = [
        migrations.CreateModel(
            name="PublicRevision",
            fields=[
                (
                    "kind",
                    models.TextField(
                        primary_key=True, serialize=False, verbose_name="kind"
                    ),
                ),
                ("revision", models.PositiveBigIntegerField(verbose_name="revision")),
            ],
            options={
                "verbose_name": "public revision",
                "verbose_name_plural": "public revisions",
                "default_permissions": (),
            },
        ),
        migrations.RunPython(of_the_journal, migrations.RunPython.noop),
    ]
