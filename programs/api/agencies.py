"""Agencies and specialist branches over REST."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.filters import (
    RegionFilters,
    agencies,
    documents,
    itself,
    measures,
    programs,
)
from programs.models import (
    Agency,
    AgencyAlias,
    DocumentRole,
    ProgramRole,
    Responsibility,
    SpecialistBranch,
)
from programs.models.agencies import SPECIALIST_KINDS
from registry.api.comparisons import Text, date_range, updated, verified
from registry.api.filters import Choices
from registry.api.flags import stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Coded, Labelled, Source
from registry.api.views import Resource
from registry.models import visible


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


@also(
    date_range("opened")
    | date_range("closed")
    | stated(
        Agency,
        "short_name",
        "name_en",
        "parent",
        "uscc",
        "licence",
        "opened",
        "closed",
        "summary",
    )
    | verified()
    | updated()
)
class AgencyFilters(RegionFilters):
    code = itself(Agency, "000000-pbc")
    kind = Choices(Agency.Kind, example="bank,insurer", label=_("Kinds of agency."))
    parent = agencies("parent")
    uscc = Text("uscc", label=_("Its unified social credit code."))
    licence = Text("licence", label=_("Its financial licence."))
    program = programs("", "310000-xindonglidai", condition="taking_part")
    document = documents("", condition="named_in")
    measure = measures("", condition="answering_for")

    def taking_part(self, codes: list[str]) -> Q:
        return self._named(ProgramRole, program__in=codes)

    def named_in(self, codes: list[str]) -> Q:
        return self._named(DocumentRole, document__in=codes) | self._named(
            Responsibility, passage__document__in=codes
        )

    def answering_for(self, codes: list[str]) -> Q:
        return self._named(Responsibility, passage__in=codes)

    def _named(self, lines: Any, **where: Any) -> Q:
        named = lines.objects.filter(visible(lines), agency=OuterRef("pk"), **where)
        return Q(Exists(named))


class BranchFilters(AgencyFilters):
    code = itself(SpecialistBranch, "")
    kind = Choices(
        [Agency.Kind(kind) for kind in SPECIALIST_KINDS],
        label=_("Kinds of specialist branch."),
    )


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
