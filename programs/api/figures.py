"""Observations and targets over REST."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.api.filters import (
    RegionFilters,
    agencies,
    documents,
    itself,
    measures,
    passages,
    programs,
    value_range,
)
from programs.api.progress import ProgressField
from programs.api.sums import OBSERVATIONS, TARGETS
from programs.models import (
    Case,
    Comparator,
    Figure,
    Indicator,
    Observation,
    Target,
    Unit,
)
from registry.api.comparisons import Text, date_range, updated, verified
from registry.api.filters import Choices, References
from registry.api.flags import STATED, Flag, stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Amount, Code, Coded, Labelled, Source
from registry.api.views import Resource


class ObservationRecord(Record):
    nature = Coded(Figure.Nature)
    indicator = Labelled()
    region = Labelled()
    program = Labelled()
    agency = Labelled()
    case = Labelled(named="title")
    document = Labelled(named="title")
    part_of = Code()
    restates = Code()
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


def figures(field_name: str, example: str) -> References:
    return References(
        Figure.objects.all,
        field_name=field_name,
        example=example,
        label=_("Figures by code."),
    )


def segment(example: str) -> Text:
    return Text("segment", example=example, label=_("Which part it counts."))


@also(
    value_range()
    | date_range("base_period", example="2024")
    | date_range("period_start", example="2024")
    | date_range("period_end", example="2025")
    | stated(
        Figure,
        "indicator",
        "program",
        "agency",
        "case",
        "segment",
        "part_of",
        "restates",
        "span",
        "comparator",
        "value",
        "unit",
        "versus",
        "base_period",
        "period_start",
        "period_end",
        "statement",
        about="document",
    )
    | verified()
    | updated()
)
class FigureFilters(RegionFilters):
    region_columns = ("region", "program__region")
    region_through = {"program__region": "program"}

    indicator = References(
        Indicator.objects.all, example="participants", label=_("Indicators by code.")
    )
    versus = References(
        Indicator.objects.all,
        example="loan_balance.all",
        label=_("Indicators that it is compared with."),
    )
    span = Choices(Figure.Span, label=_("At a time, in a period, or up to a time."))
    transformation = Choices(Figure.Transformation, label=_("Level, growth, share…"))
    comparator = Choices(Comparator, label=_("Comparators."))
    unit = Choices(Unit, label=_("Units."))
    has_region = Flag("somewhere", label=STATED)
    striving = Flag(
        lambda value: Q(striving=value), label=_("Whether the text says 力争.")
    )
    program = programs(example="440300-aic-jijin")
    agency = agencies("agency", "440300-zhonghang-kechuang")
    case = References(
        Case.objects.all, example="310000-yingren-bocom", label=_("Cases by code.")
    )
    about = documents("document", "440300-yinhang-baoxian-xingdong-fangan")
    document = documents("passage__document", "410100-zhengzhengwen-2025-66")
    passage = passages(example="410100-zhengzhengwen-2025-66.1-2")
    measure = measures(example="410100-zhengzhengwen-2025-66.5-1")

    def somewhere(self, given: bool) -> Q:
        place = Q(region__isnull=False) | Q(program__publication="published")
        return place if given else ~place


class ObservationFilters(FigureFilters):
    code = itself(Observation, "440300-shangzheng-zhichan-bian-zichan.p7.amount")
    nature = Choices(
        [nature for nature in Figure.Nature if nature != Figure.Nature.TARGET],
        label=_("Observed, planned or intended."),
    )
    part_of = figures("part_of", "440300-shangzheng-zhichan-bian-zichan.p7.amount")
    restates = figures(
        "restates", "000000-kejiribao-shangbannian-kejijinrong.p1.growth"
    )
    segment = segment("证券公司")


class TargetFilters(FigureFilters):
    code = itself(Target, "120000-zhongzheng-kejijinrong-xin-lujing.p2.funding")
    part_of = figures("part_of", "120000-zhongzheng-kejijinrong-xin-lujing.p2.funding")
    restates = figures(
        "restates", "120000-zhongzheng-kejijinrong-xin-lujing.p2.funding"
    )
    segment = segment("龙头科技企业")


class Observations(Resource):
    """Figures observed, planned or intended."""

    queryset = Observation.objects.all()
    serializer_class = ObservationRecord
    filters = ObservationFilters
    values = OBSERVATIONS
    searched = Figure.searched
    orderings = ["code", "value", "period_end", "updated_at"]


class Targets(Resource):
    """Figures aimed at: in a number, in relation to another, or in words."""

    queryset = Target.objects.all()
    serializer_class = TargetRecord
    filters = TargetFilters
    values = TARGETS
    searched = Observations.searched
    orderings = Observations.orderings
