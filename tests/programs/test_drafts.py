"""Drafts never leak: every route of the site, for everybody who might ask.

Whoever asks over REST is answered the same; the admin answers nobody who is not signed
in. A route that the test can't fill fails it, so that a new one has to be thought of.
"""

import io
import re
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.urls import get_resolver

from programs.models import Agency, Case, Figure, Indicator, Program, Region, Term
from programs.models.documents import Document
from programs.models.passages import Passage
from registry import publication
from registry.models import User
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

# In every word and code of a draft, and in what a record said before its publication.
SECRET = ("绝密", "geheim")

# What the routes' variables are filled with: a published record, and a draft.
VALUES = {
    "code": ["310000-xindonglidai", "310000-geheim"],
    "object_id": ["310000-xindonglidai", "310000-geheim", "1"],
    "content_type_id": ["1"],
    "revision": ["1"],
    "step": ["publish", "merge"],
    "section": ["stale", "expiring", "evidence", "links"],
    "id": ["1"],
    "app_label": ["programs"],
    "url": ["nothing/here"],
    "ending": ["xlsx", "zip", "csv"],
    "token": ["nobodys"],
    "tag": ["programs", "nosuch"],
    "name": ["program.kind"],
}
# What a list may be asked for besides, so that it tells all that it can.
QUERIES = ["", "format=csv"]


def routes():
    """Every route of the resolver, as it is written there."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    return sorted(set(walk(get_resolver().url_patterns)))


def filled(route):
    """Addresses of the route, one for each value; none where a variable is new."""
    named = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)|<(?:\w+:)?(\w+)>")
    names = [first or second for first, second in named.findall(route)]
    if not names:
        return ["/" + re.sub(r"[\^$]", "", route)]
    addresses = []
    for number in range(max(len(VALUES.get(name, [])) for name in names)):

        def value(found, number=number):
            values = VALUES.get(found[1] or found[2], [])
            return values[min(number, len(values) - 1)] if values else "<"

        addresses.append("/" + re.sub(r"[\^$]", "", named.sub(value, route)))
    return addresses


ROUTES = routes()


def test_every_route_can_be_filled():
    assert [
        route
        for route in ROUTES
        if not filled(route)
        or any(re.search(r"[<>()\\?*\[\]]", address) for address in filled(route))
    ] == []


@pytest.fixture
def secrets(transactional_db):
    """A published program around which everything else is a draft, of every kind."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place, name="绝密旧名", publication="draft")
    passage = builders.passage(place)
    program.citations.create(passage=passage, as_written="公开贷")
    program.name = "公开贷"
    program.save()
    publication.publish(program, by="wang", reason="绝密原因")
    body = Agency.objects.create(
        code="310000-geheim", name="绝密机构", kind="bank", region=place
    )
    body.aliases.create(name="绝密别名", region=place)
    other = builders.program(place, "310000-geheim", name="绝密贷", publication="draft")
    other.citations.create(passage=passage, as_written="绝密称呼")
    other.roles.create(role="lender", order=1, as_written="绝密角色")
    program.roles.create(role="lender", order=1, agency=body, as_written="绝密出借人")
    program.links.create(relation="part_of", target=other)
    builders.term(
        place, passage=passage, program=program, as_written="绝密额度",
        applies_to="绝密对象", publication="draft",
    )  # fmt: skip
    document = builders.document(
        place, "310000-geheim", title="绝密文件", publication="draft"
    )
    hidden = builders.passage(
        place, "¶9", document=document, summary="绝密摘要", publication="draft"
    )
    # A reference that the registry's own steps would refuse; raw writes can make it.
    program.citations.create(passage=hidden, as_written="绝密名称")
    Indicator.objects.create(code="loans", name="贷款余额", unit="CNY")
    Figure.objects.create(
        passage=passage, indicator_id="loans", region=place, value=1, unit="CNY",
        comparator="eq", as_written="绝密数字", publication="draft",
    )  # fmt: skip
    Case.objects.create(
        code="310000-geheim", title="绝密案例", beneficiary="绝密企业",
        passage=passage, program=program, publication="draft",
    )  # fmt: skip
    assert all(
        model.objects.filter(publication="draft").exists()
        for model in (Agency, Program, Document, Passage, Term, Figure, Case)
    )


