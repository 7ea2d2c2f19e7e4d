"""Every answer tells browsers how it may be used; the API refuses plain HTTP."""

import runpy
from unittest import mock

import pytest
from django.conf import settings as configured
from django.test import Client

from registry.models import User

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/admin/",
    "/admin/login/",
    "/api/v1/",
    "/api/v1/regions/?format=csv",
    "/api/v1/regions/?nosuch=1",
    "/api/v1/nosuch/",
    "/nosuch/",
    "/healthz",
    "/static/registry/site.css",
    "/static/nosuch.css",
    "/%00",
    "/api/v1/%00",
]
HEADERS = [
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
]


def lacking(answer):
    return [header for header in HEADERS if header not in answer.headers]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_says_its_policies(client, address):
    assert lacking(client.get(address)) == []


def test_so_does_a_refused_token(client):
    answer = client.get("/api/v1/", headers={"authorization": "Token tfr_no"})
    assert lacking(answer) == []


def test_so_does_a_strange_host(client):
    assert lacking(client.get("/", headers={"host": "evil.example"})) == []


def test_so_does_an_error_of_the_server(settings):
    settings.ROOT_URLCONF = "tests.registry.test_request_log"
    client = Client(raise_request_exception=False)
    assert lacking(client.get("/broken/")) == []


def test_so_does_the_answer_to_a_preflight(client):
    asked = {"origin": "https://a.example", "access-control-request-method": "GET"}
    assert lacking(client.options("/api/v1/", headers=asked)) == []


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/api/v1/"])
def test_no_policy_allows_what_is_inline(client, address):
    assert "unsafe" not in client.get(address)["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/admin/login/"])
def test_other_sites_load_no_page(client, address):
    answer = client.get(address)
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_other_sites_load_the_api(client):
    assert client.get("/api/v1/")["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/api/v1/"])
def test_trace_tells_nothing_back(client, address):
    answer = client.trace(address, headers={"x-secret": "geheim"})
    assert answer.status_code == 405
    assert b"geheim" not in answer.content


@pytest.mark.parametrize(
    "forged", [{"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}]
)
@pytest.mark.parametrize("address", ["/", "/api/v1/", "/api/v1/regions/?page_size=1"])
def test_no_header_makes_links_lead_elsewhere(client, address, forged):
    answer = client.get(address, headers=forged)
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:a()"],
)
def test_signing_in_leads_to_no_other_site(client, elsewhere):
    User.objects.create_superuser("li", password="right-and-long")
    given = {"username": "li", "password": "right-and-long", "next": elsewhere}
    assert client.post("/admin/login/", given).headers["Location"] == "/admin/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_another_language_leads_to_no_other_site(client, elsewhere):
    given = {"language": "en", "next": elsewhere}
    assert client.post("/i18n/setlang/", given).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/admin/logout/", "/i18n/setlang/"])
def test_no_link_of_another_site_signs_out_or_changes_the_language(address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("li"))
    assert client.get(address).status_code in (302, 405)
    assert client.post(address, {"language": "en"}).status_code == 403
    assert client.get("/admin/").status_code == 200
    assert not any("language" in name for name in client.cookies)


# In production


@pytest.fixture
def https_only(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^api/"]


def test_pages_lead_to_https(client, https_only):
    assert client.get("/admin/")["Location"] == "https://testserver/admin/"


def test_the_api_refuses_plain_http(client, https_only):
    answer = client.get("/api/v1/regions/", headers={"authorization": "Token tfr_x"})
    assert answer.status_code == 403
    assert "HTTPS" in answer.json()["detail"]


def test_the_api_answers_over_https(client, https_only):
    assert client.get("/api/v1/regions/", secure=True).status_code == 200


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF", "LANGUAGE"])
def test_cookies_are_of_this_host_alone(cookie):
    given = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "".join(map(str, range(100))),
        "ALLOWED_HOSTS": "registry.example",
        "DATABASE_URL": "postgres://registry@db.invalid/registry",
    }
    with mock.patch.dict("os.environ", given, clear=True):
        found = runpy.run_path(str(configured.BASE_DIR / "registry" / "settings.py"))
    assert found[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert found[f"{cookie}_COOKIE_SECURE"]
    assert found[f"{cookie}_COOKIE_HTTPONLY"]


def test_so_is_that_of_a_known_browser(client, settings):
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_SECURE = True
    User.objects.create_superuser("li", password="right-and-long")
    given = {"username": "li", "password": "right-and-long"}
    cookie = client.post("/admin/login/", given).cookies["__Host-known_browser"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
