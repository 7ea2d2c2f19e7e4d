"""Cases in the admin."""

from collections.abc import Mapping

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.admin.codes import distinct
from programs.admin.filters import PassageRegion
from programs.bundles import BUNDLES
from programs.models import Case
from registry.admin.naming import Naming
from registry.admin.records import PUBLICATION, EditedAdmin


@admin.register(Case)
class Cases(Naming, EditedAdmin):
    code_from = ["title", "passage"]
    name_fields = names = ["title"]
    list_display = ["code", "title", "beneficiary", "program", "publication"]
    list_filter = [PassageRegion]
    list_select_related = ["program"]
    search_fields = Case.searched
    autocomplete_fields = ["agency", "provider", "program", "passage"]
    api_name = "cases"
    bundle = BUNDLES["cases"]
    fieldsets = [
        (None, {"fields": ["code", "title", "summary"]}),
        (
            _("Who and what"),
            {"fields": [("beneficiary", "agency"), ("provider", "program")]},
        ),
        (_("When"), {"fields": [("period_start", "period_end")]}),
        (_("Evidence"), {"fields": ["passage"]}),
        PUBLICATION,
    ]

    def code_parts(self, typed: Mapping[str, str]) -> tuple[str, str]:
        # A passage's code begins with the jurisdiction of its document.
        region = typed.get("passage", "")[:6]
        return region, distinct(typed.get("title", ""), region)
