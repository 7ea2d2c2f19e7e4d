"""Agencies and specialist branches over REST."""

from django.utils.translation import gettext_lazy as _

from programs.api.filters import RegionFilters, agencies
from programs.models import Agency, AgencyAlias, SpecialistBranch
from programs.models.agencies import SPECIALIST_KINDS
from registry.api.comparisons import date_range, updated
from registry.api.filters import Choices
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled, Source
from registry.api.views import Resource


class AliasRecord(Record):
    region = Labelled()
    passage = Source()

    class Meta:
        model = AgencyAlias
        fields = ["name", "region", "passage"]
        owner = "agency"
        order = ["code"]


class AgencyRecord(Record):
    kind = Coded(Agency.Kind)
    region = Labelled()
    parent = Labelled()  # type: ignore[assignment]  # a Field's own is its serializer
    aliases = AliasRecord(many=True, read_only=True)

    class Meta:
        model = Agency
        fields = [
            "code",
            "name",
            "short_name",
            "name_en",
            "kind",
            "region",
            "parent",
            "uscc",
            "licence",
            "opened",
            "closed",
            "summary",
            "verified_on",
            "updated_at",
            "aliases",
        ]


@also(date_range("opened") | updated())
class AgencyFilters(RegionFilters):
    kind = Choices(Agency.Kind, label=_("Kinds of agency."))
    parent = agencies("parent")


class BranchFilters(AgencyFilters):
    kind = Choices(SPECIALIST_KINDS, label=_("Kinds of specialist branch."))


class Agencies(Resource):
    """Bodies and firms that act: departments, banks, guarantors, investors."""

    queryset = Agency.objects.all()
    serializer_class = AgencyRecord
    filters = AgencyFilters
    searched = Agency.searched
    orderings = ["code", "name", "opened", "updated_at"]


class Branches(Agencies):
    """Specialist branches and units of technology finance."""

    queryset = SpecialistBranch.objects.all()
    filters = BranchFilters
