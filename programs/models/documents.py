"""Policies, articles and agreements, and who issued or published them."""

from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext_lazy as _

from programs.document_numbers import DocumentNumberError, normalise
from programs.models.names import initials
from programs.models.regions import RegionalQuerySet
from registry.fields import (
    ChoiceField,
    CodePointText,
    NameField,
    PartialDateField,
    PinyinField,
)
from registry.models import CodedRecord, Owned, RecordQuerySet
from registry.models.orderings import in_order_of
from registry.validity import Holds, ended_before, holding, holds_on

IDLE = ("draft", "repealed")


# Ignored by mypy: the plugin types as_manager() of each base as that base's own.
class DocumentQuerySet(RecordQuerySet, RegionalQuerySet):  # type: ignore[override]
    def in_force(self, on: date, *, answer: Holds | str = Holds.YES) -> Self:
        """Policies known to apply that day, or known not to, or of which it is unknown.

        One that states no end, or no beginning, is not known to; a draft or a repealed
        one is known not to. Without a day of effect the day of issue counts.
        """
        begin = Coalesce(NullIf(F("effective_on"), Value("")), F("issued_on"))
        idle = Q(status__in=IDLE)
        said = holding(begin, F("expires_on"), on, answer)
        return self.filter(said | idle if answer == Holds.NO else said & ~idle)

    def expiring(self, before: date) -> Self:
        """Issued policies whose stated end lies before that day."""
        return self.filter(ended_before(F("expires_on"), before), status="issued")

    def with_end(self) -> Self:
        """Each with its stated end, a partial date, as ``end``."""
        return self.annotate(end=F("expires_on"))

    def without_evidence(self) -> Self:
        """Documents of which nothing is read, carried, or known from a passage."""
        return self.filter(passages=None, carries=None, learned_from=None)


class Document(CodedRecord):
    """A text that facts are read from, or that another text mentions."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("policy document")
        INTERPRETATION = "interpretation", _("interpretation")
        NEWS = "news", _("news report")
        BULLETIN = "bulletin", _("bulletin")
        AGREEMENT = "agreement", _("agreement")
        OTHER = "other", _("other")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft for comment")
        ISSUED = "issued", _("issued")
        REPEALED = "repealed", _("repealed")

    class Coverage(models.TextChoices):
        FULL = "full", _("full text")
        SUMMARY = "summary", _("summary")
        REPORTED = "reported", _("known from reports")
        MENTIONED = "mentioned", _("mentioned only")

    class ExpiryBasis(models.TextChoices):
        PRINTED = "printed", _("printed")
        COMPUTED = "computed", _("computed from the validity")

    title = NameField(_("title"), max_length=300)
    title_en = NameField(_("title in English"), max_length=300, blank=True)
    notice_title = NameField(_("title of the notice"), max_length=300, blank=True)
    kind = ChoiceField(_("kind"), choices=Kind)
    genre = NameField(
        _("genre"), blank=True, help_text=_("As printed: 行动方案, 若干政策, 实施意见…")
    )
    status = ChoiceField(_("status"), choices=Status, blank=True)
    coverage = ChoiceField(
        _("coverage"),
        choices=Coverage,
        help_text=_("How much of the text the registry has read."),
    )
    number = CodePointText(
        _("document number"),
        max_length=80,
        blank=True,
        help_text=_("In its proper form: 武政办〔2025〕67号."),
    )
    number_as_printed = CodePointText(_("as printed"), max_length=80, blank=True)
    region = models.ForeignKey(
        "Region", models.PROTECT, related_name="documents", verbose_name=_("region")
    )
    issued_on = PartialDateField(_("issued on"))
    published_on = PartialDateField(_("published on"))
    effective_on = PartialDateField(_("in force from"))
    expires_on = PartialDateField(_("in force until"))
    expiry_basis = ChoiceField(_("end known from"), choices=ExpiryBasis, blank=True)
    issued_as_written = NameField(_("date as printed"), blank=True)
    addressees = models.TextField(_("addressees"), blank=True)
    author = NameField(_("author"), blank=True)
    language = CodePointText(_("language"), max_length=10, default="zh")
    url = models.URLField(_("link"), max_length=500, blank=True)
    carried_in = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carries",
        verbose_name=_("carried in"),
    )
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    learned_from = models.ForeignKey(
        "Passage",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="told_of",
        verbose_name=_("known from"),
    )
    reports_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="reported_by",
        verbose_name=_("reports on"),
    )
    pinyin = PinyinField(of=["title", "notice_title", "number"])

    objects: ClassVar = DocumentQuerySet.as_manager()

    no_evidence: ClassVar = _("Nothing of it is read, and no passage tells of it.")

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "title",
        "title_en",
        "notice_title",
        "number",
        "number_as_printed",
        "author",
        "roles__agency__name",
        "roles__agency__short_name",
        "roles__agency__aliases__name",
        "roles__as_written",
        "region__name",
        "region__name_en",
    ]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["code"]
        indexes = in_order_of(
            "document", "title", "issued_on", "published_on", "expires_on", "updated_at"
        )
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="document_number_unique",
                violation_error_message=_("Another document has this number."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on="")
                | Q(effective_on__lte=Concat("expires_on", Value("-99"))),
                name="document_effective_before_expiry",
                violation_error_message=_("It can't lapse before it is in force."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on="", expiry_basis="")
                | ~Q(expires_on="") & ~Q(expiry_basis=""),
                name="document_expiry_has_basis",
                violation_error_message=_(
                    "An end needs its basis (printed or computed), and only an end."
                ),
            ),
        ]

    def clean(self) -> None:
        """Put the number into its proper form; it must be one."""
        super().clean()
        if self.number:
            try:
                self.number = normalise(self.number)
            except DocumentNumberError as error:
                raise ValidationError({"number": str(error)}) from error

    def in_force_on(self, day: date) -> Holds:
        """Whether it applies that day, as `DocumentQuerySet.in_force` finds it."""
        begin = self.effective_on or self.issued_on
        return in_force(self.status, begin, self.expires_on, day)


def in_force(status: str, begin: str, end: str, day: date) -> Holds:
    """Whether a document of that status and with those dates applies that day."""
    if status in IDLE:
        return Holds.NO
    return holds_on(begin, end, day)


class DocumentRole(Owned):
    """Who issued, approved, drafted, signed or published a document."""

    class Role(models.TextChoices):
        ISSUER = "issuer", _("issuer")
        APPROVER = "approver", _("approver")
        DRAFTER = "drafter", _("drafter")
        PARTY = "party", _("party")
        PUBLISHER = "publisher", _("publisher")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="roles", verbose_name=_("document")
    )
    role = ChoiceField(_("role"), choices=Role)
    order = models.PositiveSmallIntegerField(_("order"))
    agency = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="document_roles",
        verbose_name=_("agency"),
    )
    as_written = models.TextField(_("as written"), blank=True)

    owner = "document"
    hidden_with = ("agency",)

    class Meta:
        verbose_name = _("role in a document")
        verbose_name_plural = _("roles in documents")
        ordering = ["document", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(as_written=""),
                name="document_role_names_somebody",
                violation_error_message=_("Give an agency or the words of the text."),
            )
        ]

    def key(self) -> str:
        return f"{self.role}-{self.agency_id or initials(self.as_written)}"
