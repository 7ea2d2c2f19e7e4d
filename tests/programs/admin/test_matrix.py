"""The responsibility matrix: its rows, columns and cells, and the files of it."""

import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission

from programs.models import Agency, Passage, Responsibility
from tests import builders

pytestmark = pytest.mark.django_db
PAGE = "/admin/matrix/"
WUHAN = "420100-wuzhengban-2025-67"
ZHENGZHOU = "410100-zhengzhengwen-2025-66"


@pytest.fixture
def place():
    return builders.region("420100", name="武汉市", level="city")


@pytest.fixture
def document(place):
    return builders.document(place, "420100-wen", kind="policy")


def body(place, slug, kind="department", **facts):
    facts = {"name": slug, "publication": "published", **facts}
    code = f"{place.code}-{slug}"
    return Agency.objects.create(code=code, kind=kind, region=place, **facts)


def duty(document, locator="§1", agency=None, **facts):
    """A responsibility of a measure, which is made when there is none."""
    number = int(locator.strip("§"))
    passage = document.passages.filter(locator=locator).first() or builders.passage(
        document.region, locator, document=document, kind="measure", order=number
    )
    count = passage.responsibilities.count() + 1
    return passage.responsibilities.create(agency=agency, order=count, **facts)


@pytest.fixture
def matrix(admin_client):
    """The page's matrix as text: each row with its cells, and the totals."""

    def read(query="document=420100-wen"):
        answer = admin_client.get(f"{PAGE}?{query}")
        assert answer.status_code == 200
        shown = answer.context["matrix"]
        return {
            row.name: [
                "+".join(duty.role for duty in row.cells.get(passage.pk, []))
                for passage in shown.columns
            ]
            for row in shown.rows
        }

    return read


@pytest.fixture
def said(admin_client):
    return lambda query: admin_client.get(f"{PAGE}?{query}").content.decode()


def test_a_cell_has_the_role_that_the_measure_gives_the_body(document, place, matrix):
    duty(document, "§1", body(place, "jia"), role="lead")
    duty(document, "§2", body(place, "yi"))
    assert matrix() == {"jia": ["lead", ""], "yi": ["", "responsible"]}


def test_measures_stand_in_the_documents_order(document, place, admin_client):
    for locator in ("§10", "§9"):
        duty(document, locator, as_written="各方")
    shown = admin_client.get(f"{PAGE}?document=420100-wen").context["matrix"]
    assert [passage.locator for passage in shown.columns] == ["§9", "§10"]


def test_a_measure_for_which_nobody_answers_is_a_column_too(document, place, matrix):
    duty(document, "§1", body(place, "jia"))
    builders.passage(place, "§2", document=document, kind="measure", order=2)
    assert matrix() == {"jia": ["responsible", ""]}


def test_bodies_without_a_record_have_a_row_by_their_wording(document, matrix, said):
    duty(document, "§1", as_written="等部门", role="participant")
    duty(document, "§2", as_written="等部门", role="participant")
    assert matrix() == {"等部门": ["participant", "participant"]}
    assert "未单独建档的主体" in said("document=420100-wen")


@pytest.fixture
def of_two_documents(document, place):
    """The same words in two documents that no body has a record for."""
    for source in (document, builders.document(place, "420100-ling", title="另文")):
        duty(source, as_written="等部门")


def test_the_same_words_of_two_documents_are_two_bodies(of_two_documents, admin_client):
    shown = admin_client.get(f"{PAGE}?region=420100").context["matrix"]
    assert [(row.document.pk, len(row.cells)) for row in shown.rows] == [
        ("420100-ling", 1),
        ("420100-wen", 1),
    ]


def test_the_same_words_of_two_documents_are_told_apart_in_the_file(
    of_two_documents, admin_client
):
    answer = admin_client.get(f"{PAGE}?region=420100&format=csv")
    text = answer.getvalue().decode("utf-8-sig")
    names = [row[2] for row in csv.reader(io.StringIO(text))]
    assert names[1:-1] == ["等部门 · 另文", "等部门 · 文件"]


def test_cells_of_several_documents_say_of_which(document, place, said):
    agency = body(place, "jia")
    duty(document, agency=agency)
    assert '<td class="of">' not in said("region=420100")
    duty(builders.document(place, "420100-ling", title="另文"), agency=agency)
    shown = said("region=420100")
    assert '<td class="of">另文</td>' in shown
    assert '<td class="of">文件</td>' in shown


def test_a_division_stands_beneath_its_body(document, place, matrix):
    whole = body(place, "fenhang", kind="central_bank")
    part = body(place, "fenhang-chu", kind="division", parent=whole)
    for agency in (part, body(place, "waiguanju", kind="central_bank"), whole):
        duty(document, agency=agency)
    duty(document, "§2", whole)
    assert list(matrix()) == ["fenhang", "fenhang-chu", "waiguanju"]


