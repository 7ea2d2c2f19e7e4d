"""What a hostile reader of the way in found."""

import socket
import threading

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client, override_settings

from registry import answer_cache
from registry import caches as configured
from registry.models import Token, User
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/regions/"


@pytest.fixture
def place():
    return builders.region("310000", name="上海市")


def token(**person):
    user = User.objects.create_user("wang", **person)
    return Token.make(user=user, name="pandas", days=1)


def test_below_a_prefix_the_gate_stands_too(client, settings):
    settings.API_ANONYMOUS = False
    answer = client.get(LIST, SCRIPT_NAME="/x")
    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["\xa0", "\x85", " ", "Token", "Token a b"])
def test_an_odd_header_opens_nothing(client, header):
    assert client.get(LIST, headers={"authorization": header}).status_code == 401


def test_who_reads_a_stream_slowly_holds_nobody_up(place):
    made, text = token()
    stream = Client().get(
        f"{LIST}?format=csv", headers={"authorization": f"Token {text}"}
    )
    revoked = threading.Event()

    def revoke():
        Token.objects.filter(pk=made.pk).delete()
        revoked.set()
        connection.close()

    other = threading.Thread(target=revoke)
    other.start()
    other.join(10)
    assert revoked.is_set()
    assert b"310000" in b"".join(stream)


def test_the_api_answers_without_its_cache(client, place):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        answer_cache.OUTAGE.over_at = 0.0
        with override_settings(CACHES=configured.configuration(url)):
            assert [client.get(LIST).status_code for _time in range(2)] == [200, 200]
    cache.clear()
    caches["counters"].clear()


@pytest.mark.parametrize("refusing", ["gzip;q=0", "br, gzip; q=0.0", "gzip;q=0, br"])
def test_who_refuses_gzip_gets_none(client, shipped_page, refusing):
    answer = client.get(shipped_page, headers={"accept-encoding": refusing})
    assert "Content-Encoding" not in answer.headers


@pytest.fixture
def shipped_page(place):
    """The address of an answer long enough to be compressed."""
    builders.program(place, summary="科技" * 500)
    return "/api/v1/programs/"


def test_that_page_is_compressed_for_others(client, shipped_page):
    answer = client.get(shipped_page, headers={"accept-encoding": "gzip;q=0.5"})
    assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("written", "limited"),
    [("192.0.2.7:5555", "192.0.2.7"), ("[2001:db8::7]:443", "2001:db8::/64")],
)
def test_an_address_with_its_port_is_that_address(rf, settings, written, limited):
    from registry import addresses

    settings.TRUSTED_PROXIES = 1
    assert addresses.client(rf.get("/", HTTP_X_FORWARDED_FOR=written)) == limited


def test_an_instant_with_a_great_offset_is_one(client, place):
    address = "/api/v1/programs/?updated_at__gte=2026-01-01T00:00:00%2B23:59"
    assert client.get(address).status_code == 200


def test_who_left_the_admin_sees_no_drafts_any_more(client, place):
    _made, text = token(is_superuser=True, is_staff=False)
    headers = {"authorization": f"Token {text}"}
    answer = client.get("/api/v1/programs/?publication=any", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "words", ["a " * 200, " ".join("甲乙丙丁戊" * 30 for _ in "ab")]
)
def test_a_long_search_is_one(client, place, words):
    answer = client.get("/api/v1/measures/", {"search": words})
    assert answer.status_code == 200
