"""For each resource and each field it shows: change the field, and the ETag changes."""

from datetime import date, timedelta
from functools import partial
from itertools import chain, islice

import pytest
from django.db import DataError, IntegrityError, models, transaction
from django.test import Client

from programs.api.urls import router
from programs.models import Agency, Region
from registry.api.records import Gathered, Records, lookups
from registry.fields import PartialDateField

pytestmark = pytest.mark.django_db(transaction=True)

RESOURCES = {name: view for name, view, _basename in router.registry}
# What a column's other value needs beside it.
BESIDE = {
    "value_to": {"comparator": "between", "value": "0.5"},
    "fund_strategy": {"kind": "fund"},
    "fund_vehicle": {"kind": "fund"},
    "versus_id": {"comparator": "gt", "value": None, "value_to": None, "unit": ""},
    "expires_on": {"expiry_basis": "printed"},
    "expiry_basis": {"expires_on": "2099"},
}
# Not columns, but what a query adds: of tables whose columns are tried themselves.
ANNOTATED = {"latest"}
# Columns by whose other value rows go from the answer, or others fit no more.
HIDING = {"publication", "kind", "level", "status"}


@pytest.fixture
def everything(shipped):
    """The shipped registry and one branch, of which it has none."""
    Agency.objects.create(
        code="310000-zhihang", name="某科技支行", kind="tech_branch",
        region=Region.objects.get(pk="310000"), publication="published",
        parent=Agency.objects.filter(kind="bank").first(),
    )  # fmt: skip


def shown(records, rows, trail=""):
    """(name, path, rows that it begins at) of every column that the fields show."""
    for name, field in records.child.fields.items():
        if isinstance(field, Records):
            owned = chain.from_iterable(field.owned([row.pk])[:9] for row in rows)
            yield from shown(field, list(islice(owned, 9)), f"{trail}{name}.")
        elif not isinstance(field, Gathered):
            for path in lookups(field):
                yield f"{trail}{name}", path, rows


def led_to(path, rows):
    """Rows that the path leads to and their column; those with a value first."""
    *relations, column = path.split("__")
    for relation in relations:
        rows = [there for row in rows if (there := getattr(row, relation))]
    rows = list({row.pk: row for row in rows}.values())
    rows.sort(key=lambda row: getattr(row, column) in (None, ""))
    return rows[:9] + rows[-9:], column


def others(row, field):
    """Values of the column that differ from the row's, the likeliest to fit first."""
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        rows = field.related_model._base_manager.exclude(pk=value)
        yield from rows.values_list("pk", flat=True)[:20]
        yield from [None] * (field.null and value is not None)
    elif field.choices:
        yield from (code for code, _label in field.flatchoices if code != value)
    elif isinstance(field, models.BooleanField):
        yield not value
    elif isinstance(field, PartialDateField):
        yield from {"2001", "2002", "2099", ""} - {value}
    elif isinstance(field, models.DateTimeField):
        yield value + timedelta(days=1)
    elif isinstance(field, models.DateField):
        yield (value or date(2024, 1, 1)) + timedelta(days=1)
    elif isinstance(field, models.DecimalField | models.IntegerField):
        yield (value or 0) + 1
        yield from [None] * (value is not None)
    else:
        tried = f"{value}改", "https://other.example/", "914403001922038216", ""
        yield from (text for text in tried if text != value)


def changed(rows, column):
    """Write another value, past everything but the database; what puts it back."""
    for row in rows:
        field = row._meta.get_field(column)
        there = models.QuerySet(type(row)).filter(pk=row.pk)
        for value in others(row, field):
            values = {field.attname: value} | BESIDE.get(column, {})
            old = {name: getattr(row, name) for name in values}
            try:
                with transaction.atomic():
                    there.update(**values)
            except (IntegrityError, DataError):
                continue
            return partial(there.update, **old)
    raise AssertionError(f"No other value fits {place_of(rows[0], column)}.")


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_field_it_shows(everything, resource):
    view, client = RESOURCES[resource](), Client()
    nested = ",".join(view.serializer_class.nested())
    listed = f"/api/v1/{resource}/?page_size=1" + f"&include={nested}" * bool(nested)
    missing, tried = [], set()
    # A detail that is no more than a row of the list is read from the same tables.
    for detail in (False, True) if view.detail_class else (False,):
        rows = list(view.found({})[:100])
        address = f"/api/v1/{resource}/{rows[0].pk}/" if detail else listed
        record = view.record(detail=detail)
        known = client.get(address).headers["ETag"]
        for name, path, beginning in shown(record(many=True), rows):
            if path in ANNOTATED:
                continue
            found, column = led_to(path, beginning)
            if found and found[0]._meta.get_field(column).primary_key:
                continue  # codes never change
            if not found or (place := place_of(found[0], column)) in tried:
                continue
            tried.add(place)
            undo = changed(found, column)
            latest = client.get(address).headers["ETag"]
            if latest == known:
                missing.append(f"{name}: {place}")
            known = latest
            if column in HIDING or column in BESIDE:
                undo()
                known = client.get(address).headers["ETag"]
    assert not missing
    assert len(tried) > 3


def place_of(row, column):
    return f"{row._meta.db_table}.{row._meta.get_field(column).column}"