def test_bodies_of_a_kind_stand_together_those_with_most_measures_first(
    document, place, matrix
):
    one, bank, two = body(place, "a"), body(place, "bank", "bank"), body(place, "z")
    for locator, agency in (("§1", bank), ("§1", one), ("§1", two), ("§2", two)):
        duty(document, locator, agency)
    assert list(matrix()) == ["z", "a", "bank"]


def test_a_body_that_has_two_roles_in_a_measure_shows_both(document, place, matrix):
    agency = body(place, "jia")
    duty(document, agency=agency)
    duty(document, agency=agency, role="lead", source="text", task="统筹")
    assert matrix() == {"jia": ["responsible+lead"]}


def test_the_page_gives_the_tasks_of_a_measure_with_their_bodies(document, place, said):
    for name in ("甲局", "乙局"):
        agency = body(place, f"a{ord(name[0])}", name=name)
        duty(document, agency=agency, source="text", task="行业指导")
    assert "甲局、乙局" in said("document=420100-wen")


@pytest.mark.parametrize("hidden", ["passage", "agency", "document"])
def test_drafts_are_shown_when_asked_for(document, place, admin_client, hidden):
    given = duty(document, agency=body(place, "jia"))
    owner = {
        "passage": given.passage,
        "agency": given.agency,
        "document": given.passage.document,
    }[hidden]
    type(owner).objects.filter(pk=owner.pk).update(publication="draft")
    bodies = []
    for more in ("", "&publication=any"):
        answer = admin_client.get(f"{PAGE}?region=420100{more}")
        bodies.append([row.name for row in answer.context["matrix"].rows])
    assert bodies == [[], ["jia"]]


def test_what_was_withdrawn_is_never_shown(document, place, matrix):
    duty(document, agency=body(place, "jia"))
    Passage.objects.update(publication="withdrawn")
    assert matrix("region=420100&publication=any") == {}


def test_a_region_has_the_documents_of_all_its_places(document, place, matrix):
    district = builders.region("420106", level="district", parent=place)
    duty(document, agency=body(place, "jia"))
    duty(builders.document(district, "420106-wen"), agency=body(district, "yi"))
    duty(builders.document(builders.region("310000")), as_written="别处")
    assert matrix("region=420100") == {
        "jia": ["responsible", ""],
        "yi": ["", "responsible"],
    }


def test_a_body_has_what_it_answers_for_and_with_whom(document, place, matrix):
    one, other = body(place, "jia"), body(place, "yi")
    for locator, agency in (("§1", one), ("§1", other), ("§2", other)):
        duty(document, locator, agency)
    assert matrix("agency=420100-jia") == {
        "jia": ["responsible"],
        "yi": ["responsible"],
    }


def test_a_body_answers_for_what_its_divisions_do(document, place, matrix):
    whole = body(place, "fenhang", kind="central_bank")
    duty(document, agency=body(place, "chu", kind="division", parent=whole))
    duty(document, "§2", as_written="各方")
    assert matrix("agency=420100-fenhang") == {"chu": ["responsible"]}


def test_the_api_has_what_its_divisions_answer_for_too(
    document, place, admin_client, client
):
    whole = body(place, "fenhang", kind="central_bank")
    duty(document, agency=body(place, "chu", kind="division", parent=whole))
    duty(document, "§2", whole)
    page = admin_client.get(f"{PAGE}?agency=420100-fenhang")
    assert page.context["api"] in page.content.decode().replace("&amp;", "&")
    answer = client.get(f"/api/v1/passages/?{page.context['api']}")
    found = [passage["locator"] for passage in answer.json()["results"]]
    assert sorted(found) == ["§1", "§2"]


def test_a_draft_measure_for_which_nobody_answers_is_no_column(document, place, matrix):
    duty(document, "§1", body(place, "jia"))
    builders.passage(
        place, "§2", document=document, kind="measure", order=2, publication="draft"
    )
    assert matrix() == {"jia": ["responsible"]}
    assert matrix("document=420100-wen&publication=any") == {"jia": ["responsible", ""]}


@pytest.mark.parametrize(
    "query",
    [
        "doc=420100-wen",
        "document=420100-nosuch",
        "region=990000",
        "agency=nosuch",
        "publication=draft",
        "format=pdf",
        "format=csv",
        "document=420100-wen&document=420100-wen",
    ],
)
def test_what_cannot_be_asked_is_refused(admin_client, document, query):
    answer = admin_client.get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert '<p class="errornote">' in answer.content.decode()


