"""Documents, passages and measures in the admin."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from programs.admin.codes import distinct, of_number
from programs.admin.figures import FiguresOfPassage
from programs.admin.filters import (
    AnsweredBy,
    DocumentRegion,
    InRegion,
    NamingProgram,
    OfDocument,
)
from programs.admin.terms import TermsOfPassage
from programs.bundles import BUNDLES
from programs.models import (
    Citation,
    Document,
    DocumentRole,
    Measure,
    Passage,
    Responsibility,
    Target,
)
from registry.admin.links import list_address
from registry.admin.naming import Naming
from registry.admin.records import PUBLICATION, EditedAdmin, OwnedInline


class DocumentRoles(OwnedInline):
    model = DocumentRole
    fields = ["order", "role", "agency", "as_written"]
    autocomplete_fields = ["agency"]


@admin.register(Document)
class Documents(Naming, EditedAdmin):
    code_from = ["region", "title", "number"]
    name_fields = ["title"]
    names = ["title", "notice_title"]
    list_display = [
        "code",
        "title",
        "kind",
        "status",
        "number",
        "region",
        "issued_on",
        "published_on",
        "expires_on",
        "passage_count",
        "publication",
    ]
    list_filter = [InRegion, "kind", "status", "coverage"]
    list_select_related = ["region"]
    search_fields = Document.searched
    autocomplete_fields = [
        "region",
        "carried_in",
        "supersedes",
        "learned_from",
        "reports_on",
    ]
    inlines = [DocumentRoles]
    api_name = "documents"
    bundle = BUNDLES["documents"]
    page_template = "admin/programs/document_page.html"
    fieldsets = [
        (None, {"fields": ["code", "title", "title_en", "notice_title"]}),
        (
            _("What it is"),
            {
                "fields": [
                    ("kind", "genre"),
                    ("status", "coverage"),
                    ("number", "number_as_printed"),
                    ("region", "language"),
                    "addressees",
                    "author",
                    "url",
                ]
            },
        ),
        (
            _("Dates"),
            {
                "fields": [
                    ("issued_on", "issued_as_written"),
                    ("published_on", "effective_on"),
                    ("expires_on", "expiry_basis"),
                ]
            },
        ),
        (
            _("Among other documents"),
            {"fields": ["carried_in", "supersedes", "learned_from", "reports_on"]},
        ),
        PUBLICATION,
    ]

    def code_parts(self, typed: Mapping[str, str]) -> tuple[str, str]:
        region = typed.get("region", "")
        number = of_number(typed.get("number", ""))
        return region[:6], number or distinct(typed.get("title", ""), region)

    def passages_address(self, document: Document) -> str:
        return list_address(Passage, document=document.pk)

    def get_queryset(self, request: Any) -> Any:
        # Counted for the rows that are shown: a join would gather those of all.
        of = Passage.objects.filter(document=OuterRef("pk")).order_by()
        read = of.values("document").annotate(n=Count("pk")).values("n")
        rows = super().get_queryset(request)
        return rows.annotate(passages_read=Coalesce(Subquery(read), 0))

    def concerned(self, records: list[Any]) -> dict[str, list[Any]]:
        """The programs that are written of in passages of the documents."""
        codes = [document.pk for document in records]
        cited = Citation.objects.filter(passage__document__in=codes)
        programs: dict[str, dict[str, Any]] = defaultdict(dict)
        for citation in cited.select_related("program", "passage").order_by("program"):
            found = programs[citation.passage.document_id]
            found[citation.program_id] = citation.program
        return {code: list(found.values()) for code, found in programs.items()}

    def page(self, document: Any) -> dict[str, Any]:
        passages = document.passages.order_by("order").prefetch_related(
            "responsibilities__agency",
            "citations__program",
            "terms__program",
            "figures__indicator",
            "figures__region",
            "figures__program",
            "figures__agency",
            "figures__case",
            "figures__versus",
            "cases",
        )
        return {
            "passages": passages,
            "answered_for": any(p.responsibilities.all() for p in passages),
            "aims": Target.objects.followed()
            .filter(passage__document=document)
            .exists(),
            "in_force": document.in_force_on(localdate()),
            "roles": document.roles.select_related("agency"),
            "superseded_by": document.superseded_by.all(),
            "reported_by": document.reported_by.all(),
        }

    @admin.display(description=_("passages"), ordering="passages_read")
    def passage_count(self, document: Any) -> int:
        return int(document.passages_read)


OF_RECORDS = [OfDocument, NamingProgram, AnsweredBy]


class Responsibilities(OwnedInline):
    model = Responsibility
    fields = ["source", "order", "group", "agency", "role", "task", "as_written"]
    autocomplete_fields = ["agency"]


@admin.register(Passage)
class Passages(EditedAdmin):
    list_display = [
        "code",
        "document",
        "locator",
        "kind",
        "heading",
        "summary",
        "publication",
    ]
    list_filter = [DocumentRegion, "kind", *OF_RECORDS]
    list_select_related = ["document"]
    search_fields = Passage.searched
    autocomplete_fields = ["document"]
    inlines = [Responsibilities, TermsOfPassage, FiguresOfPassage]
    api_name = "passages"
    bundle = BUNDLES["passages"]
    fieldsets = [
        (None, {"fields": ["code", ("document", "locator"), ("kind", "order")]}),
        (_("Content"), {"fields": [("chapter", "heading"), "summary", "text"]}),
        PUBLICATION,
    ]


@admin.register(Measure)
class Measures(Passages):
    list_filter = [DocumentRegion, *OF_RECORDS]
    api_name = "measures"
    bundle = BUNDLES["measures"]

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"kind": "measure"}
