"""What waits for a second person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.fields import ChoiceField, CodePointText, Instant


class Proposal(models.Model):
    """A change to what is published that waits for a second person, or waited.

    ``data`` is what was filled in: the form as posted (field → values) for a change,
    and for the other steps what `registry.publication` is to be called with.
    """

    class Step(models.TextChoices):
        CHANGE = "change", pgettext_lazy("step", "change")
        PUBLISH = "publish", pgettext_lazy("step", "publish")
        WITHDRAW = "withdraw", pgettext_lazy("step", "withdraw")
        MERGE = "merge", pgettext_lazy("step", "merge")

    class State(models.TextChoices):
        OPEN = "open", _("waits for review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RETRACTED = "retracted", _("taken back")

    kind = models.CharField(_("kind"), max_length=80)
    key = CodePointText(_("code"), max_length=200)
    version = models.PositiveIntegerField(_("based on version"))
    step = ChoiceField(_("step"), choices=Step)
    data = models.JSONField(_("what was filled in"))
    reason = models.TextField(_("reason"), blank=True)
    proposed_by = models.CharField(_("proposed by"), max_length=150)
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Instant())
    state = ChoiceField(_("state"), choices=State, default=State.OPEN)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="proposal_by_state")]
        permissions = [
            (
                "publish_records",
                _("May publish, withdraw, merge and change what is published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.get_step_display()}"
