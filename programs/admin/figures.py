"""Observations and targets in the admin, and as rows of a passage."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from programs.admin.filters import FigureRegion
from programs.admin.terms import said
from programs.bundles import BUNDLES
from programs.models import Figure, Observation, Target
from registry import dates
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline
from registry.quantities import Quantity, phrase


class FiguresOfPassage(OwnedInline):
    model = Figure
    fields = [
        "nature",
        "indicator",
        "region",
        "program",
        "segment",
        "comparator",
        "value",
        "unit",
        "period_start",
        "period_end",
        "as_written",
        "publication",
    ]
    autocomplete_fields = ["indicator", "region", "program"]


class Figures(EditedAdmin):
    list_display = ["code", "indicator", "about", "amount", "period", "publication"]
    list_filter = [FigureRegion, "span", "transformation", "unit"]
    list_select_related = ["indicator", "region", "program", "case", "agency", "versus"]
    search_fields = Figure.searched
    autocomplete_fields = [
        "passage",
        "indicator",
        "region",
        "program",
        "agency",
        "case",
        "document",
        "part_of",
        "restates",
        "versus",
    ]
    fieldsets = [
        (None, {"fields": ["code", ("nature", "indicator"), "statement"]}),
        (
            _("Of what"),
            {
                "fields": [
                    ("region", "program"),
                    ("agency", "case"),
                    ("document", "segment"),
                    "part_of",
                ]
            },
        ),
        (
            _("Value"),
            {
                "fields": [
                    ("comparator", "value", "unit"),
                    ("value_to", "versus"),
                    ("transformation", "base_period"),
                    "striving",
                ]
            },
        ),
        (
            _("When"),
            {"fields": [("span", "period_start", "period_end"), "period_as_written"]},
        ),
        (_("Evidence"), {"fields": ["passage", "as_written", "restates"]}),
        PUBLICATION,
    ]

    @admin.display(description=_("of what"))
    def about(self, figure: Figure) -> str:
        return subject(figure)

    @admin.display(description=_("value"), ordering="value")
    def amount(self, figure: Figure) -> str:
        return format_html('<span class="figure">{}</span>', amount_said(figure))

    @admin.display(description=_("period"), ordering="period_end")
    def period(self, figure: Figure) -> str:
        return period_said(figure)


def subject(figure: Figure) -> str:
    """What the figure is of: a program, case, body or place, and which part of it."""
    parts = [figure.program or figure.case or figure.agency or figure.region]
    return " · ".join(str(part) for part in [*parts, figure.segment] if part)


def amount_said(figure: Figure) -> str:
    """The figure in natural units, in relation to another, or in words."""
    if figure.versus_id:
        return f"{figure.get_comparator_display()} {figure.versus}"
    return said(figure) if figure.value is not None else figure.statement


def missing_said(distance: Quantity | None) -> str:
    """What is missing to a target; of a percentage, percentage points."""
    if distance is None:
        return ""
    said = phrase(distance, get_language() or "zh-hans")
    if distance.unit != "percent":
        return said
    return said.replace("%", gettext(" percentage points"))


def period_said(figure: Figure) -> str:
    """Its date or period, in the reader's language."""
    language = get_language() or "zh-hans"
    ends = {figure.period_start, figure.period_end} - {""}
    return " – ".join(dates.spell(end, language) for end in sorted(ends))


@admin.register(Figure)
class AllFigures(Figures):
    def get_model_perms(self, request: Any) -> dict[str, bool]:
        """Not in the index: targets and observations are, and autocompletes use it."""
        return {}


@admin.register(Observation)
class Observations(Figures):
    list_filter = ["nature", *Figures.list_filter]
    api_name = "observations"
    bundle = BUNDLES["observations"]


@admin.register(Target)
class Targets(Figures):
    api_name = "targets"
    bundle = BUNDLES["targets"]

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"nature": Figure.Nature.TARGET}
