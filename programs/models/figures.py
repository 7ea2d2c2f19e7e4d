"""Figures: levels measured or aimed at; targets and observations are their proxies."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models.figure_sets import FigureQuerySet
from programs.models.quantified import Quantified, given_together
from registry.fields import ChoiceField, NameField, PartialDateField
from registry.models.orderings import in_order_of


class Figure(Quantified):
    """A level of a region, platform, program or case, measured or aimed at."""

    class Nature(models.TextChoices):
        OBSERVED = "observed", _("observed")
        TARGET = "target", _("target")
        PLANNED = "planned", _("planned")
        INTENDED = "intended", _("intended")

    class Span(models.TextChoices):
        STOCK = "stock", _("at a point in time")
        FLOW = "flow", _("during a period")
        CUMULATIVE = "cumulative", _("up to a point in time")

    class Transformation(models.TextChoices):
        LEVEL = "level", pgettext_lazy("transformation", "level")
        GROWTH = "growth", _("growth on the year")
        AVG_GROWTH = "avg_growth", _("average yearly growth")
        MULTIPLE = "multiple", _("multiple")
        SHARE = "share", _("share")
        RANK = "rank", _("rank")

    passage = models.ForeignKey(
        "Passage", models.PROTECT, related_name="figures", verbose_name=_("passage")
    )
    nature = ChoiceField(_("nature"), choices=Nature, default=Nature.OBSERVED)
    indicator = models.ForeignKey(
        "Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("indicator"),
    )
    region = models.ForeignKey(
        "Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("region"),
    )
    program = models.ForeignKey(
        "Program",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("program"),
    )
    agency = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("agency"),
    )
    case = models.ForeignKey(
        "Case",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("case"),
    )
    document = models.ForeignKey(
        "Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("about the document"),
    )
    segment = NameField(
        _("segment"), blank=True, help_text=_("Which part of the whole it counts.")
    )
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    span = ChoiceField(_("span"), choices=Span, blank=True)
    transformation = ChoiceField(
        _("transformation"), choices=Transformation, default=Transformation.LEVEL
    )
    versus = models.ForeignKey(
        "Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="compared",
        verbose_name=_("compared with"),
    )
    base_period = PartialDateField(_("base period"))
    period_start = PartialDateField(_("from"))
    period_end = PartialDateField(_("to, or as of"))
    period_as_written = NameField(_("period as written"), blank=True)
    striving = models.BooleanField(
        _("striving"), default=False, help_text=_("The text says 力争.")
    )
    statement = models.TextField(
        _("statement"), blank=True, help_text=_("A target in words only.")
    )

    objects: ClassVar = FigureQuerySet.as_manager()

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "as_written",
        "segment",
        "statement",
        "indicator__name",
        "indicator__name_en",
        "region__name",
        "region__name_en",
        "program__name",
        "agency__name",
        "agency__short_name",
        "case__title",
        "document__title",
        "passage__document__title",
    ]

    class Meta(Quantified.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["code"]
        indexes = in_order_of("figure", "value", "period_end", "updated_at")
        constraints = [
            *given_together(),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(versus__isnull=True),
                name="figure_value_or_versus",
                violation_error_message=_(
                    "A value and a comparison with another indicator exclude each"
                    " other."
                ),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False)
                | Q(versus__isnull=False)
                | ~Q(statement=""),
                name="figure_says_something",
                violation_error_message=_("Give a value, a comparison or a statement."),
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False)
                | Q(value__isnull=True, versus__isnull=True),
                name="figure_indicator_unless_words",
                violation_error_message=_("Only a statement goes without indicator."),
            ),
            models.CheckConstraint(
                condition=Q(versus__isnull=True)
                | Q(comparator__in=["gt", "gte", "lt", "lte"]),
                name="figure_versus_compares",
                violation_error_message=_(
                    "A comparison is more than, at least, less than or at most."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(transformation="multiple") | ~Q(base_period=""),
                name="figure_multiple_has_base",
                violation_error_message=_("A multiple needs its base period."),
            ),
            models.CheckConstraint(
                condition=~Q(span="stock")
                | Q(period_start="")
                | Q(period_start=F("period_end")),
                name="figure_stock_at_one_time",
                violation_error_message=_("A stock is as of one date."),
            ),
            models.CheckConstraint(
                condition=Q(period_end="")
                | Q(period_start__lte=Concat("period_end", Value("-99"))),
                name="figure_period_forward",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(transformation="share", unit="percent", value__gt=100),
                name="figure_share_within_whole",
                violation_error_message=_("A share can't exceed 100 percent."),
            ),
            models.CheckConstraint(
                condition=~Q(part_of=F("code")),
                name="figure_part_of_another",
                violation_error_message=_("A figure can't be part of itself."),
            ),
        ]

    def key(self) -> str:
        return (self.indicator_id or "statement").replace(".", "-")


class TargetManager(models.Manager.from_queryset(FigureQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> FigureQuerySet:
        return super().get_queryset().targets()


class Target(Figure):
    """A figure aimed at, in a number, in relation to another, or in words."""

    objects: ClassVar = TargetManager()

    class Meta:
        proxy = True
        verbose_name = _("target")
        verbose_name_plural = _("targets")


class ObservationManager(models.Manager.from_queryset(FigureQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> FigureQuerySet:
        return super().get_queryset().observations()


class Observation(Figure):
    """A figure observed, planned or intended."""

    objects: ClassVar = ObservationManager()

    class Meta:
        proxy = True
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
