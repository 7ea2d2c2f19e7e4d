"""Pages: both directions, ties, what is not stated last, counts, selections."""

import csv
import io

import pytest

from programs.api.urls import router
from programs.models import Program
from tests import builders


def walk(client, address):
    """Codes of every page from the first on, and the last page's answer."""
    codes, answer = [], None
    while address:
        answer = client.get(address).json()
        codes += [row["code"] for row in answer["results"]]
        address = answer["next"]
    return codes, answer


@pytest.fixture
def programs(db):
    place = builders.region("310000", name="上海市", name_en="Shanghai")
    for number, launched in enumerate(["2024", "", "2025-04", "2024-04", ""]):
        builders.program(place, f"310000-p{number}", launched=launched)


@pytest.mark.parametrize(
    ("ordering", "launched"),
    [
        ("launched", ["2024", "2024-04", "2025-04", "", ""]),
        ("-launched", ["2025-04", "2024-04", "2024", "", ""]),
    ],
)
def test_what_is_not_stated_comes_last(client, programs, ordering, launched):
    answer = client.get(f"/api/v1/programs/?ordering={ordering}").json()
    assert [row["launched"] for row in answer["results"]] == launched


def test_a_row_that_goes_is_neither_missed_nor_met_twice(client, programs):
    first = client.get("/api/v1/programs/?page_size=2").json()
    Program.objects.filter(code="310000-p0").update(publication="withdrawn")
    rest, _last = walk(client, first["next"])
    assert rest == ["310000-p2", "310000-p3", "310000-p4"]


def test_a_cursor_belongs_to_its_filters(client, programs):
    following = client.get("/api/v1/programs/?page_size=2").json()["next"]
    assert client.get(following + "&kind=fund").status_code == 400


def test_the_neighbours_stand_in_the_link_header(client, programs):
    answer = client.get("/api/v1/programs/?page_size=2")
    assert answer.headers["Link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_counting_can_be_left_out(client, programs):
    assert client.get("/api/v1/programs/?count=none").json()["count"] is None


def test_only_the_fields_that_were_asked_for(client, programs):
    (row, *_rest) = client.get("/api/v1/programs/?fields=name,code").json()["results"]
    assert list(row) == ["code", "name"]


def test_a_list_is_slim_until_more_is_included(client, programs):
    slim = client.get("/api/v1/programs/").json()["results"][0]
    full = client.get("/api/v1/programs/?include=terms,roles").json()["results"][0]
    assert full.keys() - slim.keys() == {"terms", "roles"}


def test_what_is_included_is_given_beside_the_fields(client, programs):
    address = "/api/v1/programs/?fields=name&include=terms"
    (row, *_rest) = client.get(address).json()["results"]
    assert list(row) == ["name", "terms"]


def test_labels_follow_the_language(client, programs):
    english = client.get("/api/v1/programs/", headers={"accept-language": "en"}).json()
    assert english["results"][0]["region"]["label"] == "Shanghai"
    assert english["results"][0]["kind"]["label"] == "loan product"
    chinese = client.get("/api/v1/programs/").json()
    assert chinese["results"][0]["kind"]["label"] == "信贷产品"


@pytest.mark.parametrize("resource", [name for name, _view, _base in router.registry])
def test_the_csv_says_what_the_json_says(client, shipped, resource):
    address = f"/api/v1/{resource}/?fields=code"
    wanted, _last = walk(client, f"{address}&page_size=200")
    answer = client.get(f"{address}&format=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert rows == [["code"], *([code] for code in wanted), [f"#rows={len(wanted)}"]]


def test_a_cell_that_a_sheet_would_execute_is_inert(client, programs):
    Program.objects.filter(code="310000-p0").update(name="=1+1")
    answer = client.get("/api/v1/programs/?format=csv&fields=name&search==1")
    assert answer.getvalue().decode() == "name\r\n'=1+1\r\n#rows=1\r\n"
