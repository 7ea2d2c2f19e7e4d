"""Passages of documents, measures among them, and who answers for a measure."""

import re
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.fields import OWNED_CODE, ChoiceField, CodeField, NameField
from registry.models import Owned, OwnedRecord, Publication, RecordQuerySet
from registry.models.orderings import in_order_of

# What a record lacks whose passage is not there to be read.
UNREADABLE = _("Its passage is not published.")

CHAPTERS = "一二三四五六七八九十"
RESERVED = {
    "标题": "title",
    "通知": "notice",
    "引言": "preamble",
    "附则": "final",
}


def locator_key(locator: str) -> str:
    """The ASCII form of a locator, the last part of a passage's code.

    ``§8`` → ``8``, ``五(三)`` → ``5-3``, ``三`` → ``c3``, ``¶2(一)`` → ``p2-1``,
    ``通知`` → ``notice``, ``附件1`` → ``annex-1``, ``Group 5`` → ``group-5``.
    """
    if locator in RESERVED:
        return RESERVED[locator]
    numbered = re.sub(
        f"[{CHAPTERS}]+", lambda found: str(_chinese(found.group())), locator
    )
    if re.fullmatch(r"\d+", numbered):
        return f"c{numbered}"
    key = numbered.replace("附件", "annex-").replace("¶", "p").replace("§", "")
    key = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    if not key:
        raise ValueError(f"{locator!r} is no locator.")
    return key


def _chinese(number: str) -> int:
    """A chapter's number up to 99: 十二 → 12."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return CHAPTERS.index(number) + 1
    return (CHAPTERS.index(tens) + 1 if tens else 1) * 10 + (
        CHAPTERS.index(ones) + 1 if ones else 0
    )


def borne_out(record: str = "") -> Q:
    """Rows whose passage is there to be read: of a draft it may be a draft.

    ``record`` leads from the row to the record whose draft it is.
    """
    drafts = {f"{record}publication": Publication.DRAFT}
    return Q(passage__publication=Publication.PUBLISHED) | Q(
        passage__publication=Publication.DRAFT, **drafts
    )


class ReadQuerySet(RecordQuerySet):
    """Records that are each read from one passage."""

    def without_evidence(self) -> Self:
        """Those whose passage was withdrawn, or is a draft although they are not."""
        return self.exclude(borne_out())


class PassageQuerySet(RecordQuerySet):
    def measures(self) -> Self:
        return self.filter(kind="measure")


class Passage(OwnedRecord):
    """A stretch of a document that facts are read from, in our own summary."""

    class Kind(models.TextChoices):
        TITLE = "title", _("title")
        NOTICE = "notice", _("notice")
        PREAMBLE = "preamble", _("preamble")
        GOAL = "goal", _("goal")
        MEASURE = "measure", _("measure")
        SAFEGUARD = "safeguard", _("safeguard")
        FINAL = "final", _("final provision")
        PARAGRAPH = "paragraph", _("paragraph")

    code = CodeField(pattern=OWNED_CODE, primary_key=True, blank=True, max_length=120)
    document = models.ForeignKey(
        "Document", models.PROTECT, related_name="passages", verbose_name=_("document")
    )
    locator = NameField(
        _("locator"),
        max_length=80,
        help_text=_("§8, 五(三), ¶4, 通知, 附则: where the document numbers itself."),
    )
    kind = ChoiceField(_("kind"), choices=Kind)
    chapter = NameField(_("chapter"), blank=True)
    heading = NameField(_("heading"), blank=True)
    summary = models.TextField(_("summary"), help_text=_("In our own words."))
    text = models.TextField(
        _("text"), blank=True, help_text=_("The wording itself; empty when shipped.")
    )
    order = models.PositiveSmallIntegerField(_("order"))

    objects: ClassVar = PassageQuerySet.as_manager()

    shown_with = ("terms", "figures")
    owner = "document"

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = [
        "code",
        "locator",
        "heading",
        "chapter",
        "summary",
        "citations__as_written",
        "citations__program__name",
        "responsibilities__agency__name",
        "responsibilities__agency__short_name",
        "responsibilities__agency__aliases__name",
        "responsibilities__as_written",
        "responsibilities__task",
        "terms__as_written",
        "document__title",
        "document__number",
    ]

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["document", "order"]
        indexes = in_order_of("passage", "order", "updated_at")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "locator"],
                name="passage_locator_unique",
                violation_error_message=_("The document has this locator already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.locator}"

    def clean(self) -> None:
        """The locator has to give the code its last part."""
        super().clean()
        try:
            self.key()
        except ValueError as error:
            sentence = _("Write the place as the text numbers it: ¶3, 五(三), §8.")
            raise ValidationError({"locator": sentence}) from error

    def key(self) -> str:
        return locator_key(self.locator)


class MeasureManager(models.Manager.from_queryset(PassageQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PassageQuerySet:
        return super().get_queryset().measures()


class Measure(Passage):
    """A numbered measure or clause of a policy, with its responsible units."""

    objects: ClassVar = MeasureManager()

    class Meta:
        proxy = True
        verbose_name = _("measure")
        verbose_name_plural = _("measures")


class Responsibility(Owned):
    """Who answers for a measure: from its printed list (责任单位) or its own text."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        JOINT = "joint", _("joint")
        RESPONSIBLE = "responsible", _("responsible")
        PARTICIPANT = "participant", _("participant")
        SUPPORT = "support", _("support and guidance")

    class Source(models.TextChoices):
        LISTED = "listed", _("list of responsible units")
        TEXT = "text", _("running text")

    passage = models.ForeignKey(
        Passage,
        models.CASCADE,
        related_name="responsibilities",
        verbose_name=_("measure"),
    )
    source = ChoiceField(_("read from"), choices=Source, default=Source.LISTED)
    order = models.PositiveSmallIntegerField(_("order"))
    group = models.PositiveSmallIntegerField(
        pgettext_lazy("responsibility", "group"),
        default=1,
        help_text=_("Which comma group of the printed list."),
    )
    agency = models.ForeignKey(
        "Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("agency"),
    )
    role = ChoiceField(_("role"), choices=Role, default=Role.RESPONSIBLE)
    task = models.TextField(_("task"), blank=True)
    as_written = models.TextField(_("as written"), blank=True)

    owner = "passage"
    hidden_with = ("agency",)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["passage", "source", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(as_written=""),
                name="responsibility_names_somebody",
                violation_error_message=_("Give an agency or the words of the text."),
            )
        ]

    def key(self) -> str:
        return f"{self.source}-{self.order}"