def test_a_draft_document_is_refused_like_one_that_there_is_not(
    admin_client, document, place
):
    builders.document(place, "420100-caogao", publication="draft")
    assert admin_client.get(f"{PAGE}?document=420100-caogao").status_code == 400


def test_the_page_needs_the_right_to_see_measures(client, django_user_model, document):
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_measure"))
    assert client.get(PAGE).status_code == 200


def test_more_measures_than_a_page_can_show_are_left_to_the_file(
    admin_client, document, monkeypatch
):
    monkeypatch.setattr("programs.admin.matrix.MOST_COLUMNS", 1)
    for locator in ("§1", "§2"):
        duty(document, locator, as_written="各方")
    shown = admin_client.get(f"{PAGE}?document=420100-wen").content.decode()
    assert "共2项举措" in shown
    assert '<div class="matrix"' not in shown


@pytest.fixture
def written(document, place):
    duty(document, "§1", body(place, "jia", name="=1+1"))
    duty(
        document, "§1", as_written="等部门", source="text", role="support", task="指导"
    )
    duty(document, "§2", as_written="等部门")


def test_csv_is_the_matrix_with_its_totals(admin_client, written):
    answer = admin_client.get(f"{PAGE}?document=420100-wen&format=csv")
    text = answer.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["类型", "代码", "机构", "举措", "§1", "§2"],
        ["政府部门", "420100-jia", "'=1+1", "1", "责任", ""],
        ["未单独建档的主体", "", "等部门", "2", "支持指导(正文)", "责任"],
        ["机构数", "", "", "", "2", "1"],
    ]


def test_locators_are_inert_in_the_heading_of_the_csv(admin_client, document, place):
    passage = builders.passage(place, "=1+1", document=document, kind="measure")
    passage.responsibilities.create(as_written="各方", order=1)
    answer = admin_client.get(f"{PAGE}?document=420100-wen&format=csv")
    header = answer.getvalue().decode("utf-8-sig").splitlines()[0]
    assert header.endswith(",'=1+1")


def test_xlsx_has_the_matrix_and_a_row_for_each_responsibility(admin_client, written):
    answer = admin_client.get(f"{PAGE}?document=420100-wen&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["矩阵", "责任分工"]
    matrix, rows = (list(sheet.values) for sheet in book)
    assert matrix[1] == ("政府部门", "420100-jia", "=1+1", 1, "责任", None)
    assert [row[3:8] + row[11:] for row in rows[1:]] == [
        ("§1", None, "420100-jia", "=1+1", "责任", None, None),
        ("§1", None, None, None, "支持指导", "指导", "等部门"),
        ("§2", None, None, None, "责任", None, "等部门"),
    ]


def test_responsibilities_of_a_measure_stand_as_they_are_printed(
    admin_client, document, place
):
    busy = body(place, "yi", name="乙")
    duty(document, "§1", body(place, "jia", name="甲"))
    duty(document, "§1", busy)
    duty(document, "§2", busy)
    answer = admin_client.get(f"{PAGE}?document=420100-wen&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    assert [row[6] for row in list(book["责任分工"].values)[1:]] == ["甲", "乙", "乙"]


def test_no_cell_of_the_workbook_is_a_formula(admin_client, written):
    answer = admin_client.get(f"{PAGE}?document=420100-wen&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}


def test_the_shipped_matrices_have_every_responsibility(admin_client, shipped):
    for code, columns in ((WUHAN, 21), (ZHENGZHOU, 21)):
        shown = admin_client.get(f"{PAGE}?document={code}").context["matrix"]
        duties = [
            d for row in shown.rows for given in row.cells.values() for d in given
        ]
        rows = Responsibility.objects.filter(passage__document=code)
        assert (len(duties), len(shown.columns)) == (rows.count(), columns)


def test_the_page_costs_the_same_however_large_the_matrix(
    admin_client, shipped, django_assert_max_num_queries
):
    admin_client.get(PAGE)
    for query in (f"document={WUHAN}", "region=000000"):
        with django_assert_max_num_queries(12):
            admin_client.get(f"{PAGE}?{query}")


def test_a_document_with_responsibilities_leads_to_its_matrix(admin_client, shipped):
    page = admin_client.get(f"/admin/programs/document/{WUHAN}/page/").content.decode()
    assert f'href="{PAGE}?document={WUHAN}"' in page


def test_the_first_page_leads_to_the_pages_that_one_may_see(
    client, admin_client, django_user_model, db
):
    assert (
        f'<a href="{PAGE}">责任矩阵</a>' in admin_client.get("/admin/").content.decode()
    )
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    assert PAGE not in client.get("/admin/").content.decode()
