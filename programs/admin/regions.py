"""Regions in the admin, each with a page that gathers what there is in it."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q
from django.utils.timezone import localdate

from programs.admin.filters import Itself
from programs.models import (
    Document,
    Figure,
    Measure,
    Passage,
    Program,
    Region,
    SpecialistBranch,
    Target,
    Term,
)
from programs.models.regions import here
from registry.admin.links import list_address
from registry.admin.records import RecordAdmin


@admin.register(Region)
class Regions(RecordAdmin):
    list_display = ["code", "name", "name_en", "level", "parent"]
    list_filter = [Itself, "level"]
    list_select_related = ["parent"]
    search_fields = Region.searched
    autocomplete_fields = ["parent"]
    fields = ["code", "name", "name_en", "level", "parent"]
    api_name = "regions"
    page_template = "admin/programs/region_page.html"

    def passages_address(self, region: Region) -> str:
        return list_address(Passage, **{"in": region.pk})

    def page(self, region: Any) -> dict[str, Any]:
        at = here("region", region.code)
        placed = Program.places.through.objects.filter(at).values("program")
        terms = Prefetch("terms", Term.objects.order_by("passage", "order", "code"))
        programs = (
            Program.objects.filter(at | Q(pk__in=placed))
            .order_by("kind", "code")
            .prefetch_related(terms, "roles__agency")
        )
        documents = Document.objects.filter(at).order_by("code")
        return {
            "funds": [p for p in programs if p.kind == Program.Kind.FUND],
            "programs": [p for p in programs if p.kind != Program.Kind.FUND],
            "branches": SpecialistBranch.objects.filter(at).select_related("parent"),
            "documents": [(d, d.in_force_on(localdate())) for d in documents],
            "targets": _with_observations(Target.objects.here(region.code)),
            "measures": Measure.objects.filter(here("document__region", region.code))
            .select_related("document")
            .order_by("document", "order"),
        }


def _with_observations(targets: Any) -> list[tuple[Figure, Figure | None]]:
    """Targets, each beside the newest observation of the same."""
    rows = list(
        targets.with_latest()
        .select_related("indicator", "program", "versus", "passage")
        .by_indicator()
    )
    latest = Figure.objects.in_bulk([row.latest for row in rows if row.latest])
    return [(row, latest.get(row.latest)) for row in rows]


def provinces() -> list[tuple[str, str]]:
    """The country and the provinces, by the first digits of their codes."""
    found = Region.objects.filter(level__in=["country", "province"]).order_by("code")
    return [(region.code[:2], str(region)) for region in found]
