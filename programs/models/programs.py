"""Finance programs of every kind; funds and platforms are their proxies."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.models.instruments import INSTRUMENT_OF_KIND, Instrument, Kind
from programs.models.participation import Citation
from programs.models.passages import borne_out
from programs.models.regions import RegionalQuerySet, within
from registry.fields import (
    ChoiceField,
    CodePointText,
    NameField,
    PartialDateField,
    PinyinField,
)
from registry.models import CodedRecord, RecordQuerySet
from registry.models.orderings import in_order_of
from registry.validity import Holds, ended_before, holding


# Ignored by mypy: the plugin types as_manager() of each base as that base's own.
class ProgramQuerySet(RecordQuerySet, RegionalQuerySet):  # type: ignore[override]
    def within(self, code: str) -> Self:
        """Programs of the region or of one of the places in it where they run."""
        places = Program.places.through.objects.filter(within("region", code))
        return self.filter(
            within("region", code) | Q(pk__in=places.values("program_id"))
        )

    def in_force(self, on: date, *, answer: Holds | str = Holds.YES) -> Self:
        """Programs known to run that day, or known not to, or of which it is unknown.

        One that states no end is not known to: nobody said that it still runs.
        """
        return self.filter(holding(F("launched"), F("ended"), on, answer))

    def expiring(self, before: date) -> Self:
        """Programs whose stated end lies before that day."""
        return self.filter(ended_before(F("ended"), before))

    def without_evidence(self) -> Self:
        """Programs that no passage is cited for, or none that is there to be read."""
        cited = Citation.objects.filter(borne_out("program__"), program=OuterRef("pk"))
        return self.exclude(Exists(cited))

    def with_end(self) -> Self:
        """Each with its stated end, a partial date, as ``end``."""
        return self.annotate(end=F("ended"))


class Program(CodedRecord):
    """A product, fund, subsidy, platform or scheme that finances technology firms."""

    Kind = Kind
    Instrument = Instrument

    class FundStrategy(models.TextChoices):
        SEED = "seed", _("seed")
        ANGEL = "angel", _("angel")
        VENTURE = "venture", _("venture")
        INDUSTRY = "industry", _("industry")
        MNA = "mna", _("mergers and acquisitions")
        SECONDARY = "secondary", _("secondary (S fund)")
        PROOF_OF_CONCEPT = "proof_of_concept", _("proof of concept")
        PILOT_SCALE = "pilot_scale", _("pilot scale")
        TECH_TRANSFER = "tech_transfer", _("technology transfer")

    class FundVehicle(models.TextChoices):
        DIRECT = "direct", _("direct investment")
        FUND_OF_FUNDS = "fund_of_funds", _("fund of funds")
        GUIDANCE = "guidance", _("government guidance")
        AIC = "aic", _("AIC")
        QFLP = "qflp", _("QFLP")
        QDLP = "qdlp", _("QDLP")
        GUARANTEE = "guarantee", _("guarantee fund")
        MATRIX = "matrix", _("fund matrix")

    class Lifecycle(models.TextChoices):
        DRAFT = "draft", _("out for comment")
        SOUGHT = "sought", _("sought")
        ENCOURAGED = "encouraged", _("encouraged")
        PLANNED = "planned", pgettext_lazy("lifecycle", "planned")
        PILOT = "pilot", _("pilot")
        ACTIVE = "active", pgettext_lazy("lifecycle", "active")
        CLOSED = "closed", pgettext_lazy("lifecycle", "ended")

    name = NameField(_("name"))
    name_en = NameField(_("name in English"), blank=True)
    kind = ChoiceField(_("kind"), choices=Kind)
    stip_instrument = ChoiceField(
        _("STIP Compass instrument"),
        choices=Instrument,
        blank=True,
        help_text=_("Only where it differs from the kind's own."),
    )
    fund_strategy = ChoiceField(_("fund strategy"), choices=FundStrategy, blank=True)
    fund_vehicle = ChoiceField(_("fund vehicle"), choices=FundVehicle, blank=True)
    lifecycle = ChoiceField(
        _("lifecycle"),
        choices=Lifecycle,
        blank=True,
        help_text=_("By the text's own verb; empty where it says nothing."),
    )
    region = models.ForeignKey(
        "Region", models.PROTECT, related_name="programs", verbose_name=_("region")
    )
    province = models.GeneratedField(
        expression=Substr("region", 1, 2),
        output_field=CodePointText(_("province"), max_length=2),
        db_persist=True,
    )
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("In our own words.")
    )
    eligibility = models.TextField(_("who may apply"), blank=True)
    launched = PartialDateField(_("launched"))
    ended = PartialDateField(_("ended"))
    website = models.URLField(_("website"), max_length=500, blank=True)
    places: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "Region", blank=True, related_name="hosted", verbose_name=_("places")
    )
    categories: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "Category", blank=True, related_name="programs", verbose_name=_("meant for")
    )
    pinyin = PinyinField(of=["name"])

    objects: ClassVar = ProgramQuerySet.as_manager()

    shown_with = ("terms", "figures")
    no_evidence: ClassVar = _("No passage is cited for it that is there to be read.")
    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "name",
        "name_en",
        "citations__as_written",
        "summary",
        "eligibility",
        "roles__agency__name",
        "roles__agency__short_name",
        "roles__agency__name_en",
        "roles__agency__aliases__name",
        "roles__as_written",
        "terms__as_written",
        "links__target__name",
        "region__name",
        "region__name_en",
        "places__name",
        "categories__name",
        "categories__name_en",
        "citations__passage__heading",
        "citations__passage__summary",
        "citations__passage__document__title",
    ]

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["code"]
        indexes = [
            # A list of one province, or of a city in it, newest first. The region last,
            # since it can be compared without reading the row.
            models.Index(
                fields=[
                    "publication", "province", "kind", "updated_at", "code", "region",
                ],
                name="program_list",
            ),
            models.Index(
                fields=["publication", "kind", "updated_at", "code"],
                name="program_by_kind",
            ),
            models.Index(fields=["updated_at", "code"], name="program_newest"),
            *in_order_of("program", "name", "launched", "verified_on"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="fund") | Q(fund_strategy="", fund_vehicle=""),
                name="program_fund_fields",
                violation_error_message=_("Only a fund has a strategy and a vehicle."),
            ),
            models.CheckConstraint(
                condition=Q(ended="") | Q(launched__lte=Concat("ended", Value("-99"))),
                name="program_launched_before_end",
                violation_error_message=_("It can't end before it is launched."),
            ),
        ]

    def lacking(self) -> list[str]:
        """What the program still needs before it can be published."""
        if self.citations.exists():
            return []
        return [gettext("A published program needs a passage that it is written in.")]

    @property
    def instrument(self) -> str:
        """The STIP Compass instrument: its own where given, else its kind's."""
        return self.stip_instrument or INSTRUMENT_OF_KIND[self.kind]


class FundManager(models.Manager.from_queryset(ProgramQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> ProgramQuerySet:
        return super().get_queryset().filter(kind=Kind.FUND)


class Fund(Program):
    """A program of the kind fund."""

    objects: ClassVar = FundManager()

    class Meta:
        proxy = True
        verbose_name = _("fund")
        verbose_name_plural = _("funds")


class PlatformManager(models.Manager.from_queryset(ProgramQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> ProgramQuerySet:
        return super().get_queryset().filter(kind=Kind.PLATFORM)


class Platform(Program):
    """A program of the kind platform."""

    objects: ClassVar = PlatformManager()

    class Meta:
        proxy = True
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
