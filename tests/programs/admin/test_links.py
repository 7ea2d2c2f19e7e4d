"""From lists and records to the API, to files, to passages."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from programs.models import Agency
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def programs():
    """Three loans and a fund in two places; one loan is a draft."""
    shanghai = builders.region("310000", name="上海市")
    pudong = builders.region("310115", name="浦东新区", level="district")
    return [
        builders.program(shanghai, "310000-a", name="人才贷", lifecycle="active"),
        builders.program(pudong, "310000-b", name="园区贷"),
        builders.program(shanghai, "310000-c", name="草稿贷", publication="draft"),
        builders.program(
            builders.region("640000"), "640000-d", name="母基金", kind="fund"
        ),
    ]


@pytest.fixture
def shown(admin_client):
    """The list of a query."""

    def get(name="program", **query):
        address = reverse(f"admin:programs_{name}_changelist")
        answer = admin_client.get(address, query, headers={"accept-language": "en"})
        assert answer.status_code == 200
        return answer.context["cl"]

    return get


def keys(listed):
    return [row.pk for row in listed.result_list]


PUBLISHED = {"publication__exact": "published"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("program", {}),
        ("program", {"in": "310000"}),
        ("program", {"kind__exact": "loan", "in": "310000"}),
        ("program", {"kind__in": "loan,fund"}),
        ("program", {"q": "rcd"}),
        ("program", {"q": "310000"}),
        ("program", {"lifecycle__exact": "active"}),
        ("fund", {"in": "640000"}),
    ],
)
def test_the_api_link_gives_what_the_list_shows(
    admin_client, client, programs, shown, name, query
):
    listed = shown(name, **query | PUBLISHED)
    assert listed.elsewhere.whole
    answer = client.get(listed.elsewhere.api).json()
    assert [row["code"] for row in answer["results"]] == keys(listed) != []


@pytest.mark.parametrize("name", "region category indicator".split())
def test_a_list_without_drafts_is_all_in_the_api(client, programs, shown, name):
    listed = shown(name)
    assert listed.elsewhere.whole
    answer = client.get(listed.elsewhere.api).json()
    assert [row["code"] for row in answer["results"]] == keys(listed)


def test_a_list_with_drafts_says_that_the_api_has_only_what_is_published(
    admin_client, programs
):
    address = reverse("admin:programs_program_changelist")
    page = admin_client.get(address, headers={"accept-language": "en"})
    assert "API, published ones" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"publication__exact": "draft"}, "draft"),
        ({"verified_on__isnull": "True"}, "verified_on"),
        ({"lifecycle__exact": ""}, "lifecycle"),
    ],
)
def test_what_the_api_can_not_be_asked_is_said_instead(programs, shown, query, said):
    elsewhere = shown(**query).elsewhere
    assert elsewhere.api == ""
    assert said in elsewhere.note


def test_a_sorted_list_is_sorted_in_the_api(client, programs, shown):
    listed = shown(o="-1", **PUBLISHED)
    answer = client.get(listed.elsewhere.api).json()
    assert [row["code"] for row in answer["results"]] == keys(listed)
    assert keys(listed) != sorted(keys(listed))


def rows_of(answer):
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_every_page_of_what_the_list_shows(admin_client, programs, shown):
    for number in range(120):
        builders.program(programs[0].region, f"310000-x{number:03}")
    listed = shown(**{"in": "310000", "verified_on__isnull": "True"})
    found = rows_of(admin_client.get(listed.elsewhere.csv))
    assert len(found) == listed.result_count == 123


def test_the_file_has_the_lists_columns_in_its_order(admin_client, programs):
    address = reverse("admin:programs_program_csv")
    first, *_others = rows_of(
        admin_client.get(f"{address}?o=-0", headers={"accept-language": "zh-hans"})
    )
    assert first == {
        "代码": "640000-d",
        "名称": "母基金",
        "类型": "基金",
        "地区代码": "640000",
        "地区": "640000",
        "实施阶段": "",
        "主要条款": "",
        "发布状态": "已发布",
        "核验日期": "",
    }


def test_a_file_of_what_is_published_is_the_apis(client, programs, shown):
    file = shown(q="rcd", **PUBLISHED).elsewhere.csv
    assert file.startswith("/api/v1/programs/")
    codes = [row["code"] for row in rows_of(client.get(file))]
    assert codes == ["310000-a", "#rows=1"]


def test_a_cell_of_the_file_is_inert(admin_client, programs):
    builders.program(programs[0].region, "310000-z", name="=1+1")
    address = reverse("admin:programs_program_csv")
    found = rows_of(
        admin_client.get(f"{address}?q=310000-z", headers={"accept-language": "en"})
    )
    assert found[0]["name"] == "'=1+1"


@pytest.fixture
def sheet(admin_client):
    """The sheet that is downloaded for a query, and the answer."""

    def get(name="program", **query):
        address = reverse(f"admin:programs_{name}_xlsx")
        answer = admin_client.get(address, query, headers={"accept-language": "en"})
        assert answer.status_code == 200
        return openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active, answer

    return get


def test_the_workbook_has_what_the_list_shows(programs, shown, sheet, admin_client):
    query = {"in": "310000", "verified_on__isnull": "True"}
    elsewhere = shown(**query).elsewhere
    found, answer = sheet(**query)
    lines = rows_of(admin_client.get(elsewhere.csv, headers={"accept-language": "en"}))
    assert [[cell.value or "" for cell in row] for row in found.iter_rows()] == [
        list(lines[0]),
        *(list(line.values()) for line in lines),
    ]
    assert len(lines) == 3
    assert elsewhere.xlsx == elsewhere.csv.replace("/csv/", "/xlsx/")
    assert answer["Content-Disposition"] == 'attachment; filename="programs.xlsx"'


def test_a_workbook_executes_nothing(programs, sheet):
    builders.program(programs[0].region, "310000-z", name="=1+1")
    found, _answer = sheet(q="310000-z")
    assert (found["B2"].value, found["B2"].data_type) == ("=1+1", "s")


def test_what_no_sheet_holds_is_refused_on_a_page(programs, admin_client, monkeypatch):
    monkeypatch.setattr("registry.transfer.spreadsheets.MOST_ROWS", 2)
    answer = admin_client.get(
        reverse("admin:programs_program_xlsx"), headers={"accept-language": "en"}
    )
    assert answer.status_code == 400
    assert "Take CSV" in answer.content.decode()


def test_a_file_refuses_what_the_list_refuses(admin_client, programs):
    for kind in ("csv", "xlsx"):
        address = reverse(f"admin:programs_program_{kind}")
        assert admin_client.get(f"{address}?colour=red").status_code == 400


def test_a_file_needs_the_right_to_see_the_list(client, django_user_model, programs):
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    for kind in ("csv", "xlsx"):
        assert client.get(reverse(f"admin:programs_program_{kind}")).status_code == 403


@pytest.fixture
def tools(admin_client):
    """The links on a record's page."""

    def get(record):
        name = f"admin:programs_{record._meta.model_name}_change"
        answer = admin_client.get(reverse(name, args=[record.pk]))
        return answer.content.decode().partition('class="object-tools"')[2]

    return get


def test_a_record_leads_to_its_passages_and_its_api_page(tools, shown):
    place = builders.region()
    program = builders.program(place)
    term = builders.term(place, program=program)
    program.citations.create(passage=term.passage, as_written="新动力贷")
    agency = Agency.objects.create(
        code="310000-ju", name="局", kind="department", region=place
    )
    term.passage.responsibilities.create(order=1, agency=agency)
    for record, query in (
        (program, {"program": program.pk}),
        (agency, {"agency": agency.pk}),
        (term.passage.document, {"document": term.passage.document_id}),
        (place, {"in": place.pk}),
    ):
        (parameter,) = query
        assert f"/passage/?{parameter}={record.pk}" in tools(record)
        assert keys(shown("passage", **query)) == [term.passage_id]
    assert f"/passage/{term.passage_id}/change/" in tools(term).replace("_2E", ".")
    assert f'href="/api/v1/programs/{program.pk}/"' in tools(program)
