"""Passages and measures over REST, with what each supports."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.figures import ObservationRecord
from programs.api.filters import (
    RegionFilters,
    RoleFilters,
    agency_role,
    documents,
    itself,
    programs,
)
from programs.api.terms import TermRecord
from programs.models import Citation, Measure, Passage, Responsibility
from registry.api.comparisons import Text, updated, verified
from registry.api.filters import Choices
from registry.api.flags import stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled
from registry.api.views import Resource
from registry.models import visible


class ResponsibilityRecord(Record):
    role = Coded(Responsibility.Role)
    source = Coded(Responsibility.Source)  # type: ignore[assignment]  # a Field's own
    agency = Labelled()

    class Meta:
        model = Responsibility
        fields = ["order", "group", "agency", "role", "source", "task", "as_written"]
        owner = "passage"
        order = ["source", "order", "code"]
        hidden_with = ["agency"]


class PassageTerm(TermRecord):
    passage = None  # type: ignore[assignment]  # its owner, left out

    class Meta(TermRecord.Meta):
        fields = [name for name in TermRecord.Meta.fields if name != "passage"]
        owner = "passage"
        order = ["order", "code"]
        hidden_with = ["program"]


class PassageFigure(ObservationRecord):
    passage = None  # type: ignore[assignment]  # its owner, left out

    class Meta(ObservationRecord.Meta):
        fields = [name for name in ObservationRecord.Meta.fields if name != "passage"]
        owner = "passage"
        order = ["code"]
        hidden_with = ["program", "agency", "case", "document"]


class CitedProgram(Record):
    program = Labelled()

    class Meta:
        model = Citation
        fields = ["program", "as_written", "note"]
        owner = "passage"
        order = ["code"]


class PassageRecord(Record):
    document = Labelled(named="title")
    kind = Coded(Passage.Kind)
    responsibilities = ResponsibilityRecord(many=True, read_only=True)
    programs = CitedProgram(many=True, read_only=True)
    terms = PassageTerm(many=True, read_only=True)
    figures = PassageFigure(many=True, read_only=True)

    class Meta:
        model = Passage
        fields = [
            "code",
            "document",
            "locator",
            "order",
            "kind",
            "chapter",
            "heading",
            "summary",
            "verified_on",
            "updated_at",
            "responsibilities",
            "programs",
            "terms",
            "figures",
        ]


@also(stated(Passage, "chapter", "heading") | verified() | updated())
class MeasureFilters(RegionFilters, RoleFilters):
    region_columns = ("document__region",)

    code = itself(Measure, "420100-wuzhengban-2025-67.8")
    locator = Text("locator", example="§8", label=_("The place in the document."))
    chapter = Text(
        "chapter",
        example="二、健全专业化的金融机构组织体系",
        label=_("The chapter's heading."),
    )
    document = documents("document")
    agency_role = agency_role(Responsibility.Role)
    program = programs("", "000000-kechuang-zhaiquan", condition="naming")
    roles = Responsibility.objects
    role_owner = "passage"

    def naming(self, codes: list[str]) -> Q:
        named = Citation.objects.filter(
            visible(Citation), passage=OuterRef("pk"), program__in=codes
        )
        return Q(Exists(named))


class PassageFilters(MeasureFilters):
    code = itself(Passage, "310000-jinrongshibao-gudaizhaibaodan.p3")
    kind = Choices(Passage.Kind, label=_("Kinds of passage."))


class Passages(Resource):
    """Stretches of documents, in our own summary, with what they support."""

    queryset = Passage.objects.all()
    serializer_class = PassageRecord
    filters = PassageFilters
    searched = Passage.searched
    orderings = ["order", "code", "updated_at"]
    default_ordering = "order"


class Measures(Passages):
    """Measures and clauses of policies, with who answers for them."""

    queryset = Measure.objects.all()
    filters = MeasureFilters
