"""The queue of what needs looking after: what is in it, in which order, for whom."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from programs.models import Agency, Document, Program, Term
from registry.models import Link
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


@pytest.fixture
def shown(admin_client):
    """Codes of the records that a queue shows, in their order."""

    def get(section, **query):
        answer = admin_client.get(reverse("admin:freshness", args=[section]), query)
        assert answer.status_code == 200
        return [entry["record"].pk for entry in answer.context["rows"]]

    return get


@pytest.fixture
def refused(admin_client):
    """What the page says that refuses a queue's query."""

    def get(section="stale", **query):
        address = reverse("admin:freshness", args=[section])
        answer = admin_client.get(address, query, headers={"accept-language": "en"})
        assert answer.status_code == 400
        return answer.context["sentence"]

    return get


def ago(days):
    return localdate() - timedelta(days=days)


def test_the_most_overdue_come_first(shown, place):
    builders.program(place, "310000-a", verified_on=ago(200))
    builders.program(place, "310000-b", verified_on=ago(300))
    builders.program(place, "310000-c")
    builders.program(place, "310000-d", verified_on=ago(10))
    assert shown("stale") == ["310000-c", "310000-b", "310000-a"]


def test_kinds_stand_in_one_order(shown, place):
    builders.program(place, "310000-a", verified_on=ago(200))
    builders.document(place, "310000-b", verified_on=ago(300))
    builders.program(place, "310000-c", verified_on=ago(400))
    assert shown("stale") == ["310000-c", "310000-b", "310000-a"]


def test_a_withdrawn_record_needs_nothing(shown, place):
    builders.program(place, publication="withdrawn", ended="2020")
    assert [shown(section) for section in ("stale", "expiring", "evidence")] == [[]] * 3


def test_one_kind(shown, place):
    builders.program(place, "310000-a")
    builders.document(place, "310000-b")
    assert shown("stale", kind="document") == ["310000-b"]


def test_one_place_and_all_in_it(shown, place):
    shanghai = builders.program(place, "310000-a")
    builders.term(place, program=shanghai)
    builders.program(builders.region("420000"), "420000-a")
    found = shown("stale", **{"in": "310000"})
    assert "420000-a" not in found
    assert {"310000-a", "310000-wenjian.p1", Term.objects.get().pk} <= set(found)


def test_every_kind_is_filtered_by_place(admin_client, shipped):
    address = reverse("admin:freshness", args=["stale"])
    answer = admin_client.get(address, {"in": "640000"})
    kinds = {type(entry["record"]) for entry in answer.context["rows"]}
    codes = [entry["record"].pk for entry in answer.context["rows"]]
    assert len(kinds) > 1
    assert codes
    assert all(code[:2] == "64" for code in codes if not code.startswith("000000"))


def test_what_ends_stands_with_the_earliest_end_first(shown, place):
    near = (localdate() + timedelta(days=30)).isoformat()
    far = (localdate() + timedelta(days=700)).isoformat()
    builders.program(place, "310000-a", ended=near)
    builders.program(place, "310000-b", ended=far)
    builders.document(
        place, "310000-c", status="issued", expires_on="2020", expiry_basis="printed"
    )
    assert shown("expiring") == ["310000-c", "310000-a"]
    assert shown("expiring", ending="past") == ["310000-c"]
    assert shown("expiring", ending="quarter") == ["310000-a"]


def test_a_document_that_ends_names_its_programs(admin_client, place):
    policy = builders.document(
        place, status="issued", expires_on="2020-05", expiry_basis="printed"
    )
    passage = builders.passage(place, document=policy)
    for number in range(6):
        program = builders.program(place, f"310000-{number}", name=f"第{number}贷")
        program.citations.create(passage=passage)
    page = admin_client.get(reverse("admin:freshness", args=["expiring"]))
    text = page.content.decode()
    assert "第0贷" in text
    assert "第5贷" not in text
    assert page.context["rows"][0]["row"].concerned_more == 2
    assert "2020年5月" in text


def test_what_no_text_tells_of_lacks_evidence(shown, place):
    builders.program(place, "310000-a")
    Agency.objects.create(code="310000-b", name="某行", kind="bank", region=place)
    builders.document(place, "310000-c")
    assert set(shown("evidence")) == {"310000-a", "310000-b", "310000-c"}


def test_what_a_text_tells_of_has_evidence(shown, place):
    program = builders.program(place)
    program.citations.create(passage=builders.passage(place))
    agency = Agency.objects.create(
        code="310000-b", name="某行", kind="bank", region=place
    )
    program.roles.create(role="lender", order=1, agency=agency)
    assert shown("evidence") == []


