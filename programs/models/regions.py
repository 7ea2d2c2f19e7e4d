"""Regions by GB/T 2260 code, functional zones and areas among them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.fields import (
    REGION_CODE,
    ChoiceField,
    CodeField,
    NameField,
    PinyinField,
)
from registry.models import Coded, CodedQuerySet
from registry.models.orderings import in_order_of

NATIONAL = "000000"


def subtree(code: str) -> tuple[str, str]:
    """The half-open range of codes below a region, itself included.

    ``310000`` → ``31`` to ``32``; a zone's range is that of its own code. The country
    is no range (`RegionQuerySet.within` and `within` take it as everything).
    """
    prefix = code
    if len(code) == 6:
        while len(prefix) > 2 and prefix.endswith("00"):
            prefix = prefix[:-2]
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def lineage(code: str) -> list[str]:
    """The region's code and those above it, nearest first, up to the country."""
    codes = [code]
    digits = code[:6]
    for shorter in (digits, digits[:4] + "00", digits[:2] + "0000", NATIONAL):
        if shorter not in codes:
            codes.append(shorter)
    return codes


def within(field: str, code: str) -> Q:
    """Rows whose region (the column of that name) is the given one or lies in it.

    Every row lies in the country; negated, that leaves none.
    """
    if code == NATIONAL:
        return ~Q(pk=None)
    first, end = subtree(code)
    return Q(**{f"{field}__gte": first, f"{field}__lt": end})


def here(field: str, code: str) -> Q:
    """Rows of the region and all in it; of the country only what is national."""
    return Q(**{field: code}) if code == NATIONAL else within(field, code)


class RegionQuerySet(CodedQuerySet):
    def within(self, code: str) -> Self:
        """The region and all below it."""
        return self.filter(within("code", code))

    def covering(self, code: str) -> Self:
        """The region and all above it."""
        return self.filter(code__in=lineage(code))


class Region(Coded):
    """A place: country, province, city, district, functional zone or wider area."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        CITY = "city", _("prefecture-level city")
        DISTRICT = "district", _("county or district")
        ZONE = "zone", _("functional zone")
        AREA = "area", _("area across regions")

    code = CodeField(
        pattern=REGION_CODE,
        primary_key=True,
        max_length=80,
        help_text=_("GB/T 2260 code; for a zone, its parent's code and a slug."),
    )
    name = NameField(_("name"))
    name_en = NameField(_("name in English"), blank=True)
    level = ChoiceField(_("level"), choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("lies in"),
    )
    pinyin = PinyinField(of=["name"])

    objects = RegionQuerySet.as_manager()

    # What search reads, in the admin and over REST alike.
    searched: ClassVar = ["code", "name", "name_en"]

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = in_order_of("region", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(level="country") ^ Q(parent__isnull=False),
                name="region_parent_unless_country",
                violation_error_message=_("Every region but the country lies in one."),
            )
        ]


class RegionalQuerySet(models.QuerySet):
    """Records that hold somewhere: their ``region`` column by place."""

    def within(self, code: str) -> Self:
        """Records of the region and of all places in it."""
        return self.filter(within("region", code))

    def covering(self, code: str) -> Self:
        """Records that apply at the place: its own and those of the regions above."""
        return self.filter(region__in=lineage(code))
