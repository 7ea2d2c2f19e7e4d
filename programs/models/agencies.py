"""Bodies and firms: who runs, guarantees, lends, regulates; their names as printed."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Least, Length, Mod, StrIndex, Substr
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from programs.models.names import slug
from programs.models.regions import RegionalQuerySet, lineage
from registry.fields import (
    ChoiceField,
    CodePointText,
    NameField,
    PartialDateField,
    PinyinField,
)
from registry.models import CodedQuerySet, CodedRecord, Owned, RecordQuerySet
from registry.models.orderings import in_order_of

SPECIALIST_KINDS = (
    "tech_branch",
    "tech_feature_branch",
    "tech_unit",
    "tech_insurance_unit",
)


def valid_uscc() -> Q:
    """The check of GB 32100-2015: 18 characters, weights 3^(i-1), sum a multiple of 31.

    The same sum as ``stdnum.cn.uscc`` makes, written for the database.
    """
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    places = [
        StrIndex(Value(alphabet), Substr("uscc", place, 1)) for place in range(1, 19)
    ]
    weights = [pow(3, place, 31) for place in range(17)] + [1]
    total: Any = Value(0)
    for weight, place in zip(weights, places, strict=True):
        total = total + Value(weight) * (place - Value(1))
    return Q(uscc="") | Q(Exact(Length("uscc"), Value(18))) & Q(
        GreaterThan(Least(*places), Value(0))
    ) & Q(Exact(Mod(total, Value(31)), Value(0)))


# Ignored by mypy: the plugin types as_manager() of each base as that base's own.
class AgencyQuerySet(RecordQuerySet, RegionalQuerySet):  # type: ignore[override]
    def specialist(self) -> Self:
        """Specialist branches and units of technology finance."""
        return self.filter(kind__in=SPECIALIST_KINDS)

    def without_evidence(self) -> Self:
        """Agencies that no text names: no alias, role, responsibility, case or part."""
        return self.filter(
            aliases=None,
            responsibilities=None,
            document_roles=None,
            program_roles=None,
            cases=None,
            parts=None,
        )

    def named(self, name: str, region: str) -> "Agency":
        """The one agency that a text from that region calls so.

        Looked up among the names and aliases of the region, then of each above it.
        Raises ``ValueError`` that names the candidates when there is none or several.
        """
        for code in lineage(region):
            found: Any = (
                self.filter(merged_into=None)
                .filter(
                    Q(aliases__name=name, aliases__region=code)
                    | Q(region=code) & (Q(name=name) | Q(short_name=name))
                )
                .distinct()
            )
            if len(found) == 1:
                return found[0]
            if found:
                raise ValueError(
                    f"{name}: several in {code}: {sorted(a.pk for a in found)}"
                )
        elsewhere = self.filter(Q(name=name) | Q(aliases__name=name))
        codes = sorted(set(elsewhere.values_list("code", flat=True)))
        raise ValueError(f"{name}: none in {region}; elsewhere: {codes or 'none'}")


class Agency(CodedRecord):
    """A body that acts: government department, bank, guarantor, investor, firm."""

    class Kind(models.TextChoices):
        PARTY = "party", _("party organ")
        GOVERNMENT = "government", _("people's government")
        OFFICE = "office", _("government office")
        DEPARTMENT = "department", _("government department")
        ZONE_COMMITTEE = "zone_committee", _("zone administration")
        CENTRAL_BANK = "central_bank", _("central bank and its branches")
        REGULATOR = "regulator", _("financial regulator")
        DIVISION = "division", _("division of a body")
        BANK = "bank", _("bank")
        BANK_BRANCH = "bank_branch", _("bank branch")
        TECH_BRANCH = "tech_branch", _("technology sub-branch")
        TECH_FEATURE_BRANCH = "tech_feature_branch", _("technology feature sub-branch")
        TECH_UNIT = "tech_unit", _("technology finance unit")
        TECH_INSURANCE_UNIT = "tech_insurance_unit", _("technology insurance unit")
        INSURER = "insurer", _("insurer")
        GUARANTOR = "guarantor", _("financing guarantor")
        SECURITIES = "securities", _("securities firm")
        INVESTOR = "investor", _("investment firm")
        OTHER_FINANCE = "other_finance", _("other financial institution")
        STATE_GROUP = "state_group", _("state capital group")
        EXCHANGE = "exchange", _("trading venue")
        ASSOCIATION = "association", _("association")
        ALLIANCE = "alliance", _("alliance")
        SERVICE_CENTRE = "service_centre", _("service body")
        RESEARCH = "research", _("university or institute")
        MEDIA = "media", _("media")
        ENTERPRISE = "enterprise", _("enterprise")
        COLLECTIVE = "collective", _("collective")

    name = NameField(_("name"))
    short_name = NameField(_("short name"), blank=True)
    name_en = NameField(_("name in English"), blank=True)
    kind = ChoiceField(_("kind"), choices=Kind)
    region = models.ForeignKey(
        "Region", models.PROTECT, related_name="agencies", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    uscc = CodePointText(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        help_text=_("18 characters, GB 32100-2015; checked by its last."),
    )
    licence = CodePointText(_("financial licence"), max_length=40, blank=True)
    opened = PartialDateField(_("opened"))
    closed = PartialDateField(_("closed"))
    summary = models.TextField(_("summary"), blank=True)
    pinyin = PinyinField(of=["name", "short_name"])

    objects: ClassVar = AgencyQuerySet.as_manager()

    no_evidence: ClassVar = _("No text names it: no alias, role, duty or case.")

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "name",
        "short_name",
        "name_en",
        "aliases__name",
        "uscc",
        "summary",
        "parent__name",
        "parent__short_name",
        "region__name",
        "region__name_en",
    ]

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["code"]
        indexes = in_order_of("agency", "name", "opened", "updated_at")
        constraints = [
            models.CheckConstraint(
                condition=valid_uscc(),
                name="agency_uscc_valid",
                violation_error_message=_(
                    "Not a valid unified social credit code (GB 32100-2015)."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind="division") | Q(parent__isnull=False),
                name="agency_division_has_parent",
                violation_error_message=_("A division is part of a body: name it."),
            ),
            models.CheckConstraint(
                condition=Q(closed="")
                | Q(opened__lte=models.functions.Concat("closed", Value("-99"))),
                name="agency_opened_before_closed",
                violation_error_message=_("It can't close before it opens."),
            ),
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(uscc=""), name="agency_uscc_unique"
            ),
        ]

    def clean(self) -> None:
        if self.uscc:
            try:
                self.uscc = uscc.validate(self.uscc)
            except uscc.ValidationError as error:
                raise ValidationError({"uscc": str(error)}) from error

    def take_over(self, other: Self) -> None:
        """Answer to the other's names too, in texts of its region."""
        for name in filter(None, (other.name, other.short_name)):
            taken = AgencyAlias.objects.filter(name=name, region=other.region_id)
            if name not in (self.name, self.short_name) and not taken.exists():
                self.aliases.create(name=name, region_id=other.region_id)


class AgencyAlias(Owned):
    """A name under which texts of a region print an agency."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, related_name="aliases", verbose_name=_("agency")
    )
    name = NameField(_("name as printed"))
    region = models.ForeignKey(
        "Region",
        models.PROTECT,
        related_name="aliases",
        verbose_name=_("in texts of"),
    )
    passage = models.ForeignKey(
        "Passage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name=_("passage"),
    )
    pinyin = PinyinField(of=["name"])

    objects: ClassVar = CodedQuerySet.as_manager()
    owner = "agency"

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region"],
                name="alias_unique",
                violation_error_message=_(
                    "Another agency already goes by this name in this region."
                ),
            )
        ]

    def key(self) -> str:
        return slug(self.name)


class SpecialistBranchManager(models.Manager.from_queryset(AgencyQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> AgencyQuerySet:
        return super().get_queryset().specialist()


class SpecialistBranch(Agency):
    """A 科技支行, feature branch or dedicated unit of a bank or insurer."""

    objects: ClassVar = SpecialistBranchManager()

    class Meta:
        proxy = True
        verbose_name = _("specialist branch")
        verbose_name_plural = _("specialist branches")
