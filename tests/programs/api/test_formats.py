"""Whole lists as CSV, NDJSON and XLSX, as pandas and spreadsheets read them."""

import csv
import gc
import io
import json
import shutil
import subprocess
import tracemalloc
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from programs.api.urls import router
from programs.models import Program, Region
from registry.api.records import Records
from registry.transfer import spreadsheets
from tests import builders
from tests.earlier import happened_on
from tests.together import run_together

pytestmark = pytest.mark.django_db
RESOURCES = [(name, view) for name, view, _base in router.registry]
ENGLISH = {"accept-language": "en"}


def everything(view):
    """The query that asks for all that a list can tell."""
    nested = view.serializer_class.nested()
    return f"include={','.join(nested)}&" if nested else ""


def as_json(client, address):
    """Every row of a list as its JSON pages have them."""
    rows = []
    while address:
        answer = client.get(address).json()
        rows += answer["results"]
        address = answer["next"]
    return rows


def flat(value):
    """A JSON value as one cell tells it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(
            " ".join(
                str(part) for part in map(brief, one.values()) if part not in ("", None)
            )
            for one in value
        )
    return str(value)


def brief(value):
    return value.get("code", "") if isinstance(value, dict) else value


def told(field, name, value):
    """Column → cell of one field, as docs/api.md has them."""
    if name == "progress":
        return progress(value)
    columns = list(getattr(field, "suffixes", ("",)))
    if columns == [""]:
        return {name: flat(value)}
    keys = [suffix[1:] or "code" for suffix in columns]
    return {
        name + suffix: flat((value or {}).get(key))
        for suffix, key in zip(columns, keys, strict=True)
    }


def progress(value):
    found = {}
    for name, part in (value or {}).items():
        if name == "gap":
            found["progress_gap"] = flat(part and part["code"])
            found["progress_gap_label"] = flat(part and part["label"])
        elif name in ("share", "distance"):
            for key, said in (part or {}).items():
                suffix = "" if key == "value" else f"_{key}"
                found[f"progress_{name}{suffix}"] = flat(said)
        elif name == "latest":
            for key, said in (part or {}).items():
                if key == "passage":
                    for own, one in (said or {}).items():
                        suffix = "" if own == "code" else f"_{own}"
                        found[f"progress_latest_passage{suffix}"] = flat(one)
                else:
                    found[f"progress_latest_{key}"] = flat(said)
        else:
            found[f"progress_{name}"] = flat(part)
    return found


def inert(text):
    number = text.lstrip("+-").replace(".", "", 1).isdecimal()
    return f"'{text}" if text[:1] in tuple("=+-@'＝＋－＠") and not number else text


@pytest.mark.parametrize(("resource", "view"), RESOURCES)
def test_pandas_reads_every_cell_of_a_csv(client, shipped, resource, view):
    address = f"/api/v1/{resource}/?{everything(view)}"
    wanted = as_json(client, f"{address}page_size=200")
    text = client.get(f"{address}format=csv").getvalue()
    frame = pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)
    assert frame.iloc[-1, 0] == f"#rows={len(frame) - 1}"
    fields = view.serializer_class.declared()
    rows = []
    for row in wanted:
        cells = dict.fromkeys(frame.columns, "")
        for name, value in row.items():
            cells |= told(fields[name], name, value)
        rows.append({name: inert(cell) if cell else "" for name, cell in cells.items()})
    assert frame[:-1].to_dict("records") == rows


@pytest.mark.parametrize(("resource", "view"), RESOURCES)
def test_pandas_reads_every_value_of_ndjson(client, shipped, resource, view):
    address = f"/api/v1/{resource}/?{everything(view)}"
    wanted = as_json(client, f"{address}page_size=200")
    text = client.get(f"{address}format=ndjson").getvalue()
    frame = pd.read_json(io.BytesIO(text), lines=True, dtype=False).astype(object)
    assert frame["#rows"].iloc[-1] == len(frame) - 1 == len(wanted)
    rows = frame[:-1].drop(columns=["#rows", "revision", "query"])
    rows = rows.where(rows.notna(), None)
    assert rows.to_dict("records") == [
        {name: row[name] for name in rows.columns} for row in wanted
    ]
    assert not wanted or set(rows.columns) == set(wanted[0])


def test_the_last_line_of_ndjson_tells_of_the_rest(client, shipped):
    answer = client.get("/api/v1/regions/?format=ndjson&level=city")
    last = json.loads(answer.getvalue().splitlines()[-1])
    assert last == {
        "#rows": Region.objects.filter(level="city").count(),
        "revision": int(answer["X-Revision"]),
        "query": "format=ndjson&level=city",
    }


def test_a_list_without_rows_says_so(client, db):
    answer = client.get("/api/v1/programs/?format=csv&fields=code,name")
    assert answer.getvalue() == b"code,name\r\n#rows=0,\r\n"


@pytest.fixture
def sheets(client):
    """A function that gives the sheets of a list as a workbook: name → rows."""

    def get(address):
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
        return {one.title: [[c.value for c in row] for row in one] for one in book}

    return get


@pytest.fixture
def loan(db):
    """A program with a term, and names that a sheet would execute."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place, name="=1+1", summary="-5")
    builders.term(place, program=program)
    return program


