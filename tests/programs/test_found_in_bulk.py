"""What loads refuse, and what the journal keeps of rows whose key changes."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from programs.models import Program, ProgramRole, Region
from registry.verification import findings

pytestmark = pytest.mark.django_db(transaction=True)

COUNTRY = {
    "model": "programs.region",
    "pk": "000000",
    "fields": {"name": "全国", "level": "country"},
}


def program(**facts):
    said = {"name": "贷", "kind": "loan", "region": "000000"} | facts
    return {"model": "programs.program", "pk": "000000-p", "fields": said}


def fixture(tmp_path, *objects):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([COUNTRY, *objects]), "utf-8")
    return str(path)


@pytest.fixture
def one(db):
    region = Region.objects.create(code="000000", name="全国", level="country")
    made = Program.objects.create(
        code="000000-p", name="贷", kind="loan", region=region
    )
    ProgramRole.objects.create(program=made, role="lead", order=1, as_written="市政府")
    return made


def test_the_journal_follows_a_role_whose_code_changes(one):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE programs_programrole SET code = code || 'x'")
    assert list(findings()) == []


def test_the_journal_follows_a_relation_that_leads_elsewhere(one):
    other = Region.objects.create(
        code="310000", name="上海市", level="province", parent_id="000000"
    )
    one.places.add("000000")
    Program.places.through.objects.update(region=other)
    assert list(findings()) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"name": None},
        {"places": None},
        {"places": [{"a": 1}]},
        {"name": "a\ud800b"},
        {"name": ["a"]},
        {"launched": "2024-02-31"},
    ],
)
def test_a_load_refuses_by_number_what_a_column_cannot_hold(tmp_path, facts):
    with pytest.raises(CommandError, match="Object 2"):
        call_command("loaddata", fixture(tmp_path, program(**facts)), verbosity=0)
    assert not Region.objects.exists()


@pytest.mark.parametrize("code", [5, "abc", "000000-p.q"])
def test_a_load_refuses_a_code_of_another_form(tmp_path, code):
    told = program() | {"pk": code}
    with pytest.raises(CommandError, match="Object 2"):
        call_command("loaddata", fixture(tmp_path, told), verbosity=0)


@pytest.mark.parametrize(
    "told",
    [
        "text",
        {"pk": "x"},
        {"model": "programs.program", "pk": "000000-p", "fields": None},
    ],
)
def test_a_load_refuses_what_is_no_object(tmp_path, told):
    with pytest.raises(CommandError):
        call_command("loaddata", fixture(tmp_path, told), verbosity=0)


def test_a_load_never_rounds(tmp_path):
    document = {"title": "文", "kind": "policy", "coverage": "full", "region": "000000"}
    passage = {"document": "000000-d", "locator": "§1", "kind": "measure", "order": 1}
    term = {
        "passage": "000000-d.1",
        "kind": "rate",
        "as_written": "约1%",
        "unit": "percent",
    }
    path = fixture(
        tmp_path,
        {"model": "programs.document", "pk": "000000-d", "fields": document},
        {"model": "programs.passage", "pk": "000000-d.1", "fields": passage},
        {
            "model": "programs.term",
            "pk": "000000-d.1.t",
            "fields": term | {"comparator": "eq", "value": "1.123456789"},
        },
    )
    with pytest.raises(CommandError, match="Object 4"):
        call_command("loaddata", path, verbosity=0)


def test_a_load_into_the_full_registry_sees_a_relation_that_it_does_not_tell(tmp_path):
    path = fixture(tmp_path, program())
    call_command("loaddata", path, verbosity=0)
    Program.objects.get().places.add("000000")
    with pytest.raises(CommandError, match="not empty"):
        call_command("loaddata", path, verbosity=0)
