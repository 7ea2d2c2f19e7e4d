"""The journal's two tables, written by triggers only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.fields import CodePointText, beginning


class Change(models.Model):
    """One transaction that wrote to the registry: who, why, and as which revision.

    Written by triggers only (see `registry.journal`). ``revision`` counts in commit
    order without gaps; on PostgreSQL it is given at COMMIT and empty until then.
    """

    transaction = models.CharField(_("transaction"), max_length=40, db_index=True)
    at = models.DateTimeField(_("at"))
    actor = models.TextField(_("by"))
    reason = models.TextField(_("reason"))
    path = models.TextField(_("path"))
    revision = models.PositiveBigIntegerField(_("revision"), null=True, unique=True)
    digest = models.TextField(_("digest"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["at"], name="change_by_time"),
            models.Index(fields=["actor"], name="change_by_actor"),
            models.Index(fields=["path"], name="change_by_path"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.actor} {self.at:%Y-%m-%d %H:%M}"


class PublicRevision(models.Model):
    """The last revision in which rows of a kind changed that everybody sees.

    Written by triggers only, with the change itself; drafts and their rows don't count.
    """

    kind = models.TextField(_("kind"), primary_key=True)
    revision = models.PositiveBigIntegerField(_("revision"))

    class Meta:
        verbose_name = _("public revision")
        verbose_name_plural = _("public revisions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.revision}"


class Action(models.TextChoices):
    INSERT = "I", _("added")
    UPDATE = "U", _("changed")
    DELETE = "D", _("deleted")


class Entry(models.Model):
    """One row as a change left it (as it last stood, for a deletion), as JSON."""

    change = models.ForeignKey(
        Change, models.PROTECT, related_name="entries", verbose_name=_("change")
    )
    kind = models.TextField(_("kind"))
    # In code-point order, as the codes are: else their comparison finds no index.
    key = CodePointText(_("code"), max_length=500)
    action = models.CharField(_("action"), max_length=1, choices=Action)
    row = models.TextField(_("row"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["kind", "key", "id"], name="entry_by_row")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @classmethod
    def codes_used(cls, row: models.Model | type[models.Model], first: str) -> set[str]:
        """Codes of that row's kind that begin so and were ever used."""
        kind = (row._meta.concrete_model or row)._meta.model_name
        return set(
            cls.objects.filter(beginning("key", first), kind=kind).values_list(
                "key", flat=True
            )
        )