def test_a_workbook_has_a_sheet_for_each_nested_list(sheets, loan):
    book = sheets("/api/v1/programs/?format=xlsx&include=terms,roles")
    assert list(book) == ["programs", "terms", "roles", "about"]
    columns, row = book["terms"]
    line = dict(zip(columns, row, strict=True))
    assert (line["program"], line["kind"]) == (loan.pk, "guarantee_amount")
    assert book["roles"][1:] == []


def test_an_amount_of_a_workbook_is_a_number_and_a_code_is_text(sheets, loan):
    columns, row = sheets("/api/v1/terms/?format=xlsx")["terms"]
    line = dict(zip(columns, row, strict=True))
    assert line["value"] == 20_000_000
    assert (line["program"], line["unit"]) == (loan.pk, "CNY")


def test_a_text_of_a_workbook_is_no_formula(client, loan):
    answer = client.get("/api/v1/programs/?format=xlsx&fields=name")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    cell = book["programs"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_workbook_says_what_it_holds(sheets, loan):
    rows = sheets("/api/v1/programs/?format=xlsx&include=terms&kind=loan")["about"]
    said = dict(rows)
    assert (said["#rows"], said["#rows terms"]) == (1, 1)
    assert said["query"] == "format=xlsx&include=terms&kind=loan"


def test_more_rows_than_a_sheet_holds_are_refused(client, shipped, monkeypatch):
    monkeypatch.setattr("registry.api.formats.books.MOST_ROWS", 10)
    answer = client.get("/api/v1/programs/?format=xlsx", headers=ENGLISH)
    assert answer.status_code == 400
    assert answer.json()["allowed"] == ["csv", "json", "ndjson"]
    assert "9 rows" in answer.json()["detail"]


def test_more_nested_rows_than_a_sheet_holds_are_refused(client, shipped, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 10)
    address = "/api/v1/regions/?format=xlsx"
    assert client.get(address, headers=ENGLISH).json()["parameter"] == "format"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("format=json&bom=1", "bom"),
        ("bom=1", "bom"),
        ("format=ndjson&bom=1", "bom"),
        ("format=xlsx&bom=1", "bom"),
        ("format=csv&bom=yes", "bom"),
        ("format=csv&count=exact", "count"),
        ("format=ndjson&page_size=5", "page_size"),
        ("format=xlsx&cursor=abc", "cursor"),
        ("format=CSV", "format"),
    ],
)
def test_what_has_no_effect_in_a_format_is_unknown_there(client, db, query, parameter):
    answer = client.get(f"/api/v1/programs/?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_a_csv_begins_with_the_mark_only_when_asked(client, loan):
    address = "/api/v1/programs/?format=csv"
    assert not client.get(address).getvalue().startswith(b"\xef\xbb\xbf")
    assert client.get(f"{address}&bom=1").getvalue().startswith(b"\xef\xbb\xbfcode,")


TABLES = [
    ("programs/?group_by=kind,stage", "programs-kind-stage"),
    ("programs/compare/?codes=310000-a,310000-b", "programs-compare"),
    ("vocabularies/", "vocabularies"),
    ("vocabularies/program.kind/", "program.kind"),
]


@pytest.mark.parametrize(("address", "name"), TABLES)
def test_a_table_as_csv_ends_and_is_named_as_a_list_is(client, address, name):
    place = builders.region("310000", name="上海市")
    for code in ("310000-a", "310000-b"):
        builders.program(place, code)
    sign = "&" if "?" in address else "?"
    answer = client.get(f"/api/v1/{address}{sign}format=csv&bom=1")
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    *rows, end = csv.reader(io.StringIO(text, newline=""))
    assert end == [f"#rows={len(rows) - 1}", *[""] * (len(rows[0]) - 1)]
    assert f'filename="{name}-{localdate()}.csv"' in answer["Content-Disposition"]
    assert int(answer["X-Revision"]) >= 0
    refused = client.get(f"/api/v1/{address}{sign}bom=1")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "bom")


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
def test_a_file_has_a_chinese_name_and_one_in_ascii(client, loan, form):
    said = client.get(f"/api/v1/programs/?format={form}")["Content-Disposition"]
    plain, chinese = said.removeprefix("attachment; ").split("; ")
    assert plain.startswith('filename="programs-2')
    assert unquote(chinese).startswith("filename*=UTF-8''项目-2")
    assert chinese.endswith(f".{form}")


