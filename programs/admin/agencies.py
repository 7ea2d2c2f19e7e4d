"""Agencies and specialist branches in the admin."""

from collections.abc import Mapping

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.admin.codes import distinct
from programs.admin.filters import InRegion
from programs.bundles import BUNDLES
from programs.models import Agency, AgencyAlias, Passage, SpecialistBranch
from registry.admin.links import list_address
from registry.admin.naming import Naming
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline


class Aliases(OwnedInline):
    model = AgencyAlias
    fields = ["name", "region", "passage"]
    autocomplete_fields = ["region", "passage"]


@admin.register(Agency)
class Agencies(Naming, EditedAdmin):
    code_from = ["region", "name", "kind", "parent"]
    name_fields = ["name", "short_name"]
    names = ["name", "short_name", "aliases__name"]
    list_display = [
        "code",
        "name",
        "kind",
        "region",
        "parent",
        "publication",
        "verified_on",
    ]
    list_filter = [InRegion, "kind"]
    list_select_related = ["region", "parent"]
    search_fields = Agency.searched
    autocomplete_fields = ["region", "parent"]
    inlines = [Aliases]
    api_name = "agencies"
    bundle = BUNDLES["agencies"]
    fieldsets = [
        (None, {"fields": ["code", ("name", "short_name"), "name_en"]}),
        (_("What it is"), {"fields": [("kind", "region"), "parent", "summary"]}),
        (_("Register"), {"fields": [("uscc", "licence"), ("opened", "closed")]}),
        PUBLICATION,
    ]

    def code_parts(self, typed: Mapping[str, str]) -> tuple[str, str]:
        region, name = typed.get("region", ""), typed.get("name", "")
        parent = typed.get("parent", "")
        if parent and typed.get("kind") == Agency.Kind.DIVISION:
            return parent, name
        return region[:6], distinct(name, region)

    def passages_address(self, agency: Agency) -> str:
        return list_address(Passage, agency=agency.pk)


@admin.register(SpecialistBranch)
class Branches(Agencies):
    api_name = "branches"
    bundle = BUNDLES["branches"]
