"""Filters that several resources share, under the same names everywhere."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.models import (
    Agency,
    Category,
    Document,
    Measure,
    Program,
    ProgramRole,
    Region,
    Term,
)
from programs.models.regions import lineage, within
from registry.api.filters import AmountFilter, Choices, References
from registry.api.parameters import Filters
from registry.api.problems import Refused


class Scope(models.TextChoices):
    SUBTREE = "subtree", gettext_lazy("the region and all in it")
    EXACT = "exact", gettext_lazy("the region alone")
    COVERING = "covering", gettext_lazy("what applies there: it and all above")


class RegionFilters(Filters):
    """``region`` with ``region_scope``: by default the region and all in it."""

    region = References(
        Region.objects.all,
        method="in_region",
        label=gettext_lazy("Regions by GB/T 2260 code, with all that lies in them."),
    )
    region_scope = Choices(
        Scope, method="unchanged", label=gettext_lazy("How the region is meant.")
    )
    region_column = "region"

    def cross_check(self, asked: dict[str, Any]) -> None:
        super().cross_check(asked)
        needs(asked, "region_scope", "region")

    def in_region(self, queryset: Any, name: str, codes: list[str]) -> Any:
        scope = self.data.get("region_scope", Scope.SUBTREE)
        condition = Q()
        for code in codes:
            condition |= self.at(code, scope)
        everywhere = scope == Scope.SUBTREE and "000000" in codes
        return queryset if everywhere else queryset.filter(condition)

    def at(self, code: str, scope: str) -> Q:
        column = self.region_column
        if scope == Scope.EXACT:
            return Q(**{column: code})
        if scope == Scope.COVERING:
            return Q(**{f"{column}__in": lineage(code)})
        return within(column, code)

    def unchanged(self, queryset: Any, name: str, value: Any) -> Any:
        """For a parameter that another filter reads."""
        return queryset


def needs(asked: dict[str, Any], parameter: str, other: str) -> None:
    """Refuse a parameter that has no effect without another."""
    if parameter in asked and other not in asked:
        raise Refused(
            _("“%(parameter)s” has no effect without “%(other)s”.")
            % {"parameter": parameter, "other": other},
            parameter=parameter,
        )


def categories(scheme: str, label: Any) -> References:
    """Programs meant for some of the categories of that scheme."""

    def known() -> models.QuerySet:
        return Category.objects.filter(scheme=scheme)

    return References(known, method="meant_for", label=label)


def programs(relation: str = "program", **more: Any) -> References:
    return References(
        Program.objects.all,
        field_name=relation,
        label=gettext_lazy("Programs by code."),
        **more,
    )


def documents(field_name: str) -> References:
    return References(
        Document.objects.all,
        field_name=field_name,
        label=gettext_lazy("Documents by code."),
    )


def measures(field_name: str = "passage") -> References:
    return References(
        Measure.objects.all,
        field_name=field_name,
        label=gettext_lazy("Measures by code."),
    )


def agencies(**more: Any) -> References:
    return References(
        Agency.objects.all, label=gettext_lazy("Agencies by code."), **more
    )


def term_ranges() -> dict[str, AmountFilter]:
    """``amount__gte``, ``tenor__lte`` and kin: some term of that kind satisfies it."""
    found = {}
    for kind in Term.Kind:
        for lookup, label in (
            ("gte", gettext_lazy("Some term “%s” reaches this value.")),
            ("lte", gettext_lazy("Some term “%s” stays within this value.")),
        ):
            found[f"{kind.value}__{lookup}"] = AmountFilter(
                _some_term(kind.value, lookup), label=label % kind.label
            )
    return found


def _some_term(kind: str, lookup: str) -> Any:
    def condition(value: Any) -> Q:
        reaches = Q(**{f"value__{lookup}": value})
        if lookup == "gte":
            reaches |= Q(value_to__gte=value)
        terms = Term.objects.published().filter(
            reaches,
            program=OuterRef("pk"),
            kind=kind,
            passage__publication="published",
        )
        return Q(Exists(terms))

    return condition


def with_agency(codes: list[str], roles: list[str]) -> Q:
    """Programs in which one of the agencies plays one of the roles, or any."""
    played = ProgramRole.objects.filter(program=OuterRef("pk"), agency__in=codes)
    if roles:
        played = played.filter(role__in=roles)
    return Q(Exists(played))