def test_a_file_of_a_day_is_named_for_it(client, loan):
    day = "2026-03-01"
    address = f"/api/v1/programs/?format=csv&as_of={day}"
    answer = client.get(address, headers=ENGLISH)
    answer.close()
    said = answer["Content-Disposition"]
    assert said == f'attachment; filename="programs-{day}.csv"'


@pytest.mark.parametrize("ordering", ["-launched", "launched", "-name", "verified_on"])
def test_a_file_has_the_order_of_the_pages(client, shipped, ordering):
    address = f"/api/v1/programs/?fields=code&ordering={ordering}"
    pages = as_json(client, f"{address}&page_size=200")
    text = client.get(f"{address}&format=ndjson").getvalue().decode()
    assert [json.loads(line) for line in text.splitlines()[:-1]] == pages


def test_a_line_of_ndjson_has_no_other_end_of_line_in_it(client, loan):
    Program.objects.update(summary="a\u2028b\x85c\nd")
    text = client.get("/api/v1/programs/?format=ndjson&fields=summary").getvalue()
    row, _last = text.decode().splitlines()
    assert json.loads(row) == {"summary": "a\u2028b\x85c\nd"}


def test_what_fails_midway_ends_without_a_count(client, db, monkeypatch):
    def one_then_none(self, queryset):
        yield [("a", {"code": "a"})]
        raise OSError

    monkeypatch.setattr(Records, "batches", one_then_none)
    monkeypatch.setattr("registry.cells.TOGETHER", 1)
    pieces = iter(client.get("/api/v1/programs/?format=csv&fields=code"))
    received = []
    with pytest.raises(OSError):
        received.extend(pieces)
    assert b"#rows=" not in b"".join(received)


def test_what_fails_at_once_is_an_error_and_no_file(client, shipped, monkeypatch):
    monkeypatch.setattr(Records, "batches", None)
    assert client.get("/api/v1/programs/?format=csv").status_code == 500


@pytest.mark.django_db(transaction=True)
def test_who_hangs_up_leaves_no_transaction_open(client):
    for number in range(3):
        place = builders.region(f"{number + 31}0000")
        builders.program(place, f"{place.pk}-p")
    answer = client.get("/api/v1/programs/?format=csv")
    assert connection.in_atomic_block
    answer.close()
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_file_is_of_one_moment(client, monkeypatch):
    monkeypatch.setattr("registry.api.records.BATCH", 1)
    place = builders.region("310000")
    for letter in "abc":
        builders.program(place, f"310000-{letter}", name="before")
    answer = client.get("/api/v1/programs/?format=ndjson&fields=name")

    run_together([lambda: Program.objects.update(name="after")])
    names = [json.loads(line).get("name") for line in b"".join(answer).splitlines()]
    assert names == ["before", "before", "before", None]


