"""Terms: what a program or measure sets for each case, contract or pot."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.quantified import Quantified, given_together
from registry.fields import AmountField, ChoiceField, NameField
from registry.models.orderings import in_order_of

# Parts of a whole: a percentage of theirs can't exceed it.
SHARES = (
    "pledge_rate deal_share risk_share compensation_rate payout_ratio subsidy_rate"
    " gov_share invest_share loss_tolerance gain_award"
).split()

MONEY = ("CNY", "USD", "HKD")
TIME = ("month", "day")
# Units in which terms of a kind are stated, the usual one first; percent for others.
UNITS_OF_KIND = {
    **dict.fromkeys(
        "amount guarantee_amount guarantee_balance size compensation_cap subsidy_cap"
        " subsidy_amount".split(),
        MONEY,
    ),
    **dict.fromkeys("quota threshold".split(), (*MONEY, "count", "percent", "month")),
    **dict.fromkeys("tenor fund_life validity".split(), TIME),
    **dict.fromkeys("interval processing_time".split(), ("day", "month")),
    "leverage": ("multiple", "ratio"),
}


class Term(Quantified):
    """What a program or measure sets for each case, contract or pot."""

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("amount")
        TENOR = "tenor", _("tenor")
        RATE = "rate", _("interest rate")
        FEE_RATE = "fee_rate", _("fee rate")
        PLEDGE_RATE = "pledge_rate", _("pledge rate")
        DEAL_SHARE = "deal_share", _("share of the deal")
        GUARANTEE_AMOUNT = "guarantee_amount", _("guaranteed amount")
        GUARANTEE_BALANCE = "guarantee_balance", _("guaranteed balance")
        QUOTA = "quota", _("total quota")
        SIZE = "size", _("size")
        RISK_SHARE = "risk_share", _("share of the risk")
        COMPENSATION_RATE = "compensation_rate", _("compensation rate")
        COMPENSATION_CAP = "compensation_cap", _("compensation cap")
        PAYOUT_RATIO = "payout_ratio", _("payout ratio")
        SUBSIDY_RATE = "subsidy_rate", _("subsidy rate")
        SUBSIDY_CAP = "subsidy_cap", _("subsidy cap")
        SUBSIDY_AMOUNT = "subsidy_amount", _("fixed subsidy")
        LEVERAGE = "leverage", _("leverage")
        GOV_SHARE = "gov_share", _("government share")
        INVEST_SHARE = "invest_share", _("share to be invested")
        FUND_LIFE = "fund_life", _("fund life")
        LOSS_TOLERANCE = "loss_tolerance", _("loss tolerance")
        GAIN_AWARD = "gain_award", _("share of gains")
        THRESHOLD = "threshold", _("threshold")
        INTERVAL = "interval", _("interval")
        PROCESSING_TIME = "processing_time", _("processing time")
        VALIDITY = "validity", _("validity")

        @property
        def units(self) -> tuple[str, ...]:
            """Units in which it is stated, the usual one first."""
            return UNITS_OF_KIND.get(self.value, ("percent",))

    class Per(models.TextChoices):
        ENTERPRISE = "enterprise", _("per firm")
        LOAN = "loan", _("per loan")
        PROJECT = "project", _("per project")
        ISSUE = "issue", _("per issue")
        INSTITUTION = "institution", _("per institution")
        FUND = "fund", _("per fund")

    class Frequency(models.TextChoices):
        ONCE = "once", _("once")
        YEARLY = "yearly", _("every year")

    passage = models.ForeignKey(
        "Passage", models.PROTECT, related_name="terms", verbose_name=_("passage")
    )
    kind = ChoiceField(_("kind"), choices=Kind)
    program = models.ForeignKey(
        "Program",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("program"),
    )
    applies_to = NameField(_("applies to"), blank=True)
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, help_text=_("Among terms that share their wording.")
    )
    previous = AmountField(
        _("before"), null=True, blank=True, help_text=_("The value it replaces.")
    )
    per = ChoiceField(_("for each"), choices=Per, blank=True)
    base = NameField(_("share of"), blank=True)
    frequency = ChoiceField(_("frequency"), choices=Frequency, blank=True)
    condition = NameField(_("condition"), blank=True)

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "as_written",
        "applies_to",
        "base",
        "condition",
        "program__name",
        "program__citations__as_written",
        "passage__document__title",
    ]

    class Meta(Quantified.Meta):
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["code"]
        indexes = [
            models.Index(
                fields=["kind", "value", "program"], name="term_by_kind_and_value"
            ),
            *in_order_of("term", "kind", "value", "updated_at"),
        ]
        constraints = [
            *given_together(),
            models.CheckConstraint(
                condition=~Q(kind__in=SHARES, unit="percent", value__gt=100),
                name="term_share_within_whole",
                violation_error_message=_("A share can't exceed 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | Q(value__isnull=False),
                name="term_previous_has_value",
                violation_error_message=_("A value before needs the value after it."),
            ),
        ]

    def key(self) -> str:
        return self.kind
