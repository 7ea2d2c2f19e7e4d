"""The snapshot: valid, closed in itself, the same bytes each time, without drafts."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from frictionless import validate

from programs import sheets
from programs.fixtures import SEEDS
from programs.models import Agency, Case
from programs.rows import tables
from programs.snapshot import CONTENTS
from registry import journal, verification
from registry.snapshot.rows import columns, key
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(client):
    """A function that takes a snapshot: its files by name."""

    def take():
        answer = client.get("/api/v1/snapshot/")
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return take


@pytest.fixture
def rows(taken):
    """A function that gives a table's rows of a new snapshot."""

    def of(kind):
        text = taken()[f"{kind}.csv"].decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return of


def found_wrong(files, folder):
    """What frictionless finds wrong with the files."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    report = validate(str(folder / "datapackage.json"))
    return report.flatten(["taskNumber", "type", "rowNumber", "note"])


def test_it_is_valid_and_every_key_leads_somewhere(shipped, taken, tmp_path):
    assert found_wrong(taken(), tmp_path) == []


def test_a_key_that_leads_nowhere_would_be_found(shipped, taken, tmp_path):
    files = taken()
    head, first, *rest = files["programrole.csv"].split(b"\r\n")
    agency = next(c for c in first.split(b",") if b"-" in c and b"." not in c)
    files["programrole.csv"] = b"\r\n".join(
        [head, first.replace(agency, b"999999-nobody"), *rest]
    )
    kinds = {one[1] for one in found_wrong(files, tmp_path)}
    assert {"foreign-key", "hash-count"} <= kinds


def test_it_has_every_row_that_ships(shipped, taken):
    told = json.loads(taken()["datapackage.json"])
    assert {one["name"]: one["rows"] for one in told["resources"]} == {
        journal.kind_of(model): model._base_manager.count() for model in tables()
    }


def test_it_has_every_table_of_the_journal():
    assert set(CONTENTS.tables) == set(journal.journaled())


def test_its_sizes_and_hashes_are_those_of_its_files(shipped, taken):
    files = taken()
    for one in json.loads(files["datapackage.json"])["resources"]:
        data = files[one["path"]]
        assert one["bytes"] == len(data)
        assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_same_revision_gives_the_same_bytes(shipped, client, tmp_path):
    path = tmp_path / "all.zip"
    call_command("export_snapshot", path, stdout=io.StringIO())
    assert client.get("/api/v1/snapshot/").getvalue() == path.read_bytes()
    english = {"accept-language": "en"}
    again = client.get("/api/v1/snapshot/", headers=english)
    assert again.getvalue() == path.read_bytes()


def cell(value):
    return str(value).lower() if isinstance(value, bool) else value


def written(model, rows):
    """The table's CSV, from what the sheets say, without a database."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    fields = columns(model)
    lines.writerow([field.name for field in fields])
    of_code = [{"code": code} | row for code, row in rows.items()]
    said = [[cell(row[field.attname]) for field in fields] for row in of_code]
    lines.writerows(sorted(said, key=lambda line: line[: len(key(model))]))
    return text.getvalue().encode()


def test_what_ships_is_byte_for_byte_what_the_sheets_say(shipped, taken):
    files, rows = taken(), sheets.read(SEEDS).rows
    assert [
        kind
        for model in tables()
        for kind in [journal.kind_of(model)]
        if files[f"{kind}.csv"] != written(model, rows[kind])
    ] == []


def test_it_tells_the_revision_and_its_digest(shipped, client, taken):
    number, digest = verification.latest()
    told = json.loads(taken()["datapackage.json"])
    assert told["revision"] == {"number": number, "digest": digest}
    assert client.get("/api/v1/snapshot/")["X-Revision"] == str(number)


def test_before_the_first_revision_there_is_none_to_tell(taken):
    assert "revision" not in json.loads(taken()["datapackage.json"])


