"""Open lists that analysts extend: categories of firms and industries, indicators."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.quantified import Unit
from registry.fields import TERM_CODE, ChoiceField, CodeField, NameField, PinyinField
from registry.models import Coded, CodedQuerySet
from registry.models.orderings import in_order_of


class Category(Coded):
    """A stage, an audience or an industry that programs are meant for."""

    class Scheme(models.TextChoices):
        AUDIENCE = "audience", _("audience")
        INDUSTRY = "industry", _("industry")
        STAGE = "stage", _("stage")

    code = CodeField(pattern=TERM_CODE, primary_key=True, max_length=80)
    scheme = ChoiceField(_("scheme"), choices=Scheme)
    name = NameField(_("name"))
    name_en = NameField(_("name in English"), blank=True)
    broader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("part of"),
    )
    pinyin = PinyinField(of=["name"])

    objects = CodedQuerySet.as_manager()

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = ["code", "name", "name_en"]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["scheme", "code"]
        indexes = in_order_of("category", "name", "scheme")
        constraints = [
            # Stages are a closed list: the four that the sources and branches use.
            models.CheckConstraint(
                condition=~models.Q(scheme="stage")
                | models.Q(code__in=["seed", "startup", "growth", "mature"]),
                name="category_stage_closed",
                violation_error_message=_(
                    "Stages are a closed list: seed, startup, growth, mature."
                ),
            )
        ]


class Indicator(Coded):
    """What a figure measures, with its population: ``loan_balance.tech_firms``."""

    code = CodeField(pattern=TERM_CODE, primary_key=True, max_length=80)
    name = NameField(_("name"))
    name_en = NameField(_("name in English"), blank=True)
    unit = ChoiceField(_("unit"), choices=Unit)
    definition = models.TextField(_("definition"), blank=True)
    broader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("part of"),
    )
    pinyin = PinyinField(of=["name"])

    objects = CodedQuerySet.as_manager()

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = ["code", "name", "name_en", "definition"]

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        indexes = in_order_of("indicator", "name")
