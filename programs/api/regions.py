"""Regions over REST; a region's page gathers what there is in it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programs.api.figures import ObservationRecord
from programs.api.filters import RegionFilters, itself
from programs.models import (
    Document,
    Fund,
    Measure,
    Observation,
    Program,
    Region,
    SpecialistBranch,
    Target,
)
from programs.models.regions import here
from registry.api.filters import Choices, References
from registry.api.flags import stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled
from registry.api.views import Resource
from registry.models import visible


class RegionRecord(Record):
    level = Coded(Region.Level)
    parent = Labelled()  # type: ignore[assignment]  # a Field's own is its serializer

    class Meta:
        model = Region
        fields = ["code", "name", "name_en", "level", "parent"]


class RegionProgram(Record):
    kind = Coded(Program.Kind)
    lifecycle = Coded(Program.Lifecycle)

    class Meta:
        model = Program
        fields = ["code", "name", "name_en", "kind", "lifecycle"]

        @staticmethod
        def gather(code: str) -> QuerySet:
            placed = Program.places.through.objects.filter(here("region", code))
            rows = Program.objects.filter(
                here("region", code) | Q(pk__in=placed.values("program")),
                visible(Program),
            )
            return rows.exclude(kind=Program.Kind.FUND).order_by("kind", "code")


class RegionFund(Record):
    fund_strategy = Coded(Program.FundStrategy)
    fund_vehicle = Coded(Program.FundVehicle)
    lifecycle = Coded(Program.Lifecycle)

    class Meta:
        model = Fund
        fields = [
            "code",
            "name",
            "name_en",
            "fund_strategy",
            "fund_vehicle",
            "lifecycle",
        ]

        @staticmethod
        def gather(code: str) -> QuerySet:
            return Fund.objects.filter(here("region", code), visible(Fund)).order_by(
                "code"
            )


class RegionBranch(Record):
    kind = Coded(SpecialistBranch.Kind)
    parent = Labelled()  # type: ignore[assignment]  # a Field's own is its serializer

    class Meta:
        model = SpecialistBranch
        fields = ["code", "name", "name_en", "kind", "parent", "opened"]

        @staticmethod
        def gather(code: str) -> QuerySet:
            rows = SpecialistBranch.objects.filter(
                here("region", code), visible(SpecialistBranch)
            )
            return rows.order_by("code")


class RegionDocument(Record):
    kind = Coded(Document.Kind)
    status = Coded(Document.Status)

    class Meta:
        model = Document
        fields = [
            "code",
            "title",
            "kind",
            "status",
            "number",
            "issued_on",
            "expires_on",
        ]

        @staticmethod
        def gather(code: str) -> QuerySet:
            rows = Document.objects.filter(here("region", code), visible(Document))
            return rows.order_by("code")


class RegionMeasure(Record):
    document = Labelled(named="title")

    class Meta:
        model = Measure
        fields = ["code", "document", "locator", "heading", "summary"]

        @staticmethod
        def gather(code: str) -> QuerySet:
            rows = Measure.objects.filter(
                visible(Measure), here("document__region", code)
            )
            return rows.order_by("document", "order")


class RegionObservation(ObservationRecord):
    class Meta(ObservationRecord.Meta):
        @staticmethod
        def gather(code: str) -> QuerySet:
            rows = Observation.objects.here(code).filter(visible(Observation))
            return rows.by_indicator()


class RegionTarget(ObservationRecord):
    """A target, with the code of the newest observation that it compares with."""

    latest_observation = serializers.CharField(source="latest", allow_null=True)

    class Meta(ObservationRecord.Meta):
        fields = [*ObservationRecord.Meta.fields, "latest_observation"]

        @staticmethod
        def gather(code: str) -> QuerySet:
            rows = Target.objects.here(code).filter(visible(Target))
            return rows.with_latest().by_indicator()


class RegionPage(RegionRecord):
    """A region with the programs, bodies, measures and figures of all its places."""

    programs = RegionProgram(many=True, read_only=True)
    funds = RegionFund(many=True, read_only=True)
    branches = RegionBranch(many=True, read_only=True)
    documents = RegionDocument(many=True, read_only=True)
    measures = RegionMeasure(many=True, read_only=True)
    targets = RegionTarget(many=True, read_only=True)
    observations = RegionObservation(many=True, read_only=True)

    class Meta(RegionRecord.Meta):
        fields = [
            *RegionRecord.Meta.fields,
            "programs",
            "funds",
            "branches",
            "documents",
            "measures",
            "targets",
            "observations",
        ]


@also(stated(Region, "name_en", "parent"))
class PlaceFilters(RegionFilters):
    region_columns = ("code",)

    code = itself(Region, "420100")
    parent = References(
        Region.objects.all, example="420100", label=_("Regions right above.")
    )
    level = Choices(Region.Level, label=_("Levels of region."))


class Regions(Resource):
    """Places by GB/T 2260 code, functional zones and wider areas."""

    queryset = Region.objects.all()
    serializer_class = RegionRecord
    detail_class = RegionPage
    filters = PlaceFilters
    searched = Region.searched
    orderings = ["code", "name"]