def test_columns_and_values_are_told_in_both_languages(taken):
    told = json.loads(taken()["datapackage.json"])
    (program,) = (one for one in told["resources"] if one["name"] == "program")
    assert (program["title"], program["title@en"]) == ("项目", "programs")
    (kind,) = (f for f in program["schema"]["fields"] if f["name"] == "kind")
    loan = {"value": "loan", "label": "信贷产品", "label@en": "loan product"}
    assert loan in kind["categories"]
    assert (kind["title"], kind["title@en"]) == ("类型", "kind")


def test_it_names_its_sources_and_claims_no_licence(shipped, taken):
    told = json.loads(taken()["datapackage.json"])
    titles = {one["code"]: one["title"] for one in told["sources"]}
    code = "410100-zhengzhengwen-2025-66"
    assert titles[code] == "郑州市支持加快科技金融发展若干政策"
    assert "licenses" not in told


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市")


def test_a_draft_is_left_out(place, rows):
    builders.program(place, "310000-d", publication="draft")
    builders.program(place, "310000-w", publication="withdrawn")
    shown = builders.program(place)
    assert [row["code"] for row in rows("program")] == [shown.pk]


def test_a_reference_to_a_draft_is_empty(place, rows):
    draft = builders.program(place, "310000-d", publication="draft")
    term = builders.term(place, program=draft)
    (row,) = rows("term")
    assert (row["code"], row["program"], row["value"]) == (term.pk, "", "20000000")


def test_a_row_that_is_nothing_without_a_draft_is_left_out(place, rows):
    program = builders.program(place)
    draft = builders.program(place, "310000-d", publication="draft")
    body = Agency.objects.create(
        code="310000-bank", name="银行", kind="bank", region=place
    )
    program.links.create(relation="part_of", target=draft)
    program.roles.create(role="lender", order=1, agency=body)
    program.roles.create(role="lender", order=2, as_written="7家商业银行")
    assert rows("programlink") == []
    assert [row["as_written"] for row in rows("programrole")] == ["7家商业银行"]


def test_what_a_hidden_document_says_is_left_out(place, rows):
    # Raw writes can leave a published passage in a document that is none.
    program = builders.program(place)
    hidden = builders.document(place, "310000-d", publication="draft")
    passage = builders.passage(place, document=hidden)
    program.citations.create(passage=passage, as_written="新动力贷")
    builders.term(place, passage=passage, program=program)
    assert rows("passage") == rows("term") == rows("citation") == []


def test_a_whole_whose_part_alone_is_published_is_not_named(place, rows):
    whole = builders.figure(place, publication="draft")
    part = builders.figure(place, part_of=whole, segment="其中")
    (row,) = rows("figure")
    assert (row["code"], row["part_of"]) == (part.pk, "")


def test_values_are_exact_and_truth_is_spelled_out(place, rows):
    builders.figure(place, value="0.020000", unit="percent", striving=True)
    (row,) = rows("figure")
    assert (row["value"], row["striving"], row["verified_on"]) == ("0.02", "true", "")


def test_a_text_is_as_it_is(place, rows):
    builders.program(place, name="=1+1")
    assert [row["name"] for row in rows("program")] == ["=1+1"]


@pytest.mark.django_db(transaction=True)
def test_drafts_leave_every_byte_as_it_is(client):
    place = builders.region("310000", name="上海市")
    passage = builders.passage(place)
    before = client.get("/api/v1/snapshot/").getvalue()
    builders.program(place, publication="draft")
    Case.objects.create(
        code="310000-d", title="草稿", beneficiary="企业", passage=passage
    )
    again = client.get("/api/v1/snapshot/").getvalue()
    assert again == before


def test_it_takes_no_parameters(client, db):
    answer = client.get("/api/v1/snapshot/?format=csv")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "format"


def test_a_folder_that_is_not_there_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        call_command("export_snapshot", tmp_path / "none" / "all.zip")
