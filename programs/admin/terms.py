"""Terms in the admin, and as rows of a program or a passage."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.admin.filters import PassageRegion
from programs.bundles import BUNDLES
from programs.models import Term
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline
from registry.quantities import Quantity, phrase


def said(row: Any) -> str:
    """A term or figure in natural units, with its comparator."""
    if row.value is None:
        return row.as_written
    quantity = Quantity(
        row.comparator,
        row.value,
        row.unit,
        row.value_to,
        getattr(row, "previous", None),
    )
    return phrase(quantity, get_language() or "zh-hans")


class TermsInline(OwnedInline):
    model = Term
    fields = [
        "kind",
        "applies_to",
        "comparator",
        "value",
        "unit",
        "per",
        "as_written",
        "passage",
        "publication",
    ]
    autocomplete_fields = ["passage"]


class TermsOfPassage(OwnedInline):
    model = Term
    fields = [
        "kind",
        "program",
        "applies_to",
        "comparator",
        "value",
        "unit",
        "per",
        "as_written",
        "order",
        "publication",
    ]
    autocomplete_fields = ["program"]


@admin.register(Term)
class Terms(EditedAdmin):
    list_display = [
        "code",
        "program",
        "kind",
        "applies_to",
        "amount",
        "passage",
        "publication",
        "verified_on",
    ]
    list_filter = [PassageRegion, "kind", "unit"]
    list_select_related = ["program", "passage__document"]
    search_fields = Term.searched
    autocomplete_fields = ["passage", "program", "restates"]
    api_name = "terms"
    bundle = BUNDLES["terms"]
    fieldsets = [
        (None, {"fields": ["code", ("kind", "program"), "applies_to"]}),
        (
            _("Value"),
            {
                "fields": [
                    ("comparator", "value", "unit"),
                    ("value_to", "previous"),
                    ("per", "frequency"),
                    ("base", "condition"),
                ]
            },
        ),
        (_("Evidence"), {"fields": ["passage", "as_written", ("order", "restates")]}),
        PUBLICATION,
    ]

    @admin.display(description=_("value"), ordering="value")
    def amount(self, term: Term) -> str:
        return format_html('<span class="figure">{}</span>', said(term))
