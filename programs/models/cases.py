"""Cases: one beneficiary helped by a program, as a text tells it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from programs.models.passages import UNREADABLE, ReadQuerySet
from registry.fields import NameField, PartialDateField, PinyinField
from registry.models import CodedRecord
from registry.models.orderings import in_order_of


class Case(CodedRecord):
    """A firm, or a firm the text does not name, and what it was given."""

    title = NameField(_("title"))
    beneficiary = NameField(_("beneficiary"))
    agency = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("beneficiary as agency"),
    )
    provider = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases_provided",
        verbose_name=_("provided by"),
    )
    program = models.ForeignKey(
        "Program",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("program"),
    )
    passage = models.ForeignKey(
        "Passage", models.PROTECT, related_name="cases", verbose_name=_("passage")
    )
    period_start = PartialDateField(_("from"))
    period_end = PartialDateField(_("to"))
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("In our own words.")
    )
    pinyin = PinyinField(of=["title", "beneficiary"])

    objects: ClassVar = ReadQuerySet.as_manager()

    no_evidence: ClassVar = UNREADABLE
    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "title",
        "beneficiary",
        "summary",
        "program__name",
        "agency__name",
        "agency__short_name",
        "agency__aliases__name",
        "provider__name",
        "provider__short_name",
        "provider__aliases__name",
        "passage__document__title",
    ]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["code"]
        indexes = in_order_of("case", "title", "period_end", "updated_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end="")
                | Q(period_start__lte=Concat("period_end", Value("-99"))),
                name="case_period_forward",
                violation_error_message=_("The period ends before it begins."),
            )
        ]
