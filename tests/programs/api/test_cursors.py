"""Cursors: bound to what was asked, kept over a change of key, refused when damaged."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from programs.models import Program
from tests import builders

LIST = "/api/v1/programs/"
DAMAGED = hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def programs(db):
    place = builders.region("310000", name="上海市")
    for number in range(6):
        builders.program(place, f"310000-p{number}", name=f"科技贷{number % 2}")


@pytest.fixture
def ask(client, programs):
    def get(query):
        answer = client.get(f"{LIST}?{query}")
        return answer.json() | {"status_code": answer.status_code}

    return get


def codes(answer):
    return [row["code"][-2:] for row in answer["results"]]


def cursor_of(address):
    return parse_qs(urlsplit(address).query)["cursor"][0]


@pytest.fixture
def cursor(ask):
    return cursor_of(ask("ordering=name&kind=loan&page_size=2")["next"])


def test_a_page_may_have_another_size(ask, cursor):
    answer = ask(f"ordering=name&kind=loan&page_size=3&cursor={cursor}")
    assert codes(answer) == ["p4", "p1", "p3"]


@pytest.mark.parametrize(
    "query", ["fields=code", "include=terms", "count=none", "format=json"]
)
def test_a_page_may_show_something_else(ask, cursor, query):
    query = f"ordering=name&kind=loan&page_size=2&{query}&cursor={cursor}"
    assert codes(ask(query)) == ["p4", "p1"]


def test_what_orders_by_default_may_be_said(ask):
    following = cursor_of(ask("page_size=2")["next"])
    assert codes(ask(f"ordering=code&page_size=2&cursor={following}")) == ["p2", "p3"]


@pytest.mark.parametrize(
    "query",
    [
        "kind=loan",
        "ordering=-name&kind=loan",
        "ordering=updated_at&kind=loan",
        "ordering=name",
        "ordering=name&kind=loan,fund",
        "ordering=name&kind=loan&region=310000",
        "ordering=name&kind=loan&search=科技",
        "ordering=name&kind=loan&as_of=2020-01-01",
    ],
)
def test_a_cursor_of_other_rows_is_refused(ask, cursor, query):
    answer = ask(f"{query}&cursor={cursor}")
    assert (answer["status_code"], answer["parameter"]) == (400, "cursor")


def test_a_cursor_of_another_route_is_refused(client, programs):
    following = cursor_of(client.get(f"{LIST}?page_size=2").json()["next"])
    for route in ("funds", "agencies"):
        assert client.get(f"/api/v1/{route}/?cursor={following}").status_code == 400


def test_cursors_work_after_the_key_is_changed(ask, cursor, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-fifty-characters-0123456789-abcdefgh"
    query = "ordering=name&kind=loan&page_size=2&cursor="
    answer = ask(query + cursor)
    assert codes(answer) == ["p4", "p1"]
    settings.SECRET_KEY_FALLBACKS = []
    assert ask(query + cursor)["status_code"] == 400
    assert codes(ask(query + cursor_of(answer["next"]))) == ["p3", "p5"]


def test_the_same_page_gives_the_same_cursor(ask, cursor):
    again = ask("ordering=name&kind=loan&page_size=2")["next"]
    assert cursor_of(again) == cursor


def test_a_cursor_is_short_and_needs_no_escapes(ask):
    Program.objects.update(name="𠮷" * 200)
    following = ask("ordering=name&page_size=2")["next"]
    cursor = cursor_of(following)
    assert len(cursor) < 200
    assert f"cursor={cursor}" in following


@DAMAGED
@given(data=st.data())
def test_a_damaged_cursor_is_refused(ask, cursor, data):
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(
        st.sampled_from(
            [
                cursor[:place],
                cursor[:place] + cursor[place + 1 :],
                cursor[:place] + chr(ord(cursor[place]) ^ 1) + cursor[place + 1 :],
                cursor[:place] + "%F0%A0%AE%B7" + cursor[place:],
                cursor + cursor[place:],
                cursor * 40,
            ]
        )
    )
    answer = ask(f"ordering=name&kind=loan&cursor={other}")
    assert (answer["status_code"], answer["parameter"]) == (400, "cursor")


@DAMAGED
@given(garbage=st.text(min_size=1, max_size=60))
def test_what_is_no_cursor_is_refused(client, programs, garbage):
    answer = client.get(LIST, {"cursor": garbage})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_link_header_names_the_neighbours_and_the_first_page(client, programs):
    first = client.get(f"{LIST}?page_size=2&kind=loan")
    second = client.get(first.json()["next"])
    told = second.json()
    assert second.headers["Link"] == (
        f'<{told["next"]}>; rel="next", <{told["previous"]}>; rel="prev", '
        '<http://testserver/api/v1/programs/?kind=loan&page_size=2>; rel="first"'
    )


def test_a_list_of_one_page_links_to_none(client, programs):
    assert "Link" not in client.get(LIST).headers


def test_neighbours_keep_all_parameters(ask):
    answer = ask("page_size=2&kind=loan&fields=code,name&count=exact&search=科技")
    asked = parse_qs(urlsplit(answer["next"]).query)
    del asked["cursor"]
    assert asked == {
        "page_size": ["2"],
        "kind": ["loan"],
        "fields": ["code,name"],
        "count": ["exact"],
        "search": ["科技"],
    }


def test_behind_rows_that_all_went_the_way_back_stands_open(ask, client):
    following = ask("page_size=4")["next"]
    Program.objects.filter(code__in=["310000-p4", "310000-p5"]).update(
        publication="withdrawn"
    )
    empty = client.get(following).json()
    assert (empty["results"], empty["next"]) == ([], None)
    assert codes(client.get(empty["previous"]).json()) == ["p0", "p1", "p2", "p3"]


def test_before_rows_that_all_went_the_way_on_stands_open(ask, client):
    second = client.get(ask("page_size=2")["next"]).json()
    Program.objects.filter(code__in=["310000-p0", "310000-p1"]).update(
        publication="withdrawn"
    )
    empty = client.get(second["previous"]).json()
    assert (empty["results"], empty["previous"]) == ([], None)
    assert codes(client.get(empty["next"]).json()) == ["p2", "p3"]


def test_equal_instants_that_are_written_differently_are_all_met(client, programs):
    """SQLite keeps an instant as text, which one with no fraction has in two forms."""
    Program.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programs_program SET updated_at = %s WHERE code < '310000-p3'",
            ["2026-01-01 00:00:00.000000"],
        )
    for sign in ("", "-"):
        met, address = [], f"{LIST}?ordering={sign}updated_at&page_size=1"
        while address:
            answer = client.get(address).json()
            met += codes(answer)
            assert len(met) <= 6
            address = answer["next"]
        assert sorted(met) == ["p0", "p1", "p2", "p3", "p4", "p5"]


def counts(client, query):
    """The answer's count, and how many queries counted."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"{LIST}?{query}").json()
    asked = sum("COUNT(" in query["sql"] for query in queries)
    return answer["count"], answer.get("count_at_least"), asked


def test_a_list_of_one_page_is_counted_without_a_query(client, programs):
    assert counts(client, "page_size=6") == (6, None, 0)
    assert counts(client, "page_size=5") == (6, None, 1)


def test_nothing_is_counted_for_who_does_not_ask(client, programs):
    assert counts(client, "page_size=2&count=none") == (None, None, 0)


def test_above_ten_thousand_only_who_asks_gets_the_exact_count(
    client, programs, monkeypatch
):
    monkeypatch.setattr("registry.api.counts.COUNTED_EXACTLY", 5)
    assert counts(client, "page_size=2") == (None, 5, 1)
    assert counts(client, "page_size=2&count=exact") == (6, None, 1)
    assert counts(client, "page_size=2&kind=loan&search=科技贷1") == (3, None, 1)
