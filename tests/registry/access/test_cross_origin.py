"""CORS: pages of any site read the API, and nothing else of this site."""

import pytest

pytestmark = pytest.mark.django_db

ORIGIN = {"origin": "https://a.example"}


def test_any_page_may_read(client):
    answer = client.get("/api/v1/", headers=ORIGIN)
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_cookies_are_not_for_pages_of_others(client):
    answer = client.get("/api/v1/", headers=ORIGIN)
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("name", ["ETag", "Link", "RateLimit", "Retry-After"])
def test_pages_may_read_the_header(client, name):
    exposed = client.get("/api/v1/", headers=ORIGIN)["Access-Control-Expose-Headers"]
    assert name in exposed.split(", ")


def test_pages_may_read_what_was_wrong(client):
    answer = client.get("/api/v1/programs/?nosuch=1", headers=ORIGIN)
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["If-None-Match", "Authorization", "Accept-Language"])
def test_pages_may_send_the_header(client, name):
    asked = ORIGIN | {"access-control-request-method": "GET"}
    answer = client.options("/api/v1/programs/", headers=asked)
    assert name in answer["Access-Control-Allow-Headers"].split(", ")


def test_pages_may_ask_a_closed_api_first(client, settings):
    settings.API_ANONYMOUS = False
    asked = ORIGIN | {"access-control-request-method": "GET"}
    assert client.options("/api/v1/programs/", headers=asked).status_code == 204


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/healthz"])
def test_nothing_else_is_open_to_pages(client, address):
    answer = client.get(address, headers=ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer
