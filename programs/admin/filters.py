"""Filters of the change lists: by place, stage and platform."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.models import Category, Platform, Program, ProgramLink, Region
from programs.models.regions import within


class InRegion(admin.SimpleListFilter):
    """Records of a region and of all that lies in it; regions that have records."""

    title = _("region")
    parameter_name = "in"
    column = "region"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        used = model_admin.model._base_manager.order_by().values(self.column)
        codes = set(used.distinct().values_list(self.column, flat=True))
        codes |= {code[:2] + "0000" for code in codes if code}
        found = Region.objects.filter(code__in=codes, level__in=SHOWN_LEVELS)
        english = get_language() == "en"
        return [
            (r.code, (english and r.name_en) or r.name) for r in found.order_by("code")
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        code = self.value()
        return queryset.filter(within(self.column, code)) if code else queryset


SHOWN_LEVELS = ("country", "province", "city")


class DocumentRegion(InRegion):
    column = "document__region"


class PassageRegion(InRegion):
    column = "passage__document__region"


class ForStage(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        stages = {c.code: str(c) for c in Category.objects.filter(scheme="stage")}
        order = ("seed", "startup", "growth", "mature")
        return [(code, stages[code]) for code in order if code in stages]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        meant = Program.categories.through.objects.filter(
            program=OuterRef("pk"), category=self.value()
        )
        return queryset.filter(Exists(meant))


class OnPlatform(admin.SimpleListFilter):
    title = _("platform")
    parameter_name = "platform"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        offering = ProgramLink.objects.filter(relation="offered_on").values("target")
        return [(p.code, str(p)) for p in Platform.objects.filter(pk__in=offering)]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        offers = ProgramLink.objects.filter(
            program=OuterRef("pk"), relation="offered_on", target=self.value()
        )
        return queryset.filter(Exists(offers))