@pytest.mark.parametrize(
    ("passage", "record", "missing"),
    [
        ("published", "published", False),
        ("draft", "draft", False),
        ("draft", "published", True),
        ("withdrawn", "published", True),
        ("withdrawn", "draft", True),
    ],
)
def test_a_passage_has_to_be_there_to_be_read(shown, place, passage, record, missing):
    source = builders.passage(place, publication=passage)
    term = builders.term(place, passage=source, publication=record)
    program = builders.program(place, publication=record)
    program.citations.create(passage=source)
    expected = {term.pk, program.pk} if missing else set()
    assert set(shown("evidence")) & {term.pk, program.pk} == expected


@pytest.fixture
def link():
    def make(address, state, **facts):
        return Link.objects.create(
            address=address, state=state, checked_at=timezone.now(), **facts
        )

    return make


def test_records_with_dead_links_are_listed(admin_client, shown, place, link):
    link("https://a.example/", "dead", status=404, failing_since=date(2026, 1, 1))
    link("https://b.example/", "dead", status=410, failing_since=date(2025, 1, 1))
    builders.program(place, "310000-a", website="https://a.example/")
    builders.document(place, "310000-b", url="https://b.example/")
    builders.document(place, "310000-c", url="https://c.example/")
    assert shown("links") == ["310000-b", "310000-a"]
    page = admin_client.get(reverse("admin:freshness", args=["links"]))
    assert "410" in page.content.decode()


def test_links_in_another_state_are_listed_on_demand(admin_client, shown, place, link):
    link("https://a.example/", "moved", status=200, target="https://b.example/new")
    builders.program(place, website="https://a.example/")
    assert shown("links") == []
    assert shown("links", state="moved") == ["310000-xindonglidai"]
    page = admin_client.get(reverse("admin:freshness", args=["links"]) + "?state=moved")
    assert 'href="https://b.example/new"' in page.content.decode()


def test_the_first_page_tells_of_dead_links(admin_client, place, link):
    link("https://a.example/", "dead", status=404)
    builders.program(place, website="https://a.example/")
    address = reverse("admin:freshness", args=["links"])
    page = admin_client.get("/admin/").content.decode()
    assert f'<a href="{address}"><b>1</b> 条失效链接</a>' in page


def test_the_tabs_count_what_their_queues_show(admin_client, shipped):
    Program.objects.filter(code__startswith="31").update(launched="", ended="2020")
    query = {"kind": "program", "in": "310000"}
    page = admin_client.get(reverse("admin:freshness", args=["stale"]), query)
    tabs = page.context["tabs"]
    assert len(tabs) == 4
    for _queue, address, number in tabs:
        assert admin_client.get(address).context["count"] == number


def test_pages_show_every_record_once(admin_client, shipped):
    address = reverse("admin:freshness", args=["stale"])
    first = admin_client.get(address, {"kind": "program"}).context
    pages = first["pages"]
    found = [
        entry["record"].pk
        for number in range(1, pages + 1)
        for entry in admin_client.get(
            address, {"kind": "program", "p": number}
        ).context["rows"]
    ]
    assert sorted(found) == sorted(Program.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("section", "query", "told"),
    [
        ("stale", {"nosuch": "1"}, "nosuch"),
        ("stale", {"ending": "past"}, "ending"),
        ("stale", {"kind": "region"}, "region"),
        ("stale", {"kind": "nosuch"}, "program"),
        ("stale", {"in": "999999"}, "999999"),
        ("stale", {"p": "99"}, "99"),
        ("stale", {"p": "0"}, "0"),
        ("stale", {"p": "²"}, "²"),
        ("stale", {"kind": ["program", "term"]}, "more than once"),
        ("expiring", {"ending": "soon"}, "quarter"),
        ("links", {"state": "alive"}, "moved"),
    ],
)
def test_what_a_queue_does_not_know_is_refused(refused, place, section, query, told):
    assert told in refused(section, **query)


def test_a_filter_left_empty_is_none(shown, place):
    builders.program(place)
    assert shown("stale", kind="", **{"in": ""}) == ["310000-xindonglidai"]


def test_an_unknown_queue_is_not_found(admin_client):
    address = reverse("admin:freshness", args=["nosuch"])
    assert admin_client.get(address).status_code == 404


def test_one_sees_the_kinds_that_one_may_see(client, django_user_model, place):
    builders.program(place)
    builders.document(place)
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_document"))
    client.force_login(user)
    page = client.get(reverse("admin:freshness", args=["stale"]))
    assert [type(entry["record"]) for entry in page.context["rows"]] == [Document]
    assert "新动力贷" not in page.content.decode()


def test_who_may_see_no_records_is_refused(client, django_user_model):
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    address = reverse("admin:freshness", args=["stale"])
    assert client.get(address).status_code == 403


def test_a_queue_costs_the_same_however_long(
    admin_client, shipped, link, django_assert_max_num_queries
):
    Program.objects.update(launched="", ended="2020", website="https://a.example/")
    link("https://a.example/", "dead", status=404)
    for section in ("stale", "expiring", "evidence", "links"):
        address = reverse("admin:freshness", args=[section])
        admin_client.get(address)
        with django_assert_max_num_queries(24):
            admin_client.get(address)
