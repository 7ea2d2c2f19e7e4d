"""Derived columns kept up to date where rows change without being saved one by one."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, models, transaction

from registry.fields import PinyinField

CHUNK = 500


def fields(model: type[models.Model]) -> list[PinyinField]:
    """The model's columns that say how its names sound."""
    return [f for f in model._meta.concrete_fields if isinstance(f, PinyinField)]


def touched(model: type[models.Model], names: Iterable[str]) -> list[PinyinField]:
    """Those of them that depend on one of the named columns."""
    given = set(names)
    return [field for field in fields(model) if given.intersection(field.of)]


def with_derived(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """The named columns, and those that follow from them."""
    given = list(names)
    return given + [field.name for field in touched(model, given)]


def stale(
    model: type[models.Model],
    keys: Iterable[Any] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> list[Any]:
    """Keys of the rows, of all or of these, whose column says something else."""
    rows: models.QuerySet[Any] = models.QuerySet(model).using(using).order_by()
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    found = []
    for field in fields(model):
        columns = rows.values_list("pk", field.name, *field.of)
        found += [
            key for key, stands, *names in columns if stands != field.sound(names)
        ]
    return found


def refresh(
    model: type[models.Model],
    keys: Iterable[Any] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Bring the column up to date in all rows, or in these; how many were stale.

    It counts as no change of the rows: version, journal and time of change stay.
    """
    with transaction.atomic(using):
        found = stale(model, keys, using)
        for start in range(0, len(found), CHUNK):
            # Not the record queryset's update(), which would count an edit.
            rows: models.QuerySet[Any] = models.QuerySet(model).using(using)
            part = list(rows.filter(pk__in=found[start : start + CHUNK]))
            rows.bulk_update(part, [field.name for field in fields(model)])
    return len(found)


def models_with_any(among: Apps = apps) -> list[type[models.Model]]:
    """Every model whose table has such a column."""
    return [m for m in among.get_models() if not m._meta.proxy and fields(m)]


def refresh_all(using: str = DEFAULT_DB_ALIAS, among: Apps = apps) -> int:
    """Bring every derived column up to date; how many rows were stale."""
    return sum(refresh(model, using=using) for model in models_with_any(among))
