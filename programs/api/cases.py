"""Cases over REST."""

from programs.api.filters import RegionFilters, agencies, documents, programs
from programs.models import Case
from registry.api.comparisons import date_range, updated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Labelled, Source
from registry.api.views import Resource


class CaseRecord(Record):
    agency = Labelled()
    provider = Labelled()
    program = Labelled()
    passage = Source()

    class Meta:
        model = Case
        fields = [
            "code",
            "title",
            "beneficiary",
            "agency",
            "provider",
            "program",
            "passage",
            "period_start",
            "period_end",
            "summary",
            "verified_on",
            "updated_at",
        ]


@also(date_range("period_end") | updated())
class CaseFilters(RegionFilters):
    region_columns = ("passage__document__region",)

    program = programs()
    agency = agencies("agency")
    provider = agencies("provider")
    document = documents("passage__document")


class Cases(Resource):
    """Firms that were helped by a program, as texts tell it."""

    queryset = Case.objects.all()
    serializer_class = CaseRecord
    filters = CaseFilters
    searched = Case.searched
    orderings = ["code", "title", "period_end", "updated_at"]
