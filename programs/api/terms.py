"""Terms of programs over REST."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programs.api.filters import (
    RegionFilters,
    documents,
    measures,
    programs,
    value_range,
)
from programs.models import Comparator, Term, Unit
from registry.api.comparisons import updated
from registry.api.filters import Choices
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Amount, Coded, Labelled, Source
from registry.api.views import Resource


class TermRecord(Record):
    kind = Coded(Term.Kind)
    program = Labelled()
    comparator = serializers.CharField()
    value = Amount()
    value_to = Amount()
    previous = Amount()
    per = Coded(Term.Per)
    frequency = Coded(Term.Frequency)
    restates = serializers.CharField(source="restates_id")
    passage = Source()

    class Meta:
        model = Term
        fields = [
            "code",
            "kind",
            "program",
            "applies_to",
            "comparator",
            "value",
            "value_to",
            "previous",
            "unit",
            "per",
            "base",
            "frequency",
            "condition",
            "as_written",
            "restates",
            "passage",
            "verified_on",
            "updated_at",
        ]


@also(value_range() | updated())
class TermFilters(RegionFilters):
    region_columns = ("passage__document__region",)

    kind = Choices(Term.Kind, label=_("Kinds of term."))
    unit = Choices(Unit, label=_("Units."))
    comparator = Choices(Comparator, label=_("Comparators."))
    program = programs()
    document = documents("passage__document")
    measure = measures()


class Terms(Resource):
    """What programs and measures set for each case: limits, tenors, rates, shares."""

    queryset = Term.objects.all()
    serializer_class = TermRecord
    filters = TermFilters
    searched = Term.searched
    orderings = ["code", "kind", "value", "updated_at"]
