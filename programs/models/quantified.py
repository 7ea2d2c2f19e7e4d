"""What terms and figures share: a value, its unit and comparator, its own wording."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models.passages import UNREADABLE, ReadQuerySet
from registry.fields import AmountField, ChoiceField
from registry.models import OwnedRecord


class Comparator(models.TextChoices):
    EQ = "eq", _("exactly")
    GT = "gt", _("more than")
    GTE = "gte", _("at least")
    LT = "lt", _("less than")
    LTE = "lte", _("at most")
    BETWEEN = "between", _("between")
    APPROX = "approx", _("about")
    APPROX_BELOW = "approx_below", _("nearly")
    ORDER = "order", _("in the order of")


class Unit(models.TextChoices):
    """Units of value; money by ISO 4217."""

    CNY = "CNY", _("yuan")
    USD = "USD", _("US dollar")
    HKD = "HKD", _("Hong Kong dollar")
    PERCENT = "percent", _("percent")
    COUNT = "count", _("count")
    INSTANCE = "instance", _("instances")
    MONTH = "month", _("months")
    DAY = "day", _("days")
    MULTIPLE = "multiple", _("times")
    RATIO = "ratio", _("ratio")
    TONNE_YEAR = "tonne_year", _("tonnes a year")


def given_together() -> list[models.BaseConstraint]:
    """What holds for every value: unit and comparator with it, two for a range."""
    return [
        models.CheckConstraint(
            condition=Q(value__isnull=True, unit="")
            | Q(value__isnull=False) & ~Q(unit="") & ~Q(comparator=""),
            name="%(class)s_value_has_unit",
            violation_error_message=_(
                "A value needs its unit and comparator, and a unit its value."
            ),
        ),
        models.CheckConstraint(
            condition=Q(
                comparator="between",
                value__isnull=False,
                value_to__isnull=False,
                value_to__gt=F("value"),
            )
            | ~Q(comparator="between") & Q(value_to__isnull=True),
            name="%(class)s_range_is_whole",
            violation_error_message=_(
                "“Between” needs a second value above the first, and only “between”."
            ),
        ),
        models.CheckConstraint(
            condition=~Q(as_written=""),
            name="%(class)s_as_written",
            violation_error_message=_("Give the words it was written in."),
        ),
        models.CheckConstraint(
            condition=~Q(restates=F("code")),
            name="%(class)s_restates_another",
            violation_error_message=_("A figure can't restate itself."),
        ),
    ]


class Quantified(OwnedRecord):
    """A value read from a passage, with unit, comparator and its own wording."""

    comparator = ChoiceField(_("comparator"), choices=Comparator, blank=True)
    value = AmountField(_("value"), null=True, blank=True)
    value_to = AmountField(_("up to"), null=True, blank=True)
    unit = ChoiceField(_("unit"), choices=Unit, blank=True)
    as_written = models.TextField(_("as written"))
    restates = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="retold",
        verbose_name=_("tells again"),
        help_text=_("The same fact in another passage; it is not counted twice."),
    )

    objects: ClassVar = ReadQuerySet.as_manager()
    owner = "passage"
    no_evidence: ClassVar = UNREADABLE

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.as_written
