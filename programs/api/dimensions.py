"""What several resources can be parted by besides their own columns."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Agency, Region
from programs.models.regions import NATIONAL
from registry.api import parameters
from registry.api.dimensions import NOT_STATED, Dimension, Pairs, of_rows
from registry.models import states_seen, visible

# Their districts lie in no city.
MUNICIPALITIES = ("11", "12", "31", "50")


def province_of(code: str) -> str | None:
    """The code of the province that a region lies in; None for the country."""
    return None if code == NATIONAL else f"{code[:2]}0000"


def city_of(code: str) -> str | None:
    """That of its city, or municipality; None for what is above."""
    if code[:2] in MUNICIPALITIES:
        return f"{code[:2]}0000"
    return None if code[2:4] == "00" else f"{code[:4]}00"


def place_dimensions(filters: Any) -> list[Dimension]:
    """``region``, ``province`` and ``city`` of rows that are where their columns say.

    As the filter ``region`` finds them: of a program at its other places too.
    """
    columns, referred = filters.region_columns, filters.region_through
    guards = tuple(
        f"{referred[column]}__publication" for column in columns if column in referred
    )

    def codes(level: Callable[[str], str | None]) -> Callable[..., list[Any]]:
        def of_cells(*cells: Any) -> list[Any]:
            places, states = cells[: len(columns)], iter(cells[len(columns) :])
            return [
                level(place)
                for column, place in zip(columns, places, strict=True)
                if (column not in referred or next(states) in states_seen())
                and place is not None
            ]

        return of_cells

    def pairs(level: Callable[[str], str | None]) -> Pairs | None:
        if not (placed := getattr(filters, "placed", None)):
            return None

        def elsewhere(rows: models.QuerySet, _asked: Any) -> Iterator[tuple[str, Any]]:
            for key, place in placed(rows):
                yield key, level(place)

        return elsewhere

    levels: dict[str, tuple[Callable[[str], str | None], Any]] = {
        "region": (str, NOT_STATED),
        "province": (province_of, _("in no province")),
        "city": (city_of, _("in no city")),
    }
    if columns == ("code",):
        del levels["region"]
    return [
        Dimension(
            name=name,
            columns=columns + guards,
            codes=codes(level),
            pairs=pairs(level),
            labels=of_rows(Region.objects.all),
            overlapping=len(columns) > 1 or hasattr(filters, "placed"),
            reads=(Region, *getattr(filters, "placed_in", ())),
            unknown=unknown,
        )
        for name, (level, unknown) in levels.items()
    ]


def agency_dimension(filters: Any) -> Dimension:
    """``agency``: those that take part, in the parts that ``agency_role`` says."""

    def pairs(
        rows: models.QuerySet, asked: dict[str, str]
    ) -> Iterator[tuple[str, str]]:
        played = filters.roles.filter(
            visible(filters.roles.model),
            agency__isnull=False,
            **{f"{filters.role_owner}__in": rows.values(filters.role_key)},
        )
        if "agency_role" in asked:
            allowed = filters.base_filters["agency_role"].values
            roles = parameters.listed(
                asked["agency_role"], parameter="agency_role", allowed=allowed
            )
            played = played.filter(role__in=roles)
        lines = played.order_by().values_list(filters.role_owner, "agency")
        if filters.role_key == "pk":
            yield from lines
            return
        agencies: dict[str, list[str]] = {}
        for owner, agency in lines:
            agencies.setdefault(owner, []).append(agency)
        for key, owner in rows.values_list("pk", filters.role_key):
            for agency in agencies.get(owner, ()):
                yield key, agency

    owner = filters.roles.model._meta.get_field(filters.role_owner).related_model
    return Dimension(
        name="agency",
        pairs=pairs,
        labels=of_rows(Agency.objects.all),
        overlapping=True,
        modifier="agency_role",
        reads=(Agency, filters.roles.model, owner),
    )


def through(
    name: str,
    among: Callable[[], models.QuerySet],
    *,
    lines: Callable[[], models.QuerySet],
    owner: str,
    code: str,
    reads: tuple[type[models.Model], ...],
) -> Dimension:
    """The codes that the lines of another table state for rows, among those rows'."""

    def pairs(rows: models.QuerySet, _asked: Any) -> Any:
        stated = lines().filter(**{f"{owner}__in": rows.values("pk")})
        return stated.order_by().values_list(owner, code)

    return Dimension(
        name=name,
        pairs=pairs,
        labels=of_rows(among),
        overlapping=True,
        reads=reads,
    )
