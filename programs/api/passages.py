"""Passages and measures over REST, with what each supports."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.figures import ObservationRecord
from programs.api.filters import RegionFilters, RoleFilters, agency_role, documents
from programs.api.terms import TermRecord
from programs.models import Citation, Measure, Passage, Program, Responsibility
from registry.api.comparisons import updated
from registry.api.filters import Choices, References
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


@also(updated())
class MeasureFilters(RegionFilters, RoleFilters):
    region_columns = ("document__region",)

    document = documents("document")
    agency_role = agency_role(Responsibility.Role)
    program = References(
        Program.objects.all, condition="naming", label=_("Programs that it names.")
    )
    roles = Responsibility.objects
    role_owner = "passage"

    def naming(self, codes: list[str]) -> Q:
        named = Citation.objects.filter(
            visible(Citation), passage=OuterRef("pk"), program__in=codes
        )
        return Q(Exists(named))


class PassageFilters(MeasureFilters):
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