@pytest.mark.django_db(transaction=True)
def test_who_hangs_up_on_an_earlier_day_leaves_the_live_tables(client, monkeypatch):
    monkeypatch.setattr("registry.api.records.BATCH", 1)
    place = builders.region("310000")
    for letter in "abc":
        builders.program(place, f"310000-{letter}", name="before")
    happened_on("2026-03-01")
    Program.objects.update(name="after")
    answer = client.get("/api/v1/programs/?format=ndjson&as_of=2026-03-01")
    assert json.loads(next(iter(answer)))["name"] == "before"
    answer.close()
    assert set(Program.objects.values_list("name", flat=True)) == {"after"}


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
def test_a_file_costs_the_same_queries_for_few_and_for_many(client, shipped, form):
    counts = []
    for query in ("kind=loan", "kind__not=loan"):
        address = f"/api/v1/programs/?format={form}&include=terms,roles&{query}"
        with CaptureQueriesContext(connection) as queries:
            client.get(address).getvalue()
        counts.append(sum(q["sql"].startswith("SELECT") for q in queries))
    assert counts[0] == counts[1] <= 5


def test_memory_does_not_grow_with_the_rows(client, db, monkeypatch):
    monkeypatch.setattr("registry.api.records.BATCH", 100)
    place = builders.region("310000")
    Program.objects.bulk_create(
        Program(code=f"310000-p{number}", name="科技贷", kind="loan", region=place,
                summary="摘要" * 50, publication="published",
                lifecycle="" if number % 2 else "pilot")
        for number in range(4000)
    )  # fmt: skip

    def once(query):
        """(size of the file, most memory that was in use while it was made)."""
        gc.collect()
        tracemalloc.start()
        answer = client.get(f"/api/v1/programs/?format=ndjson{query}")
        size = sum(map(len, answer))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size, peak

    def sent(query):
        # Another thread of the process, or a table of its own that grows just then,
        # adds to one round; what the file needs is in every one.
        return min(once(query) for _round in range(3))

    once("")
    half, of_half = sent("&lifecycle=pilot")
    whole, of_all = sent("")
    assert of_all - of_half < (whole - half) / 10


SOFFICE = shutil.which("soffice")
# Comma, quotation mark, no encoding: the file's own mark has to tell.
OPENED = "--infilter=CSV:44,34,0,1"


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice (soffice) is not installed.")
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="Files are the same on both databases."
)
def test_libreoffice_shows_a_csv_as_it_is(client, loan, tmp_path):
    answer = client.get("/api/v1/programs/?format=csv&bom=1&fields=code,name,region")
    terms = client.get("/api/v1/terms/?format=csv&bom=1&fields=value,as_written")
    paths = [tmp_path / "programs.csv", tmp_path / "terms.csv"]
    for path, file in zip(paths, (answer, terms), strict=True):
        path.write_bytes(file.getvalue())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        SOFFICE,
        "--headless",
        profile,
        OPENED,
        "--convert-to",
        "xlsx",
        "--outdir",
    ]
    subprocess.run(
        [*command, str(tmp_path), *map(str, paths)],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "programs.xlsx").active
    rows = [[cell.value for cell in row] for row in book]
    assert rows[1] == [loan.pk, "'=1+1", 310000, "上海市"]
    assert rows[2][0] == "#rows=1"
    (_head, (amount, words), _last) = openpyxl.load_workbook(
        tmp_path / "terms.xlsx"
    ).active
    assert (amount.value, words.value) == (20_000_000, "最高可达2000万元")


def test_a_csv_is_read_as_rfc_4180(client, loan):
    Program.objects.update(summary='a,"b"\r\nc')
    text = client.get("/api/v1/programs/?format=csv&fields=code,summary").getvalue()
    assert text.decode() == (
        f'code,summary\r\n{loan.pk},"a,""b""\r\nc"\r\n#rows=1,\r\n'
    )
    assert list(csv.reader(io.StringIO(text.decode(), newline="")))[1][1] == (
        'a,"b"\r\nc'
    )
