"""Filters that several resources share, under the same names everywhere."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.models import Agency, Category, Document, Measure, Program, Region, Term
from programs.models.regions import lineage, within
from registry.api.comparisons import AmountFilter, DayFilter
from registry.api.filters import Modifier, References
from registry.api.parameters import Filters
from registry.models import visible
from registry.validity import Holds


class Scope(models.TextChoices):
    SUBTREE = "subtree", _("the region and all in it")
    EXACT = "exact", _("the region alone")
    COVERING = "covering", _("what applies there: it and all above")


class RegionFilters(Filters):
    """``region`` with ``region_scope``: by default the region and all in it."""

    region = References(
        Region.objects.all,
        condition="in_region",
        label=_("Regions by GB/T 2260 code, with all that lies in them."),
    )
    region_scope = Modifier(
        Scope,
        of={"region", "region__not"},
        most=1,
        label=_("How the region is meant: subtree by default."),
    )
    # A row is where one of these says that it is.
    region_columns: tuple[str, ...] = ("region",)

    def in_region(self, codes: list[str]) -> Q:
        (scope,) = self.cleaned.get("region_scope", [Scope.SUBTREE])
        condition = Q()
        for code in codes:
            condition |= self.at(code, scope)
        return condition

    def at(self, code: str, scope: str) -> Q:
        """Rows of the region, in that sense."""
        condition = Q()
        for column in self.region_columns:
            if scope == Scope.EXACT:
                condition |= Q(**{column: code})
            elif scope == Scope.COVERING:
                condition |= Q(**{f"{column}__in": lineage(code)})
            else:
                condition |= within(column, code)
        return condition


class RoleFilters(Filters):
    """``agency`` with ``agency_role``, the parts that the agencies play.

    A subclass says which rows give an agency its role and what they belong to, and
    declares ``agency_role`` with `agency_role`.
    """

    agency = References(
        Agency.objects.all, condition="by_agency", label=_("Agencies by code.")
    )
    roles: models.Manager
    role_owner: str

    def by_agency(self, codes: list[str]) -> Q:
        played = self.roles.filter(
            agency__in=codes, **{self.role_owner: OuterRef("pk")}
        )
        if roles := self.cleaned.get("agency_role"):
            played = played.filter(role__in=roles)
        return Q(Exists(played))


def agency_role(roles: type[models.TextChoices]) -> Modifier:
    """Which part an agency that is asked for plays."""
    of = {"agency", "agency__not"}
    return Modifier(roles, of=of, label=_("Which part the agency plays."))


class ValidityFilters(Filters):
    """``valid_on`` with ``valid``, and ``expiring_before``, by the queryset's verbs."""

    valid_on = DayFilter(
        "on_day", label=_("In force that day, by the dates that are stated.")
    )
    valid = Modifier(
        Holds,
        of={"valid_on"},
        label=_("Known to be in force (default), known not to be, or not known."),
    )
    expiring_before = DayFilter(
        "ending", label=_("With a stated end before that day, past ones too.")
    )

    def on_day(self, day: Any) -> Q:
        condition = Q()
        for answer in self.cleaned.get("valid", [Holds.YES]):
            rows = self.queryset.model.objects.in_force(day, answer=answer)
            condition |= Q(pk__in=rows.order_by().values("pk"))
        return condition

    def ending(self, day: Any) -> Q:
        rows = self.queryset.model.objects.expiring(day)
        return Q(pk__in=rows.order_by().values("pk"))


def categories(scheme: str, label: Any) -> References:
    """Programs meant for some of the categories of that scheme."""

    def known() -> models.QuerySet:
        return Category.objects.filter(scheme=scheme)

    return References(known, condition="meant_for", label=label)


def programs(relation: str = "program", **more: Any) -> References:
    return References(
        Program.objects.all,
        field_name=relation,
        label=_("Programs by code."),
        **more,
    )


def documents(field_name: str) -> References:
    return References(
        Document.objects.all, field_name=field_name, label=_("Documents by code.")
    )


def measures(field_name: str = "passage") -> References:
    return References(
        Measure.objects.all, field_name=field_name, label=_("Measures by code.")
    )


def agencies(field_name: str) -> References:
    return References(
        Agency.objects.all, field_name=field_name, label=_("Agencies by code.")
    )


class TermFilter(AmountFilter):
    """A bound that some published term of a kind of the program's keeps.

    Of two bounds on one kind the same term keeps both.
    """

    def __init__(self, kind: Term.Kind, lookup: str, **kwargs: Any) -> None:
        self.kind, self.lookup = kind, lookup
        super().__init__("", units=kind.units, **kwargs)

    def filter(self, queryset: Any, value: Any) -> Any:
        bounds = {self.lookup: value}
        other = "gte" if self.lookup == "lte" else "lte"
        if beside := self.parent.cleaned.get(f"{self.kind.value}__{other}"):
            bounds[other] = beside
        terms = Term.objects.filter(
            visible(Term), program=OuterRef("pk"), kind=self.kind, unit=value.unit
        )
        if "gte" in bounds:
            terms = terms.filter(at_least(bounds["gte"].value))
        if "lte" in bounds:
            terms = terms.filter(value__lte=bounds["lte"].value)
        return queryset.filter(Exists(terms))


def at_least(value: Any) -> Q:
    """Values, and ranges by their upper end, that reach it."""
    return Q(value__gte=value) | Q(value_to__gte=value)


def term_ranges() -> dict[str, TermFilter]:
    """``amount__gte``, ``tenor__lte`` and kin, one pair for each kind of term."""
    found = {}
    for kind in Term.Kind:
        for lookup, label in (
            ("gte", _("Some term “%s” reaches this value.")),
            ("lte", _("Some term “%s” stays within this value.")),
        ):
            name = f"{kind.value}__{lookup}"
            found[name] = TermFilter(kind, lookup, label=label % kind.label)
    return found


def value_range() -> dict[str, AmountFilter]:
    """``value__gte`` and ``value__lte`` of figures and terms, in one unit."""
    return {
        "value__gte": AmountFilter(
            lambda bound: Q(at_least(bound.value), unit=bound.unit),
            label=_("The value is at least this."),
        ),
        "value__lte": AmountFilter(
            lambda bound: Q(value__lte=bound.value, unit=bound.unit),
            label=_("The value is at most this."),
        ),
    }
