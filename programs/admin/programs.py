"""Programs, funds and platforms in the admin."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from programs.admin.codes import distinct
from programs.admin.filters import ForStage, OfferedIn, OnPlatform
from programs.admin.handbook import Handbooks
from programs.admin.terms import TermsInline, said
from programs.bundles import BUNDLES
from programs.models import (
    Citation,
    Fund,
    Passage,
    Platform,
    Program,
    ProgramLink,
    ProgramRole,
    Term,
)
from registry.admin.links import list_address
from registry.admin.naming import Naming
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline

# Of a program in a list.
MOST_TERMS = 3


class Roles(OwnedInline):
    model = ProgramRole
    fields = ["order", "role", "agency", "as_written", "since"]
    autocomplete_fields = ["agency"]


class Links(OwnedInline):
    model = ProgramLink
    fk_name = "program"
    fields = ["relation", "target"]
    autocomplete_fields = ["target"]


class Citations(OwnedInline):
    model = Citation
    fields = ["passage", "as_written", "note"]
    autocomplete_fields = ["passage"]


@admin.register(Program)
class Programs(Handbooks, Naming, EditedAdmin):
    names = ["name", "citations__as_written"]
    actions = [*EditedAdmin.actions, "handbook_of_selected"]
    list_display = [
        "code",
        "name",
        "kind",
        "region",
        "lifecycle",
        "key_terms",
        "publication",
        "verified_on",
    ]
    list_filter = [OfferedIn, "kind", "lifecycle", ForStage, OnPlatform]
    list_select_related = ["region"]
    search_fields = Program.searched
    autocomplete_fields = ["region", "places", "categories"]
    inlines = [TermsInline, Roles, Links, Citations]
    api_name = "programs"
    bundle = BUNDLES["programs"]
    fieldsets = [
        (None, {"fields": ["code", ("name", "name_en"), "summary"]}),
        (
            _("What it is"),
            {
                "fields": [
                    ("kind", "lifecycle"),
                    ("fund_strategy", "fund_vehicle"),
                    "stip_instrument",
                    ("launched", "ended"),
                    "website",
                ]
            },
        ),
        (
            _("For whom and where"),
            {"fields": ["region", "places", "categories", "eligibility"]},
        ),
        PUBLICATION,
    ]

    def code_parts(self, typed: Mapping[str, str]) -> tuple[str, str]:
        region = typed.get("region", "")
        return region[:6], distinct(typed.get("name", ""), region)

    def passages_address(self, program: Program) -> str:
        return list_address(Passage, program=program.pk)

    def get_queryset(self, request: Any) -> Any:
        terms = Term.objects.exclude(value=None).order_by("order", "code")
        return super().get_queryset(request).prefetch_related(Prefetch("terms", terms))

    @admin.display(description=_("key terms"))
    def key_terms(self, program: Program) -> str:
        lines = [
            f"{term.get_kind_display()} {said(term)}"
            for term in list(program.terms.all())[:MOST_TERMS]
        ]
        return format_html('<span class="terms">{}</span>', " · ".join(lines))


@admin.register(Fund)
class Funds(Programs):
    list_display = [
        "code",
        "name",
        "fund_strategy",
        "fund_vehicle",
        "region",
        "lifecycle",
        "key_terms",
        "publication",
    ]
    list_filter = [OfferedIn, "lifecycle", "fund_strategy", "fund_vehicle"]
    api_name = "funds"
    bundle = BUNDLES["funds"]

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"kind": "fund"}


@admin.register(Platform)
class Platforms(Programs):
    list_filter = [OfferedIn, "lifecycle"]
    api_name = "platforms"
    bundle = BUNDLES["platforms"]

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"kind": "platform"}
