"""Filters that several resources share, under the same names everywhere."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from programs.api.dimensions import agency_dimension, place_dimensions
from programs.models import (
    Agency,
    Category,
    Document,
    Measure,
    Passage,
    Program,
    Region,
)
from programs.models.regions import lineage, within
from registry.api.comparisons import AmountFilter, DayFilter
from registry.api.dimensions import Dimension
from registry.api.filters import Modifier, References
from registry.api.flags import STATED, Flag, shown
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
        alternatives="either_there",
        example="310000",
        label=_("Regions by GB/T 2260 code, with all that lies in them."),
    )
    region_scope = Modifier(
        Scope,
        of={"region", "region__not"},
        most=1,
        example="covering",
        label=_("How the region is meant: subtree by default."),
    )
    # A row is where one of these says that it is.
    region_columns: tuple[str, ...] = ("region",)
    # Of a region that another record states: the column that says it is published.
    region_through: dict[str, str] = {}

    def in_region(self, codes: list[str]) -> Q:
        """Rows of one of the regions."""
        condition = Q()
        for part in self.either_there(codes):
            condition |= part
        return condition

    def either_there(self, codes: list[str]) -> list[Q]:
        """The same as conditions that exclude each other."""
        return [self.stated_there(codes)]

    def stated_there(self, codes: list[str]) -> Q:
        """Rows whose own columns say one of the regions."""
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
                there = Q(**{column: code})
            elif scope == Scope.COVERING:
                there = Q(**{f"{column}__in": lineage(code)})
            else:
                there = within(column, code)
            if referred := self.region_through.get(column):
                there &= shown(referred)
            condition |= there
        return condition

    @classmethod
    def dimensions(cls) -> list[Dimension]:
        return [*super().dimensions(), *place_dimensions(cls)]


class RoleFilters(Filters):
    """``agency`` with ``agency_role``, the parts that the agencies play.

    A subclass says which rows give an agency its role, what they belong to and which
    column of its own rows names that, and declares ``agency_role`` with `agency_role`.
    """

    agency = References(
        Agency.objects.all,
        condition="by_agency",
        example="000000-pbc",
        label=_("Agencies that take part, by code."),
    )
    has_agency = Flag("with_agency", label=STATED)
    roles: models.Manager
    role_owner: str
    role_key = "pk"

    def by_agency(self, codes: list[str]) -> Q:
        played = self.roles.filter(
            visible(self.roles.model),
            agency__in=codes,
            **{self.role_owner: OuterRef(self.role_key)},
        )
        if roles := self.cleaned.get("agency_role"):
            played = played.filter(role__in=roles)
        return Q(Exists(played))

    def with_agency(self, given: bool) -> Q:
        played = self.roles.filter(
            visible(self.roles.model),
            shown("agency"),
            **{self.role_owner: OuterRef(self.role_key)},
        )
        return Q(Exists(played)) if given else ~Q(Exists(played))

    @classmethod
    def dimensions(cls) -> list[Dimension]:
        return [*super().dimensions(), agency_dimension(cls)]


def agency_role(roles: type[models.TextChoices], example: str = "") -> Modifier:
    """Which part an agency that is asked for plays."""
    of = {"agency", "agency__not"}
    label = _("Which part the agency plays.")
    return Modifier(roles, of=of, label=label, example=example or roles.values[0])


class ValidityFilters(Filters):
    """``valid_on`` with ``valid``, and ``expiring_before``, by the queryset's verbs."""

    valid_on = DayFilter(
        "on_day", label=_("In force that day, by the dates that are stated.")
    )
    valid = Modifier(
        Holds,
        of={"valid_on"},
        example="yes,unknown",
        label=_("Known to be in force (default), known not to be, or not known."),
    )
    expiring_before = DayFilter(
        "ending",
        example="2029-01-01",
        label=_("With a stated end before that day, past ones too."),
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


def itself(model: type[models.Model], example: str) -> References:
    """``code``: the rows of these codes alone."""
    return by_code(model, _("Its own codes."), "pk", example)


def categories(scheme: str, label: Any, example: str = "") -> References:
    """Categories of that scheme."""
    return References(
        lambda: Category.objects.filter(scheme=scheme),
        condition="for_categories",
        example=example,
        label=label,
    )


def by_code(
    model: type[models.Model], label: Any, field_name: str, example: str, **more: Any
) -> References:
    """Rows that refer to those of the model, by their codes."""
    return References(
        model._default_manager.all,
        field_name=field_name,
        example=example,
        label=label,
        **more,
    )


def programs(
    field_name: str = "program", example: str = "640000-ningkedai", **more: Any
) -> References:
    return by_code(Program, _("Programs by code."), field_name, example, **more)


def documents(
    field_name: str, example: str = "420100-wuzhengban-2025-67", **more: Any
) -> References:
    return by_code(Document, _("Documents by code."), field_name, example, **more)


def passages(
    field_name: str = "passage",
    example: str = "310000-jinrongshibao-gudaizhaibaodan.p3",
    **more: Any,
) -> References:
    return by_code(Passage, _("Passages by code."), field_name, example, **more)


def measures(
    field_name: str = "passage",
    example: str = "420100-wuzhengban-2025-67.8",
    **more: Any,
) -> References:
    return by_code(Measure, _("Measures by code."), field_name, example, **more)


def agencies(field_name: str, example: str = "000000-pbc") -> References:
    return References(
        Agency.objects.all,
        field_name=field_name,
        example=example,
        label=_("Agencies by code."),
    )


def at_least(value: Any) -> Q:
    """Values, and ranges by their upper end, that reach it."""
    return Q(value__gte=value) | Q(value_to__gte=value)


def value_range() -> dict[str, AmountFilter]:
    """Bounds of the value of figures and terms, in one unit."""

    def above(bound: Any) -> Q:
        return Q(value__gt=bound.value) | Q(value_to__gt=bound.value)

    return {
        "value__gte": AmountFilter(
            lambda bound: Q(at_least(bound.value), unit=bound.unit),
            label=_("The value is at least this, a range by its upper end."),
        ),
        "value__gt": AmountFilter(
            lambda bound: Q(above(bound), unit=bound.unit),
            label=_("The value is more than this, a range by its upper end."),
        ),
        "value__lte": AmountFilter(
            lambda bound: Q(value__lte=bound.value, unit=bound.unit),
            label=_("The value is at most this, a range by its lower end."),
        ),
        "value__lt": AmountFilter(
            lambda bound: Q(value__lt=bound.value, unit=bound.unit),
            label=_("The value is less than this, a range by its lower end."),
        ),
    }
