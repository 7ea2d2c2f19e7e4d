"""Long lists: they ask as often as short ones, say what they count, show every row."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from programs.models import Agency, Document, Program
from registry import history
from registry.admin import kept, paging
from registry.journal_references import naming
from registry.models import Change, FailedSignIns, Proposal, Token, User
from tests import builders

ENGLISH = {"accept-language": "en"}
# Of these nobody has more than a few.
SHORT = {Group, Token, FailedSignIns}
LISTED = sorted(set(admin.site._registry) - SHORT, key=lambda m: m._meta.label)


def list_of(model):
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


@pytest.fixture
def many(shipped, django_user_model):
    """The shipped registry, with people, proposals, branches and a log."""
    people = [django_user_model(username=f"li{number}") for number in range(9)]
    User.objects.bulk_create(people)
    Proposal.objects.bulk_create(
        Proposal(kind="programs.program", key=code, version=1, step="publish", data={})
        for code in Program.objects.values_list("pk", flat=True)[:9]
    )
    banks = Agency.objects.filter(kind="bank").values_list("pk", flat=True)[:9]
    Agency.objects.filter(pk__in=list(banks)).update(kind="tech_branch")
    for number in range(9):
        Change.objects.create(transaction=f"x{number}", at=now(), path="shell")


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_a_list_asks_as_often_for_fifty_rows_as_for_five(
    admin_client, many, monkeypatch, model
):
    address, asked = list_of(model), {}
    admin_client.get(address)
    for number in (5, 50):
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", number)
        with CaptureQueriesContext(connection) as queries:
            page = admin_client.get(address)
        assert (len(page.context["cl"].result_list) > 5) == (number > 5)
        asked[number] = len(queries)
    assert asked[5] == asked[50]


@pytest.fixture
def capped(admin_client, shipped, monkeypatch):
    """The list of programs, counted up to ten, in pages of five."""
    monkeypatch.setattr(paging, "MOST_COUNTED", 10)
    monkeypatch.setattr(admin.site._registry[Program], "list_per_page", 5)

    def get(**query):
        return admin_client.get(list_of(Program), query, headers=ENGLISH)

    return get


def codes(page):
    return [row.pk for row in page.context["cl"].result_list]


def test_a_list_says_that_it_has_more_than_it_counts(capped):
    assert "over 10 programs" in capped().content.decode()


def test_every_row_behind_the_cap_is_on_a_page(capped):
    every = sorted(Program.objects.values_list("pk", flat=True))
    pages = range(1, -(-len(every) // 5) + 1)
    assert [code for number in pages for code in codes(capped(p=number))] == every


@pytest.mark.parametrize("order", ["1", "-1", "3.-2", "7"])
def test_pages_from_the_end_are_as_from_the_beginning(capped, monkeypatch, order):
    shown = [code for p in range(1, 9) for code in codes(capped(p=p, o=order))]
    monkeypatch.setattr(paging, "MOST_COUNTED", 10_000)
    monkeypatch.setattr(admin.site._registry[Program], "list_per_page", 40)
    assert shown == codes(capped(o=order))


def test_the_last_page_has_the_last_rows(capped):
    page = capped(p="last")
    assert codes(page)[-1] == max(Program.objects.values_list("pk", flat=True))
    assert f"{Program.objects.count()} programs" in page.content.decode()


def test_a_list_leads_to_its_last_page(capped):
    assert re.search(r'href="\?p=last"', capped().content.decode())


def test_no_page_is_behind_the_last(capped):
    assert capped(p=Program.objects.count() // 5 + 2).status_code == 400


def test_choices_are_not_counted(admin_client, shipped):
    query = {"app_label": "programs", "model_name": "term", "field_name": "program"}
    with CaptureQueriesContext(connection) as queries:
        answer = admin_client.get(reverse("admin:autocomplete"), query | {"term": ""})
    assert answer.json()["pagination"]["more"]
    assert not any("COUNT(" in query["sql"] for query in queries)


def test_all_choices_are_offered_page_by_page(admin_client, shipped):
    query = {"app_label": "programs", "model_name": "term", "field_name": "program"}
    found, more, page = [], True, 0
    while more:
        page += 1
        asked = query | {"term": "", "page": page}
        answer = admin_client.get(reverse("admin:autocomplete"), asked).json()
        found += [choice["id"] for choice in answer["results"]]
        more = answer["pagination"]["more"]
    assert found == sorted(Program.objects.values_list("pk", flat=True))


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市")


@pytest.fixture
def program(place):
    return builders.program(place)


def test_terms_that_a_program_had_are_found_by_an_index(program):
    rows = naming("term", "program_id", program.pk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "entry_of_program" in rows.order_by().explain()


def test_a_term_that_left_its_program_stays_in_its_history(place, program):
    term = builders.term(place, program=program)
    other = builders.program(place, f"{place.code}-other")
    type(term).objects.filter(pk=term.pk).update(program=other)
    told = history.entries_of(program).filter(kind="term")
    assert {entry.key for entry in told} == {term.pk}


@pytest.fixture
def slow(monkeypatch, settings):
    """Everything takes long to count."""
    cache.clear()
    settings.COUNTS_KEPT = 60
    monkeypatch.setattr(kept, "LONG_SECONDS", -1)
    yield
    cache.clear()


def test_what_takes_long_to_count_is_shown_again_and_says_so(
    admin_client, place, program, slow
):
    index = reverse("admin:index")
    first = admin_client.get(index, headers=ENGLISH)
    assert first.context["counted_at"] is None
    builders.program(place, f"{place.code}-other")
    page = admin_client.get(index, headers=ENGLISH)
    assert page.context["counted_at"]
    assert [line.all for line in page.context["kinds"]] == [1]


def test_what_is_quick_to_count_is_of_now(admin_client, place, program, slow):
    index = reverse("admin:index")
    admin_client.get(index)
    kept.LONG_SECONDS = 1000
    builders.program(place, f"{place.code}-other")
    page = admin_client.get(index)
    assert sum(line.all for line in page.context["kinds"]) == 2


def test_a_long_list_offers_all_places_beside_the_one_looked_at(
    admin_client, shipped, monkeypatch
):
    monkeypatch.setattr("programs.admin.filters.FEW", 1)
    (places, *_others) = admin_client.get(list_of(Document)).context["cl"].filter_specs
    assert {"310000", "420000"} <= {code for code, _name in places.lookup_choices}
