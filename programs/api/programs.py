"""Programs, funds and platforms over REST."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.figures import ObservationRecord
from programs.api.filters import (
    RegionFilters,
    RoleFilters,
    ValidityFilters,
    agency_role,
    categories,
    term_ranges,
)
from programs.api.terms import TermRecord
from programs.models import (
    Category,
    Citation,
    Document,
    Fund,
    Measure,
    Platform,
    Program,
    ProgramLink,
    ProgramRole,
    Term,
)
from programs.models.instruments import INSTRUMENT_OF_KIND
from registry.api.comparisons import date_range, updated
from registry.api.filters import Choices, References
from registry.api.history import Versioned
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled, Source
from registry.models import visible


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


@also(term_ranges() | date_range("launched") | updated())
class OfferFilters(RegionFilters, RoleFilters, ValidityFilters):
    """What programs of every kind can be asked for."""

    lifecycle = Choices(Program.Lifecycle, label=_("How far it has come."))
    stage = categories("stage", _("Stages of the firms it is meant for."))
    audience = categories("audience", _("Firms and bodies it is meant for."))
    industry = categories("industry", _("Industries it is meant for."))
    platform = References(
        Platform.objects.all,
        condition="offered_on",
        label=_("Platforms that offer it."),
    )
    agency_role = agency_role(ProgramRole.Role)
    document = References(
        Document.objects.all, condition="written_in", label=_("Documents that name it.")
    )
    measure = References(
        Measure.objects.all,
        condition="under_measure",
        label=_("Measures that name it."),
    )
    has_term = Choices(
        Term.Kind, condition="with_term", label=_("Some term of these kinds is stated.")
    )
    roles = ProgramRole.objects
    role_owner = "program"

    def at(self, code: str, scope: str) -> Q:
        own = super().at(code, scope)
        # Not correlated: the database reads the few programs with other places once.
        placed = Program.places.through.objects.filter(own).values("program")
        return own | Q(pk__in=placed)

    def meant_for(self, codes: list[str]) -> Q:
        meant = Program.categories.through.objects.filter(
            program=OuterRef("pk"), category__in=codes
        )
        return Q(Exists(meant))

    def offered_on(self, codes: list[str]) -> Q:
        offers = ProgramLink.objects.filter(
            program=OuterRef("pk"), relation="offered_on", target__in=codes
        )
        return Q(Exists(offers))

    def written_in(self, codes: list[str]) -> Q:
        return self._cited(passage__document__in=codes)

    def under_measure(self, codes: list[str]) -> Q:
        return self._cited(passage__in=codes)

    def _cited(self, **where: Any) -> Q:
        cited = Citation.objects.filter(
            visible(Citation), program=OuterRef("pk"), **where
        )
        return Q(Exists(cited))

    def with_term(self, kinds: list[str]) -> Q:
        stated = Term.objects.filter(
            visible(Term), program=OuterRef("pk"), kind__in=kinds
        )
        return Q(Exists(stated))


class ProgramFilters(OfferFilters):
    kind = Choices(Program.Kind, label=_("Kinds of program."))


class FundFilters(OfferFilters):
    fund_strategy = Choices(Program.FundStrategy, label=_("What funds invest in."))
    fund_vehicle = Choices(Program.FundVehicle, label=_("What kind of fund it is."))


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
    filters = OfferFilters
