"""Terms of programs over REST."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programs.api.filters import (
    RegionFilters,
    RoleFilters,
    agency_role,
    documents,
    itself,
    measures,
    passages,
    programs,
    value_range,
)
from programs.api.sums import TERMS
from programs.models import Comparator, ProgramRole, Term, Unit
from registry.api.comparisons import Text, updated, verified
from registry.api.filters import Choices, References
from registry.api.flags import stated
from registry.api.parameters import also
from registry.api.records import Record
from registry.api.shown import Amount, Code, Coded, Labelled, Source
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
    restates = Code()
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


@also(
    value_range()
    | stated(
        Term,
        "program",
        "applies_to",
        "comparator",
        "value",
        "previous",
        "unit",
        "per",
        "base",
        "frequency",
        "condition",
        "restates",
    )
    | verified()
    | updated()
)
class TermFilters(RegionFilters, RoleFilters):
    region_columns = ("passage__document__region",)

    code = itself(Term, "310000-jinrongshibao-gudaizhaibaodan.p13.cap")
    kind = Choices(Term.Kind, label=_("Kinds of term."))
    unit = Choices(Unit, label=_("Units."))
    comparator = Choices(Comparator, label=_("Comparators."))
    per = Choices(Term.Per, label=_("For each firm, loan, project…"))
    frequency = Choices(Term.Frequency, label=_("Once, or every year."))
    base = Text("base", example="投资总额", label=_("What it is a share of."))
    applies_to = Text("applies_to", example="科技型企业", label=_("Whom it is for."))
    program = programs(example="310000-icbc-qihang")
    agency_role = agency_role(ProgramRole.Role, "operator")
    document = documents("passage__document")
    passage = passages()
    measure = measures(example="420100-wuzhengban-2025-67.1")
    restates = References(
        Term.objects.all,
        example="310000-jinrongshibao-gudaizhaibaodan.p13.cap",
        label=_("Terms by code."),
    )
    roles = ProgramRole.objects
    role_owner = "program"
    role_key = "program"


class Terms(Resource):
    """What programs and measures set for each case: limits, tenors, rates, shares."""

    queryset = Term.objects.all()
    serializer_class = TermRecord
    filters = TermFilters
    values = TERMS
    searched = Term.searched
    orderings = ["code", "kind", "value", "updated_at"]
