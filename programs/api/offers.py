"""What programs, funds and platforms can be asked for."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.dimensions import through
from programs.api.filters import (
    RegionFilters,
    RoleFilters,
    Scope,
    ValidityFilters,
    agency_role,
    categories,
    documents,
    itself,
    measures,
    passages,
    programs,
)
from programs.api.term_bounds import term_ranges
from programs.models import (
    Category,
    Citation,
    Document,
    Fund,
    Passage,
    Platform,
    Program,
    ProgramLink,
    ProgramRole,
    Term,
)
from programs.models.instruments import INSTRUMENT_OF_KIND
from programs.models.regions import NATIONAL, is_province
from registry.api.comparisons import date_range, updated, verified
from registry.api.dimensions import Dimension, of_choices
from registry.api.filters import Choices, Modifier, References
from registry.api.flags import related, stated
from registry.api.parameters import also
from registry.models import visible

SCHEMES = {
    "stage": (_("Stages of the firms it is meant for."), "seed"),
    "audience": (_("Firms and bodies it is meant for."), "tech_firm"),
    "industry": (_("Industries it is meant for."), "biomedicine"),
}


def meant_for(scheme: str) -> models.QuerySet:
    """Which programs are meant for which categories of the scheme."""
    return Program.categories.through.objects.filter(category__scheme=scheme)


def offers() -> models.QuerySet:
    return ProgramLink.objects.filter(relation="offered_on")


def cited() -> models.QuerySet:
    return Citation.objects.filter(visible(Citation))


def has_categories(scheme: str) -> Any:
    return related(lambda: Q(Exists(meant_for(scheme).filter(program=OuterRef("pk")))))


def has_platform() -> Q:
    there = offers().filter(
        program=OuterRef("pk"),
        target__kind=Program.Kind.PLATFORM,
        target__publication="published",
    )
    return Q(Exists(there))


@also(
    term_ranges()
    | date_range("launched", example="2024")
    | date_range("ended")
    | stated(
        Program,
        "name_en",
        "lifecycle",
        "summary",
        "eligibility",
        "launched",
        "ended",
        "website",
    )
    | {f"has_{scheme}": has_categories(scheme) for scheme in SCHEMES}
    | {"has_platform": related(has_platform)}
    | verified()
    | updated()
)
class OfferFilters(RegionFilters, RoleFilters, ValidityFilters):
    """What programs of every kind can be asked for."""

    instrument = Choices(
        Program.Instrument,
        condition="by_instrument",
        example="PI012",
        label=_("STIP Compass instruments."),
    )
    lifecycle = Choices(
        Program.Lifecycle, example="active", label=_("How far it has come.")
    )
    stage = categories("stage", *SCHEMES["stage"])
    audience = categories("audience", *SCHEMES["audience"])
    industry = categories("industry", *SCHEMES["industry"])
    platform = References(
        Platform.objects.all,
        condition="offered_on",
        example="410100-zhenghaorong",
        label=_("Platforms that offer it."),
    )
    linked_to = programs("", "000000-kechuang-zhaiquan", condition="linked")
    relation = Modifier(
        ProgramLink.Relation,
        of={"linked_to", "linked_to__not"},
        example="part_of",
        label=_("How it stands to the programs that it is linked to."),
    )
    agency_role = agency_role(ProgramRole.Role, "operator")
    document = documents("", condition="written_in")
    passage = passages("", condition="cited_from")
    measure = measures("", condition="cited_from")
    has_term = Choices(
        Term.Kind, condition="with_term", label=_("Some term of these kinds is stated.")
    )
    roles = ProgramRole.objects
    role_owner = "program"
    placed_in = (Program.places.through,)

    def either_there(self, codes: list[str]) -> list[Q]:
        there = self.stated_there(codes)
        own = there & self._in_provinces(codes)
        if all(map(is_province, codes)) and self._scope() == Scope.SUBTREE:
            # All that lies in them: SQLite would rather use the codes' index, and sort.
            own = self._in_provinces(codes)
        # Not correlated: the database reads the few programs with other places once.
        placed = Program.places.through.objects.filter(there).values("program")
        return [own, Q(pk__in=placed) & ~own]

    def _in_provinces(self, codes: list[str]) -> Q:
        """What programs of those regions have in common, which an index begins with."""
        if self._scope() == Scope.COVERING or NATIONAL in codes:
            return Q()
        provinces = sorted({code[:2] for code in codes})
        if len(provinces) == 1:
            return Q(province=provinces[0])
        return Q(province__in=provinces)

    def _scope(self) -> str:
        (scope,) = self.cleaned.get("region_scope", [Scope.SUBTREE])
        return scope

    @staticmethod
    def placed(rows: models.QuerySet) -> models.QuerySet:
        """(program, place) of the rows' other places."""
        lines = Program.places.through.objects.filter(program__in=rows.values("pk"))
        return lines.order_by().values_list("program", "region")

    def by_instrument(self, codes: list[str]) -> Q:
        kinds = [kind for kind, own in INSTRUMENT_OF_KIND.items() if own in codes]
        return Q(stip_instrument__in=codes) | Q(stip_instrument="", kind__in=kinds)

    def for_categories(self, codes: list[str]) -> Q:
        meant = Program.categories.through.objects.filter(
            program=OuterRef("pk"), category__in=codes
        )
        return Q(Exists(meant))

    def offered_on(self, codes: list[str]) -> Q:
        there = offers().filter(program=OuterRef("pk"), target__in=codes)
        return Q(Exists(there))

    def linked(self, codes: list[str]) -> Q:
        links = ProgramLink.objects.filter(program=OuterRef("pk"), target__in=codes)
        if relations := self.cleaned.get("relation"):
            links = links.filter(relation__in=relations)
        return Q(Exists(links))

    def written_in(self, codes: list[str]) -> Q:
        return self._cited(passage__document__in=codes)

    def cited_from(self, codes: list[str]) -> Q:
        return self._cited(passage__in=codes)

    def _cited(self, **where: Any) -> Q:
        return Q(Exists(cited().filter(program=OuterRef("pk"), **where)))

    def with_term(self, kinds: list[str]) -> Q:
        terms = Term.objects.filter(
            visible(Term), program=OuterRef("pk"), kind__in=kinds
        )
        return Q(Exists(terms))

    @classmethod
    def dimensions(cls) -> list[Dimension]:
        schemes = [
            through(
                scheme,
                cls.base_filters[scheme].queryset,
                lines=lambda scheme=scheme: meant_for(scheme),  # type: ignore[misc]
                owner="program",
                code="category",
                reads=(Category, Program.categories.through),
            )
            for scheme in SCHEMES
        ]
        return [
            *super().dimensions(),
            Dimension(
                name="instrument",
                columns=("stip_instrument", "kind"),
                codes=lambda own, kind: [own or INSTRUMENT_OF_KIND[kind]],
                labels=of_choices(Program.Instrument),
            ),
            *schemes,
            through(
                "platform",
                Platform.objects.all,
                lines=offers,
                owner="program",
                code="target",
                reads=(Program, ProgramLink),
            ),
            through(
                "document",
                Document.objects.all,
                lines=cited,
                owner="program",
                code="passage__document",
                reads=(Citation, Passage, Document),
            ),
        ]


class ProgramFilters(OfferFilters):
    code = itself(Program, "640000-ningkedai")
    kind = Choices(Program.Kind, label=_("Kinds of program."))


@also(stated(Program, "fund_strategy", "fund_vehicle"))
class FundFilters(OfferFilters):
    code = itself(Fund, "410100-binggou-jijin")
    fund_strategy = Choices(Program.FundStrategy, label=_("What funds invest in."))
    fund_vehicle = Choices(Program.FundVehicle, label=_("What kind of fund it is."))


class PlatformFilters(OfferFilters):
    code = itself(Platform, "410100-zhenghaorong")
