"""Every table of what is registered: what its rows must say; all is journaled."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from programs.models import (
    Agency,
    AgencyAlias,
    Case,
    Category,
    Citation,
    Document,
    DocumentRole,
    Figure,
    Indicator,
    Passage,
    Program,
    ProgramLink,
    ProgramRole,
    Region,
    Responsibility,
    Term,
)
from registry import journal
from registry.models import Entry

# What a row of each table can't do without, besides what is given by itself.
REQUIRED = {
    Region: {"code", "name", "level"},
    Agency: {"code", "name", "kind", "region"},
    AgencyAlias: {"agency", "name", "region"},
    Document: {"code", "title", "kind", "coverage", "region"},
    DocumentRole: {"document", "role", "order"},
    Passage: {"document", "locator", "kind", "summary", "order"},
    Responsibility: {"passage", "order"},
    Program: {"code", "name", "kind", "region"},
    ProgramRole: {"program", "role", "order"},
    ProgramLink: {"program", "relation", "target"},
    Citation: {"program", "passage"},
    Term: {"passage", "kind", "as_written"},
    Case: {"code", "title", "beneficiary", "passage"},
    Indicator: {"code", "name", "unit"},
    Figure: {"passage", "as_written"},
    Category: {"code", "scheme", "name"},
}
# A column of each table that holds any text.
CHANGED = {
    Region: "name",
    Agency: "name",
    AgencyAlias: "name",
    Document: "title",
    DocumentRole: "as_written",
    Passage: "summary",
    Responsibility: "as_written",
    Program: "name",
    ProgramRole: "as_written",
    Citation: "note",
    Term: "as_written",
    Case: "title",
    Indicator: "name",
    Figure: "as_written",
    Category: "name",
}
# A link says nothing in words, so that its relation changes.
VALUES = {ProgramLink: ("relation", "linked_with")} | {
    model: (column, "changed") for model, column in CHANGED.items()
}
JOURNALED = journal.journaled()


@pytest.mark.parametrize("model", REQUIRED)
def test_what_a_row_must_say(db, model):
    with pytest.raises(ValidationError) as refusal:
        model().full_clean()
    assert refusal.value.message_dict.keys() - {"__all__"} == REQUIRED[model]


@pytest.mark.parametrize("model", REQUIRED)
def test_what_ships_is_valid_and_has_a_name(shipped, model):
    rows = model._base_manager.order_by("pk")[:20]
    for row in rows:
        row.full_clean()
        assert str(row).strip()


@pytest.mark.parametrize("model", VALUES)
def test_raw_sql_that_changes_a_row_leaves_its_entry(shipped, model):
    key = model._base_manager.order_by("pk").values_list("pk", flat=True)[0]
    table, (column, value) = model._meta.db_table, VALUES[model]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE code = %s", [value, key]
        )
    entry = Entry.objects.filter(kind=journal.kind_of(model)).latest("id")
    assert (entry.key, entry.action) == (key, "U")
    assert json.loads(entry.row)[column] == value


@pytest.mark.parametrize("model", JOURNALED)
def test_raw_sql_that_deletes_a_row_leaves_its_entry(shipped, model):
    table = model._meta.db_table
    before = Entry.objects.latest("id").pk
    with connection.cursor() as cursor:
        (pk,) = model._base_manager.order_by("pk").values_list("pk")[0]
        cursor.execute(f"DELETE FROM {table} WHERE {model._meta.pk.column} = %s", [pk])
    left = Entry.objects.filter(pk__gt=before, kind=journal.kind_of(model))
    assert [entry.action for entry in left] == ["D"]
    # The test's own end would find the references to it broken.
    connection.needs_rollback = True