@pytest.fixture
def ask(client, secrets, groups):
    """A function that asks as somebody of that group, and gives status and text."""

    def get(address, group, query=""):
        if group and "_auth_user_id" not in client.session:
            user = User.objects.create_user(group, is_staff=True)
            user.groups.add(Group.objects.get(name=group))
            client.force_login(user)
        answer = client.get(f"{address}?{query}" if query else address)
        body = answer.getvalue() if answer.streaming else answer.content
        # An error repeats the address that was asked for, which is no leak.
        return answer.status_code, readable(body).replace(address, "")

    return get


def readable(body):
    """The text of an answer; of a workbook or another ZIP, of all that is in it."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


PUBLIC = [route for route in ROUTES if not route.startswith("admin/")]


def leaks(text):
    return [word for word in SECRET if word in text]


@pytest.mark.parametrize("group", [None, "reader", "analyst", "reviewer"])
def test_no_public_route_tells_of_drafts(ask, group):
    assert [
        f"{address}?{query}"
        for route in PUBLIC
        for address in filled(route)
        for query in QUERIES
        if leaks(ask(address, group, query)[1])
    ] == []


def test_no_list_tells_of_drafts_with_all_it_can_include(client, ask):
    schema = client.get("/api/v1/schema/?format=json").json()
    asked = {}
    for path, told in schema["paths"].items():
        parameters = told["get"].get("parameters", [])
        for include in (p for p in parameters if p["name"] == "include"):
            every = ",".join(include["schema"]["items"]["enum"])
            for form in ("json", "csv", "ndjson", "xlsx"):
                query = f"format={form}&include={every}"
                asked[f"{path}?{query}"] = ask(path, None, query)
    assert len(asked) > 10
    assert {status for status, _text in asked.values()} == {200}
    assert [address for address, (_s, text) in asked.items() if leaks(text)] == []


@pytest.mark.parametrize(
    "query",
    ["programs/compare/?codes=310000-xindonglidai,310000-other",
     "programs/compare/?codes=310000-xindonglidai,310000-other&format=csv",
     "match/?kind=loan&purpose=绝密&amount=1元&region=310000&not_met=show"],
)  # fmt: skip
def test_neither_comparing_nor_matching_tells_of_drafts(ask, query):
    builders.program(Region.objects.get(pk="310000"), "310000-other")
    path, _sep, asked = query.partition("?")
    status, text = ask(f"/api/v1/{path}", None, asked)
    assert (status, leaks(text.replace("purpose=绝密", ""))) == (200, [])


def test_no_program_is_said_to_fit_for_what_a_draft_says(client, secrets):
    (row,) = client.get("/api/v1/match/?purpose=绝密").json()["results"]
    assert row["criteria"][0]["answer"]["code"] == "not_stated"


def test_no_group_tells_of_drafts(client, ask):
    schema = client.get("/api/v1/schema/?format=json").json()
    leaking, asked = [], 0
    for path, told in schema["paths"].items():
        parameters = told["get"].get("parameters", [])
        for parameter in (p for p in parameters if p["name"] == "group_by"):
            for name in parameter["schema"]["items"]["enum"]:
                status, text = ask(path, None, f"group_by={name}")
                asked += status == 200
                leaking += [f"{path} {name}"] if leaks(text) else []
    assert asked > 100
    assert leaking == []


@pytest.mark.parametrize("search", SECRET)
@pytest.mark.parametrize("resource", ["programs", "agencies", "documents", "passages"])
def test_a_search_for_a_draft_finds_nothing(client, secrets, resource, search):
    answer = client.get(f"/api/v1/{resource}/?search={search}")
    assert answer.json()["results"] == []


@pytest.mark.parametrize(
    "query", ["agency=310000-geheim", "document=310000-geheim", "region=310000-geheim"]
)
def test_the_help_of_an_error_names_no_draft(client, secrets, query):
    answer = client.get(f"/api/v1/programs/?{query[:-1]}x")
    assert answer.status_code == 400
    assert "310000-geheim" not in str(answer.json().get("allowed"))


ADMIN = [route for route in ROUTES if route.startswith("admin/")]


def test_the_admin_tells_strangers_nothing(ask):
    answers = {a: ask(a, None) for route in ADMIN for a in filled(route)}
    assert {status for status, _text in answers.values()} <= {200, 302, 404}
    words = (*SECRET, "公开贷")
    assert [
        a for a, (_s, text) in answers.items() if any(w in text for w in words)
    ] == []


def test_the_admin_tells_nothing_to_who_has_no_group(client, secrets):
    client.force_login(User.objects.create_user("new", password="x", is_staff=True))
    assert [
        address
        for route in ADMIN
        for address in filled(route)
        if "绝密" in client.get(address).content.decode()
    ] == []
