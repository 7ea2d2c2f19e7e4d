"""Observations and targets over REST."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programs.api.filters import (
    RegionFilters,
    agencies,
    documents,
    measures,
    programs,
    value_range,
)
from programs.api.progress import ProgressField
from programs.models import Figure, Indicator, Observation, Target, Unit
from registry.api.comparisons import date_range, updated
from registry.api.filters import Choices, References
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Amount, Coded, Labelled, Source
from registry.api.views import Resource


class ObservationRecord(Record):
    nature = Coded(Figure.Nature)
    indicator = Labelled()
    region = Labelled()
    program = Labelled()
    agency = Labelled()
    case = Labelled(named="title")
    document = Labelled(named="title")
    part_of = serializers.CharField(source="part_of_id")
    restates = serializers.CharField(source="restates_id")
    span = Coded(Figure.Span)
    transformation = Coded(Figure.Transformation)
    value = Amount()
    value_to = Amount()
    versus = Labelled()
    passage = Source()

    class Meta:
        model = Figure
        fields = [
            "code",
            "nature",
            "indicator",
            "region",
            "program",
            "agency",
            "case",
            "document",
            "segment",
            "part_of",
            "restates",
            "span",
            "transformation",
            "comparator",
            "value",
            "value_to",
            "unit",
            "versus",
            "base_period",
            "period_start",
            "period_end",
            "period_as_written",
            "striving",
            "statement",
            "as_written",
            "passage",
            "verified_on",
            "updated_at",
        ]


class TargetRecord(ObservationRecord):
    """A target; ``progress`` sets it beside the newest observation of the same."""

    progress = ProgressField()

    class Meta(ObservationRecord.Meta):
        fields = [*ObservationRecord.Meta.fields, "progress"]


@also(value_range() | date_range("period_end") | updated())
class FigureFilters(RegionFilters):
    region_columns = ("region", "program__region")

    indicator = References(Indicator.objects.all, label=_("Indicators by code."))
    span = Choices(Figure.Span, label=_("At a time, in a period, or up to a time."))
    transformation = Choices(Figure.Transformation, label=_("Level, growth, share…"))
    unit = Choices(Unit, label=_("Units."))
    program = programs()
    agency = agencies("agency")
    document = documents("passage__document")
    measure = measures()


class ObservationFilters(FigureFilters):
    nature = Choices(Figure.Nature, label=_("Observed, planned or intended."))


class Observations(Resource):
    """Figures observed, planned or intended."""

    queryset = Observation.objects.all()
    serializer_class = ObservationRecord
    filters = ObservationFilters
    searched = Figure.searched
    orderings = ["code", "value", "period_end", "updated_at"]


class Targets(Resource):
    """Figures aimed at: in a number, in relation to another, or in words."""

    queryset = Target.objects.all()
    serializer_class = TargetRecord
    filters = FigureFilters
    searched = Observations.searched
    orderings = Observations.orderings
