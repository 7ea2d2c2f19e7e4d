"""The first page: its counts are those of the lists that they lead to."""

from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.timezone import localdate

from programs.models import Citation, Program
from tests import builders

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


class Counts(HTMLParser):
    """Address → number of a page's links that are numbers."""

    def __init__(self, page):
        super().__init__()
        self.found, self.at = {}, ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.at = dict(attrs).get("href", "") if tag == "a" else ""

    def handle_data(self, data):
        if self.at and data.strip().isdigit():
            self.found[self.at] = int(data)


@pytest.fixture
def counts(admin_client):
    """The counts of the first page as it now is, by the list that each leads to."""
    return lambda: Counts(admin_client.get(INDEX).content.decode()).found


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


def programs(query=""):
    return reverse("admin:programs_program_changelist") + query


def queue(section, query=""):
    """The queue of programs that need looking after."""
    return reverse("admin:freshness", args=[section]) + f"?kind=program{query}"


def test_every_count_is_that_of_the_list_it_leads_to(admin_client, shipped, counts):
    Program.objects.filter(region="310000").update(verified_on=localdate())
    Program.objects.filter(kind="fund").update(publication="draft")
    Citation.objects.filter(program__region="410100").delete()
    told = counts()
    assert len(told) > 30
    for address, number in told.items():
        page = admin_client.get(address).context
        listed = page["cl"].result_count if "cl" in page else page["count"]
        assert (address, listed) == (address, number)


def test_kinds_and_places_are_counted_as_their_lists_are(admin_client, shipped):
    context = admin_client.get(INDEX).context
    for line in [*context["kinds"], *context["places"]]:
        listed = admin_client.get(line.address).context["cl"].result_count
        assert (line.name, listed) == (line.name, line.all)


def test_cities_stand_beneath_their_province(admin_client):
    province = builders.region("420000", name="湖北省")
    city = builders.region("420100", name="武汉市", level="city", parent=province)
    builders.program(city, "420100-a", lifecycle="active")
    builders.program(province, "420000-b")
    lines = admin_client.get(INDEX).context["places"]
    told = [(line.name, line.beneath, line.all, line.cells) for line in lines]
    assert told == [("湖北省", False, 2, [1, 0, 1]), ("武汉市", True, 1, [1, 0, 0])]


def test_a_long_list_of_places_keeps_to_provinces(admin_client):
    for number in range(11, 52):
        place = builders.region(f"{number}0100", level="city")
        builders.program(place, f"{place.code}-a")
    lines = admin_client.get(INDEX).context["places"]
    assert len(lines) == 41
    assert not any(line.beneath for line in lines)


def test_a_program_without_citation_lacks_evidence(place, counts):
    builders.program(place)
    assert counts()[queue("evidence")] == 1


def test_a_cited_program_has_evidence(place, counts):
    builders.program(place).citations.create(passage=builders.passage(place))
    assert counts()[queue("evidence")] == 0


@pytest.mark.parametrize(("days", "number"), [(179, 0), (181, 1)])
def test_a_record_is_to_verify_after_the_period(place, counts, days, number):
    builders.program(place, verified_on=localdate() - timedelta(days=days))
    assert counts()[queue("stale")] == number


@pytest.mark.parametrize(
    ("days", "ending", "ended"),
    [(-1, 0, 1), (0, 1, 0), (364, 1, 0), (365, 0, 0)],
)
def test_what_ends_within_a_year_and_what_has_ended(place, counts, days, ending, ended):
    end = localdate() + timedelta(days=days)
    builders.program(place, ended=end.isoformat())
    found = counts()
    assert found[queue("expiring", "&ending=year")] == ending
    assert found[queue("expiring", "&ending=past")] == ended


def test_the_list_of_what_ends_within_90_days(admin_client, place):
    for days in (89, 91):
        end = localdate() + timedelta(days=days)
        builders.program(place, f"310000-{days}", ended=end.isoformat())
    listed = admin_client.get(programs("?ending=quarter")).context["cl"].queryset
    assert [program.code for program in listed] == ["310000-89"]


def test_the_list_of_what_was_never_verified(admin_client, place):
    builders.program(place, "310000-a", verified_on=localdate())
    builders.program(place, "310000-b")
    listed = admin_client.get(programs("?stale=never")).context["cl"].queryset
    assert [program.code for program in listed] == ["310000-b"]


def test_a_target_stands_beside_its_observation(admin_client, place):
    aim = {"nature": "target", "comparator": "gt", "unit": "CNY"}
    builders.figure(place, value=Decimal(3 * 10**11), period_end="2027", **aim)
    builders.figure(place, value=Decimal(24 * 10**10), unit="CNY", period_end="2025")
    shown = admin_client.get(INDEX).content.decode()
    for words in ("超过3000亿元", "2400亿元", "2027年", "2025年", "80%"):
        assert words in shown


def test_a_target_without_observation_says_so(admin_client, place):
    builders.figure(place, nature="target")
    assert "无实际值" in admin_client.get(INDEX).content.decode()


def test_an_observation_in_another_unit_is_not_compared(admin_client, place):
    builders.figure(place, nature="target", unit="CNY")
    builders.figure(place, unit="USD")
    response = admin_client.get(INDEX)
    assert "实际值单位不同" in response.content.decode()
    assert response.context["targets_plot"] is None


def test_who_may_not_see_programs_is_not_told_of_them(client, django_user_model, place):
    builders.program(place)
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_agency"))
    client.force_login(user)
    response = client.get(INDEX)
    assert "kinds" not in response.context
    assert programs() not in response.content.decode()


def test_what_waits_is_shown_where_a_subject_says_what(admin_client, monkeypatch):
    def waiting(request):
        return [("待审提案", "/admin/somewhere/", 3)]

    monkeypatch.setattr(admin.site, "waiting", waiting, raising=False)
    assert '<a href="/admin/somewhere/"><b>3</b> 待审提案</a>' in (
        admin_client.get(INDEX).content.decode()
    )


def test_the_first_page_costs_the_same_however_much_there_is(
    admin_client, shipped, django_assert_max_num_queries
):
    admin_client.get(INDEX)
    with django_assert_max_num_queries(37):
        admin_client.get(INDEX)
