"""Agencies and specialist branches in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.admin.filters import InRegion
from programs.models import Agency, AgencyAlias, SpecialistBranch
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline


class Aliases(OwnedInline):
    model = AgencyAlias
    fields = ["name", "region", "passage"]
    autocomplete_fields = ["region", "passage"]


@admin.register(Agency)
class Agencies(EditedAdmin):
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
    fieldsets = [
        (None, {"fields": ["code", ("name", "short_name"), "name_en"]}),
        (_("What it is"), {"fields": [("kind", "region"), "parent", "summary"]}),
        (_("Register"), {"fields": [("uscc", "licence"), ("opened", "closed")]}),
        PUBLICATION,
    ]


@admin.register(SpecialistBranch)
class Branches(Agencies):
    api_name = "branches"
