"""``publication=any``: for whom, what it shows, and that it touches nobody else."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from programs.models import Agency, Program, Term
from registry.models import Token, User
from tests import builders

pytestmark = pytest.mark.django_db

PROGRAMS = "/api/v1/programs/"
ANY = "publication=any"


@pytest.fixture
def records():
    """A program with a draft term of a draft passage; a draft; a withdrawn one."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    passage = builders.passage(place, publication="draft")
    builders.term(place, program=program, passage=passage, publication="draft")
    builders.program(place, "310000-caogao", name="草稿贷", publication="draft")
    builders.program(place, "310000-jiu", name="旧贷", publication="withdrawn")


@pytest.fixture
def ask(records, groups):
    """A function that asks with the token of somebody of that group, or with none."""
    client = Client()

    def get(address, group=None):
        if group is None:
            return client.get(address)
        user = User.objects.create_user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        _token, text = Token.make(user=user, name="pandas", days=1)
        return client.get(address, headers={"authorization": f"Token {text}"})

    return get


def published(answer):
    return {row["code"]: row["publication"]["code"] for row in answer.json()["results"]}


@pytest.mark.parametrize("group", ["reader", "analyst", "reviewer", "administrator"])
def test_a_list_shows_drafts_and_withdrawn_records(ask, group):
    assert published(ask(f"{PROGRAMS}?{ANY}", group)) == {
        "310000-caogao": "draft",
        "310000-jiu": "withdrawn",
        "310000-xindonglidai": "published",
    }


@pytest.mark.parametrize("code", ["310000-caogao", "310000-jiu"])
def test_a_detail_shows_what_is_not_published(ask, code):
    answer = ask(f"{PROGRAMS}{code}/?{ANY}", "reader")
    assert answer.json()["publication"]["code"] in ("draft", "withdrawn")


def test_what_is_beneath_a_record_is_shown_with_its_publication(ask):
    answer = ask(f"{PROGRAMS}310000-xindonglidai/?{ANY}", "reader")
    (term,) = answer.json()["terms"]
    assert term["publication"]["code"] == "draft"
    assert term["passage"]["locator"] == "¶1"


def test_a_draft_can_be_filtered_by(ask):
    address = "/api/v1/terms/?program=310000-caogao&" + ANY
    assert ask(address, "reader").status_code == 200


def test_what_refers_to_a_draft_is_stated(ask):
    Term.objects.update(program="310000-caogao")
    answer = ask(f"/api/v1/terms/?has_program=true&{ANY}", "reader")
    assert [row["program"]["code"] for row in answer.json()["results"]] == [
        "310000-caogao"
    ]


def test_a_search_finds_drafts(ask):
    answer = ask(f"{PROGRAMS}?search=草稿贷&{ANY}", "reader")
    assert published(answer) == {"310000-caogao": "draft"}


def test_csv_has_a_column_for_it(ask):
    text = ask(f"{PROGRAMS}?format=csv&{ANY}", "reader").getvalue().decode()
    head, *rows = text.splitlines()
    assert head.endswith("publication,publication_label")
    assert any(row.startswith("310000-caogao,") for row in rows)


def test_nobody_keeps_it(ask):
    answer = ask(f"{PROGRAMS}?{ANY}", "reader")
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer


def test_it_needs_a_token(ask):
    answer = ask(f"{PROGRAMS}?{ANY}")
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer


def test_a_session_is_no_token(records, admin_client):
    assert admin_client.get(f"{PROGRAMS}?{ANY}").status_code == 401


def client_of(user):
    _token, text = Token.make(user=user, name="pandas", days=1)
    return Client(headers={"authorization": f"Token {text}"})


def test_it_needs_the_right(records):
    client = client_of(User.objects.create_user("new"))
    assert client.get(f"{PROGRAMS}?{ANY}").status_code == 403


def test_the_right_to_see_one_kind_is_not_enough(records):
    user = User.objects.create_user("new")
    user.user_permissions.add(Permission.objects.get(codename="view_program"))
    assert client_of(user).get(f"{PROGRAMS}?{ANY}").status_code == 403


@pytest.mark.parametrize("value", ["all", "draft", "published"])
def test_another_value_is_refused(ask, value):
    answer = ask(f"{PROGRAMS}?publication={value}", "reader")
    assert answer.status_code == 400
    assert answer.json()["allowed"] == ["any"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/categories/?" + ANY,
        "/api/v1/changes/?" + ANY,
        "/api/v1/vocabularies/?" + ANY,
        f"{PROGRAMS}310000-xindonglidai/history/?{ANY}",
        f"{PROGRAMS}?as_of=2026-03-31&{ANY}",
    ],
)
def test_where_it_has_no_effect_it_is_refused(ask, address):
    answer = ask(address, "reader")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "publication"


def test_the_next_request_of_the_thread_sees_no_draft(ask):
    ask(f"{PROGRAMS}?{ANY}", "reader")
    rows = ask(PROGRAMS).json()["results"]
    assert [row["code"] for row in rows] == ["310000-xindonglidai"]


def test_a_stream_that_is_cut_off_leaves_nothing_visible(ask):
    cut = iter(ask(f"{PROGRAMS}?format=csv&{ANY}", "reader"))
    next(cut)
    assert "caogao" not in ask(PROGRAMS).content.decode()


def test_fields_stay_as_they_were_for_others(ask):
    ask(f"{PROGRAMS}?{ANY}", "reader")
    assert "publication" not in ask(PROGRAMS).json()["results"][0]


@pytest.mark.parametrize(
    "address",
    [
        PROGRAMS,
        f"{PROGRAMS}?format=csv&include=terms",
        f"{PROGRAMS}310000-xindonglidai/",
        f"{PROGRAMS}310000-caogao/",
        f"{PROGRAMS}310000-jiu/",
        "/api/v1/regions/310000/",
        "/api/v1/changes/",
        "/api/v1/vocabularies/",
    ],
)
def test_without_it_all_are_answered_the_same(ask, address):
    def body(answer):
        return answer.getvalue() if answer.streaming else answer.content

    assert body(ask(address)) == body(ask(address, "administrator"))


def test_the_tracker_stays_with_what_is_published(ask):
    place = Program.objects.first().region
    draft = builders.figure(place, nature="target", publication="draft")
    address = f"/api/v1/targets/{draft.pk}/?{ANY}"
    assert ask(address, "reader").json()["progress"] is None


def test_a_search_reads_what_is_shown(ask):
    """A draft's role of a draft agency is shown, so its name finds the draft."""
    draft = Program.objects.get(pk="310000-caogao")
    bank = Agency.objects.create(
        code="310000-mimi", name="秘密银行", kind="bank", region=draft.region
    )
    draft.roles.create(role="lender", order=1, agency=bank)
    answer = ask(f"{PROGRAMS}?{ANY}&search=秘密银行", "reader").json()
    (row,) = answer["results"]
    assert row["code"] == draft.pk
    assert row["match"][0]["field"] == "roles.agency"
    assert ask(f"{PROGRAMS}?search=秘密银行").json()["count"] == 0
