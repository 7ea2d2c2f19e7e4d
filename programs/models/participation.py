"""Who takes part in a program, what it is linked to, where it is written of."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models.names import initials
from registry.fields import ChoiceField, PartialDateField, PinyinField
from registry.models import CodedQuerySet, Owned


class ProgramRole(Owned):
    """Which part an agency, or a body the text does not name, plays in a program."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        PROMOTER = "promoter", _("promoter")
        OPERATOR = "operator", _("operator")
        LENDER = "lender", _("lender")
        GUARANTOR = "guarantor", _("guarantor")
        INSURER = "insurer", pgettext_lazy("program role", "insurer")
        ISSUER = "issuer", pgettext_lazy("program role", "issuer")
        INVESTOR = "investor", _("investor")
        MANAGER = "manager", _("manager")
        FUNDER = "funder", _("public funder")
        SUPPORTER = "supporter", _("support and guidance")
        PARTNER = "partner", _("partner")
        REGULATOR = "regulator", _("approval and supervision")
        CLIENT = "client", _("client")
        RECOGNISED = "recognised", _("recognised")

    program = models.ForeignKey(
        "Program", models.CASCADE, related_name="roles", verbose_name=_("program")
    )
    role = ChoiceField(_("role"), choices=Role)
    order = models.PositiveSmallIntegerField(_("order"))
    agency = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="program_roles",
        verbose_name=_("agency"),
    )
    as_written = models.TextField(_("as written"), blank=True)
    since = PartialDateField(_("since"))

    owner = "program"
    hidden_with = ("agency",)

    class Meta:
        verbose_name = _("role in a program")
        verbose_name_plural = _("roles in programs")
        ordering = ["program", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(as_written=""),
                name="program_role_names_somebody",
                violation_error_message=_("Give an agency or the words of the text."),
            )
        ]

    def key(self) -> str:
        return f"{self.role}-{self.agency_id or initials(self.as_written)}"


class ProgramLink(Owned):
    """How one program stands to another."""

    class Relation(models.TextChoices):
        VARIANT_OF = "variant_of", _("local variant of")
        PART_OF = "part_of", pgettext_lazy("program link", "part of")
        OFFERED_ON = "offered_on", _("offered on")
        FUNDED_BY = "funded_by", _("funded by")
        LINKED_WITH = "linked_with", _("linked with")

    program = models.ForeignKey(
        "Program", models.CASCADE, related_name="links", verbose_name=_("program")
    )
    relation = ChoiceField(_("relation"), choices=Relation)
    target = models.ForeignKey(
        "Program",
        models.PROTECT,
        related_name="linked_from",
        verbose_name=pgettext_lazy("program link", "target"),
    )

    owner = "program"

    class Meta:
        verbose_name = pgettext_lazy("program link", "link")
        verbose_name_plural = _("links")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "relation", "target"],
                name="link_unique",
                violation_error_message=_("This link exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(program=F("target")),
                name="link_to_another",
                violation_error_message=_("A program can't be linked to itself."),
            ),
        ]

    def key(self) -> str:
        return f"{self.relation}-{self.target_id}"


class Citation(Owned):
    """Where a program is written of, and under which name there."""

    program = models.ForeignKey(
        "Program", models.CASCADE, related_name="citations", verbose_name=_("program")
    )
    passage = models.ForeignKey(
        "Passage",
        models.PROTECT,
        related_name="citations",
        verbose_name=_("passage"),
    )
    as_written = models.TextField(_("as written"), blank=True)
    note = models.TextField(_("note"), blank=True)
    pinyin = PinyinField(of=["as_written"])

    objects = CodedQuerySet.as_manager()
    owner = "program"

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "passage"],
                name="citation_unique",
                violation_error_message=_("The program cites this passage already."),
            )
        ]

    def key(self) -> str:
        return self.passage_id
