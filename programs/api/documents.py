"""Documents over REST."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.filters import (
    RegionFilters,
    RoleFilters,
    ValidityFilters,
    agency_role,
    documents,
    itself,
    passages,
    programs,
)
from programs.document_numbers import normalise
from programs.models import Citation, Document, DocumentRole, Passage
from programs.models.documents import in_force
from registry.api import moments
from registry.api.comparisons import Text, date_range, updated, verified
from registry.api.filters import Choices
from registry.api.flags import stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled, Source
from registry.api.views import Resource
from registry.models import visible
from registry.validity import Holds


class InForce(Coded):
    """Whether the document applies on the answer's day: yes, no or not known."""

    daily = True

    def __init__(self) -> None:
        super().__init__(Holds, source="*")

    def lookups(self) -> list[str]:
        return ["status", "effective_on", "issued_on", "expires_on"]

    def shower(self) -> Callable[..., Any]:
        show = super().shower()

        def today(status: str, effective: str, issued: str, end: str) -> Any:
            return show(in_force(status, effective or issued, end, moments.today()))

        return today


class DocumentRoleRecord(Record):
    role = Coded(DocumentRole.Role)
    agency = Labelled()

    class Meta:
        model = DocumentRole
        fields = ["role", "agency", "as_written"]
        owner = "document"
        order = ["order", "code"]
        hidden_with = ["agency"]


class DocumentRecord(Record):
    kind = Coded(Document.Kind)
    status = Coded(Document.Status)
    coverage = Coded(Document.Coverage)
    region = Labelled()
    expiry_basis = Coded(Document.ExpiryBasis)
    carried_in = Labelled(named="title")
    supersedes = Labelled(named="title")
    learned_from = Source()
    in_force = InForce()
    roles = DocumentRoleRecord(many=True, read_only=True)

    class Meta:
        model = Document
        fields = [
            "code",
            "title",
            "title_en",
            "notice_title",
            "kind",
            "genre",
            "status",
            "coverage",
            "number",
            "number_as_printed",
            "region",
            "issued_on",
            "published_on",
            "effective_on",
            "expires_on",
            "expiry_basis",
            "in_force",
            "addressees",
            "author",
            "language",
            "url",
            "carried_in",
            "supersedes",
            "learned_from",
            "verified_on",
            "updated_at",
            "roles",
        ]


class DocumentPassage(Record):
    kind = Coded(Passage.Kind)

    class Meta:
        model = Passage
        fields = ["code", "locator", "kind", "chapter", "heading", "summary"]
        owner = "document"
        order = ["order", "code"]


class Successor(Record):
    """A document that takes the place of this one."""

    class Meta:
        model = Document
        fields = ["code", "title", "number", "issued_on"]
        owner = "supersedes"
        order = ["code"]


class Report(Record):
    """A document that reports on this one."""

    class Meta:
        model = Document
        fields = ["code", "title", "published_on"]

        @staticmethod
        def gather(code: str) -> models.QuerySet:
            rows = Document.objects.filter(visible(Document), reports_on=code)
            return rows.order_by("code")


class DocumentPage(DocumentRecord):
    """A document with its passages and the documents about it."""

    passages = DocumentPassage(many=True, read_only=True)
    superseded_by = Successor(many=True, read_only=True)
    reported_by = Report(many=True, read_only=True)

    class Meta(DocumentRecord.Meta):
        fields = [
            *DocumentRecord.Meta.fields,
            "passages",
            "superseded_by",
            "reported_by",
        ]


class Number(Text):
    """A document number, in its proper form or as a copy garbled it."""

    def read(self, text: str) -> str:
        return str(super().read(normalise(text)))


@also(
    date_range("issued_on")
    | date_range("published_on")
    | date_range("effective_on")
    | date_range("expires_on", example="2028-06")
    | stated(
        Document,
        "title_en",
        "notice_title",
        "genre",
        "status",
        "number",
        "issued_on",
        "published_on",
        "effective_on",
        "expires_on",
        "expiry_basis",
        "addressees",
        "author",
        "url",
        "carried_in",
        "supersedes",
        "learned_from",
    )
    | verified()
    | updated()
)
class DocumentFilters(RegionFilters, RoleFilters, ValidityFilters):
    code = itself(Document, "420100-wuzhengban-2025-67")
    kind = Choices(Document.Kind, label=_("Kinds of document."))
    genre = Text("genre", example="行动方案", label=_("The genre, as printed."))
    status = Choices(Document.Status, label=_("Draft, issued or repealed."))
    coverage = Choices(Document.Coverage, label=_("How much of it has been read."))
    number = Number(
        "number", example="武政办〔2025〕67号", label=_("The document's number.")
    )
    expiry_basis = Choices(
        Document.ExpiryBasis,
        example="computed",
        label=_("Where its end is known from."),
    )
    language = Text("language", example="en", label=_("The language it is in."))
    program = programs("", condition="naming")
    carried_in = documents("carried_in", "000000-jianbao-288")
    supersedes = documents("supersedes")
    reports_on = documents(
        "", "440000-jinrong-kejiqiangsheng-fangan", condition="about"
    )
    learned_from = passages("learned_from", "310000-jinrongshibao-gudaizhaibaodan.p12")
    agency_role = agency_role(DocumentRole.Role)
    roles = DocumentRole.objects
    role_owner = "document"

    def naming(self, codes: list[str]) -> Q:
        named = Citation.objects.filter(
            visible(Citation), passage__document=OuterRef("pk"), program__in=codes
        )
        return Q(Exists(named))

    def about(self, codes: list[str]) -> Q:
        reports = Document.reports_on.through.objects.filter(
            from_document=OuterRef("pk"), to_document__in=codes
        )
        return Q(Exists(reports))


class Documents(Resource):
    """Policies, articles and bulletins."""

    queryset = Document.objects.all()
    serializer_class = DocumentRecord
    detail_class = DocumentPage
    filters = DocumentFilters
    searched = Document.searched
    orderings = [
        "code",
        "title",
        "issued_on",
        "published_on",
        "expires_on",
        "updated_at",
    ]
