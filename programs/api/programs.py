"""Programs, funds and platforms over REST."""

from collections.abc import Callable
from typing import Any

from programs.api.figures import ObservationRecord
from programs.api.offers import FundFilters, PlatformFilters, ProgramFilters
from programs.api.terms import TermRecord
from programs.models import (
    Category,
    Citation,
    Fund,
    Platform,
    Program,
    ProgramLink,
    ProgramRole,
)
from programs.models.instruments import INSTRUMENT_OF_KIND
from registry.api.history import Versioned
from registry.api.records import Record
from registry.api.shown import Coded, Labelled, Source


class Instrument(Coded):
    """The STIP Compass instrument: the record's own, else its kind's."""

    def lookups(self) -> list[str]:
        return ["stip_instrument", "kind"]

    def shower(self) -> Callable[..., Any]:
        show = super().shower()
        return lambda own, kind: show(own or INSTRUMENT_OF_KIND[kind])


class RoleRecord(Record):
    role = Coded(ProgramRole.Role)
    agency = Labelled()

    class Meta:
        model = ProgramRole
        fields = ["role", "agency", "as_written", "since"]
        owner = "program"
        order = ["order", "code"]
        hidden_with = ["agency"]


class LinkRecord(Record):
    relation = Coded(ProgramLink.Relation)
    target = Labelled()

    class Meta:
        model = ProgramLink
        fields = ["relation", "target"]
        owner = "program"
        order = ["code"]


class CitationRecord(Record):
    passage = Source()

    class Meta:
        model = Citation
        fields = ["passage", "as_written", "note"]
        owner = "program"
        order = ["code"]


class CategoryOfProgram(Record):
    category = Labelled()
    scheme = Coded(Category.Scheme, source="category.scheme")

    class Meta:
        model = Program.categories.through
        fields = ["category", "scheme"]
        owner = "program"
        order = ["category"]


class PlaceOfProgram(Record):
    region = Labelled()

    class Meta:
        model = Program.places.through
        fields = ["region"]
        owner = "program"
        order = ["region"]


class ProgramTerm(TermRecord):
    program = None  # type: ignore[assignment]  # its owner, left out

    class Meta(TermRecord.Meta):
        fields = [name for name in TermRecord.Meta.fields if name != "program"]
        owner = "program"
        order = ["passage", "order", "code"]


class ProgramFigure(ObservationRecord):
    program = None  # type: ignore[assignment]  # its owner, left out

    class Meta(ObservationRecord.Meta):
        fields = [name for name in ObservationRecord.Meta.fields if name != "program"]
        owner = "program"
        order = ["code"]
        hidden_with = ["agency", "case", "document"]


class ProgramRecord(Record):
    kind = Coded(Program.Kind)
    instrument = Instrument(Program.Instrument, source="*")
    lifecycle = Coded(Program.Lifecycle)
    fund_strategy = Coded(Program.FundStrategy)
    fund_vehicle = Coded(Program.FundVehicle)
    region = Labelled()
    terms = ProgramTerm(many=True, read_only=True)
    roles = RoleRecord(many=True, read_only=True)
    links = LinkRecord(many=True, read_only=True)
    citations = CitationRecord(many=True, read_only=True)
    categories = CategoryOfProgram(many=True, read_only=True)
    places = PlaceOfProgram(many=True, read_only=True)
    figures = ProgramFigure(many=True, read_only=True)

    class Meta:
        model = Program
        fields = [
            "code",
            "name",
            "name_en",
            "kind",
            "instrument",
            "lifecycle",
            "fund_strategy",
            "fund_vehicle",
            "region",
            "summary",
            "eligibility",
            "launched",
            "ended",
            "website",
            "verified_on",
            "updated_at",
            "terms",
            "roles",
            "links",
            "citations",
            "categories",
            "places",
            "figures",
        ]


class Programs(Versioned):
    """Finance programs of every kind."""

    queryset = Program.objects.all()
    serializer_class = ProgramRecord
    filters = ProgramFilters
    searched = Program.searched
    orderings = ["code", "name", "launched", "verified_on", "updated_at"]


class Funds(Programs):
    """Programs of the kind fund."""

    queryset = Fund.objects.all()
    filters = FundFilters


class Platforms(Programs):
    """Programs of the kind platform."""

    queryset = Platform.objects.all()
    filters = PlatformFilters
