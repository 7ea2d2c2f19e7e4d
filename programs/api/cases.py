"""Cases over REST."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.api.filters import (
    RegionFilters,
    agencies,
    agency_role,
    documents,
    itself,
    measures,
    passages,
    programs,
)
from programs.models import Agency, Case
from registry.api import parameters
from registry.api.comparisons import date_range, updated, verified
from registry.api.dimensions import Dimension, of_rows
from registry.api.filters import References
from registry.api.flags import stated
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


class Part(models.TextChoices):
    """What an agency is in a case."""

    BENEFICIARY = "agency", _("beneficiary")
    PROVIDER = "provider", _("provider")


@also(
    date_range("period_start")
    | date_range("period_end")
    | stated(
        Case, "agency", "provider", "program", "period_start", "period_end", "summary"
    )
    | verified()
    | updated()
)
class CaseFilters(RegionFilters):
    region_columns = ("passage__document__region",)

    code = itself(Case, "310000-yingren-bocom")
    program = programs()
    agency = References(
        Agency.objects.all,
        condition="by_agency",
        example="310000-bocom",
        label=_("Agencies that take part, by code."),
    )
    agency_role = agency_role(Part, "provider")
    provider = agencies("provider", "310000-bocom")
    document = documents("passage__document", "310000-jinrongshibao-gudaizhaibaodan")
    passage = passages()
    measure = measures()

    def by_agency(self, codes: list[str]) -> Q:
        condition = Q()
        for part in self.cleaned.get("agency_role", Part.values):
            condition |= Q(**{f"{part}__in": codes})
        return condition

    @classmethod
    def dimensions(cls) -> list[Dimension]:
        taking_part = Dimension(
            name="agency",
            pairs=cls.taking_part,
            labels=of_rows(Agency.objects.all),
            overlapping=True,
            modifier="agency_role",
            reads=(Agency, Case),
        )
        return [*super().dimensions(), taking_part]

    @classmethod
    def taking_part(
        cls, rows: models.QuerySet, asked: dict[str, str]
    ) -> Iterator[tuple[str, str]]:
        """(case, agency), in the parts that ``agency_role`` says."""
        parts = list(Part.values)
        if "agency_role" in asked:
            parts = parameters.listed(
                asked["agency_role"], parameter="agency_role", allowed=parts
            )
        for key, *codes in rows.order_by().values_list("pk", *parts):
            yield from ((key, code) for code in codes if code)


class Cases(Resource):
    """Firms that were helped by a program, as texts tell it."""

    queryset = Case.objects.all()
    serializer_class = CaseRecord
    filters = CaseFilters
    searched = Case.searched
    orderings = ["code", "title", "period_end", "updated_at"]
