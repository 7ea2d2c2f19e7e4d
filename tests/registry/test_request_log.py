"""Every request has an id, which its answer, its log lines and its error page give."""

import http.client
import json
import logging
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path

from registry import logs, urls
from tests import builders


def broken(request):
    raise RuntimeError("broken")


def talkative(request):
    logging.getLogger("tests.talkative").warning("halfway")
    return HttpResponse("ok")


def stream(request):
    def parts():
        yield b"abc"
        logging.getLogger("tests.talkative").warning("streaming")
        yield b"de"

    return StreamingHttpResponse(parts())


urlpatterns = [
    path("broken/", broken),
    path("talkative/", talkative),
    path("stream/", stream),
    path("", include(urls)),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Kept(logging.Handler):
    """Lines as they would be written."""

    def __init__(self):
        super().__init__()
        self.addFilter(logs.WithRequestId())
        self.setFormatter(logs.Structured())
        self.lines = []

    def emit(self, record):
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def log():
    """All that is logged while the test runs, as what its JSON lines hold."""
    kept = Kept()
    loggers = [logging.getLogger(), logging.getLogger("registry.requests")]
    before = loggers[1].level
    loggers[1].setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(kept)
    yield kept.lines
    for logger in loggers:
        logger.removeHandler(kept)
    loggers[1].setLevel(before)


def line_of(log, response):
    """The one line of a request."""
    [line] = [
        line
        for line in log
        if line["logger"] == "registry.requests"
        and line["id"] == response["X-Request-ID"]
    ]
    return line


def test_an_answer_has_an_id(client):
    assert len(client.get("/healthz")["X-Request-ID"]) == 32


def test_two_answers_have_two(client):
    ids = {client.get("/healthz")["X-Request-ID"] for _time in range(2)}
    assert len(ids) == 2


def test_a_clients_id_counts_for_nothing(client):
    response = client.get("/healthz", headers={"X-Request-ID": "mine"})
    assert response["X-Request-ID"] != "mine"


@pytest.mark.parametrize("given", ["a", "7f-B_2.x", "a" * 64])
def test_a_trusted_proxys_id_is_kept(client, settings, given):
    settings.TRUSTED_PROXIES = 1
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert response["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "a,b", "a\n", '"}', "编号"])
def test_what_is_no_plain_token_is_not_kept(client, settings, given):
    settings.TRUSTED_PROXIES = 1
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(response["X-Request-ID"]) == 32


def test_a_request_leaves_one_line_with_its_facts(client, log):
    response = client.get("/healthz")
    line = line_of(log, response)
    assert line.pop("milliseconds") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "registry.requests",
        "id": response["X-Request-ID"],
        "message": "request",
        "method": "GET",
        "path": "/healthz",
        "query": [],
        "status": 200,
        "user": "",
        "bytes": 2,
    }


def test_of_a_query_only_the_fields_are_logged(client, log):
    response = client.get("/api/v1/programs/?search=zhangsan&page_size=2&13800138000")
    assert line_of(log, response)["query"] == ["search", "page_size"]
    assert "zhangsan" not in json.dumps(log)
    assert "13800138000" not in json.dumps(log)


def test_no_password_is_logged(client, log, django_user_model):
    django_user_model.objects.create_superuser("li", password="geheim-geheim")
    for word in ("geheim-falsch", "geheim-geheim"):
        client.post("/admin/login/", {"username": "li", "password": word})
    assert len(log) >= 2
    assert "geheim" not in json.dumps(log)


def test_no_session_is_logged(admin_client, log):
    admin_client.get("/admin/")
    assert admin_client.cookies["sessionid"].value not in json.dumps(log)


def test_the_user_is_named_where_a_page_asked_who_it_is(admin_client, log):
    assert line_of(log, admin_client.get("/admin/"))["user"] == "admin"


def test_the_log_itself_does_not_ask_who_it_is(
    admin_client, log, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = admin_client.get("/healthz")
    assert line_of(log, response)["user"] == ""
    assert "Cookie" not in response.get("Vary", "")


def test_other_lines_of_the_request_have_its_id(client, log):
    response = client.get("/talkative/")
    [line] = [line for line in log if line["message"] == "halfway"]
    assert line["id"] == response["X-Request-ID"]


def test_a_line_between_requests_has_none(client, log):
    client.get("/talkative/")
    logging.getLogger("tests").warning("afterwards")
    assert log[-1]["id"] == "-"


def test_a_streams_bytes_are_counted_to_its_end(client, log):
    response = client.get("/stream/")
    assert b"".join(response) == b"abcde"
    response.close()
    assert line_of(log, response)["bytes"] == 5


def test_a_line_written_while_streaming_has_the_id(client, log):
    response = client.get("/stream/")
    b"".join(response)
    [line] = [line for line in log if line["message"] == "streaming"]
    assert line["id"] == response["X-Request-ID"]


def test_a_stream_that_is_cut_off_counts_what_went_out(client, log):
    response = client.get("/stream/")
    next(iter(response))
    response.close()
    assert line_of(log, response)["bytes"] == 3


def test_an_export_is_counted(client, log):
    builders.program(builders.region("310000"))
    response = client.get("/api/v1/programs/?format=csv")
    sent = b"".join(response) if response.streaming else response.content
    response.close()
    assert line_of(log, response)["bytes"] == len(sent) > 0


def test_a_head_request_sends_nothing(client, log):
    assert line_of(log, client.head("/"))["bytes"] == 0


def test_an_error_of_the_server_is_logged_with_its_traceback(client, log):
    client.raise_request_exception = False
    response = client.get("/broken/")
    [line] = [line for line in log if "traceback" in line]
    assert line["id"] == response["X-Request-ID"]
    assert "RuntimeError: broken" in line["traceback"]
    assert line_of(log, response)["level"] == "ERROR"


def answer_500(client):
    client.raise_request_exception = False
    return client.get("/broken/")


def answer_404(client):
    return client.get("/nowhere/")


def answer_400(client):
    return client.get("/nowhere/", {"q": "\0"})


def answer_403(client, django_user_model):
    user = django_user_model.objects.create_user("li", is_staff=True)
    client.force_login(user)
    return client.get("/admin/registry/user/")


@pytest.mark.parametrize(
    ("status", "answer"), [(500, answer_500), (404, answer_404), (400, answer_400)]
)
def test_an_error_page_shows_the_id(client, status, answer):
    response = answer(client)
    assert response.status_code == status
    assert response["X-Request-ID"] in response.text


def test_a_page_that_is_not_allowed_shows_the_id(client, django_user_model):
    response = answer_403(client, django_user_model)
    assert response.status_code == 403
    assert response["X-Request-ID"] in response.text


def test_a_form_without_its_token_is_refused_in_both_languages_with_the_id(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/")
    assert response.status_code == 403
    assert "没有权限" in response.text
    assert "Not allowed" in response.text
    assert response["X-Request-ID"] in response.text


class OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def served(folder, **environment):
    """The id of an answer that gunicorn gives, and the lines it wrote by its end."""
    command = [sys.executable, "-m", "gunicorn", "registry.wsgi", "--log-level=info"]
    server = subprocess.Popen(
        [*command, "--bind", f"unix:{folder}/socket"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=settings.BASE_DIR,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = []
        for line in server.stderr:
            lines.append(line)
            if "Booting worker" in line:
                break
        connection = OverSocket(folder / "socket")
        connection.request("GET", "/favicon.ico?token=geheim")
        identity = connection.getresponse().headers["X-Request-ID"]
    finally:
        server.terminate()
        _output, rest = server.communicate(timeout=30)
    return identity, "".join(lines) + rest


def test_under_gunicorn_the_terminal_stays_quiet(tmp_path):
    identity, lines = served(tmp_path)
    assert identity
    assert identity not in lines


def test_under_gunicorn_a_log_level_shows_the_requests(tmp_path):
    identity, lines = served(tmp_path, LOG_LEVEL="INFO")
    [line] = [json.loads(line) for line in lines.splitlines() if identity in line]
    assert (line["path"], line["query"]) == ("/favicon.ico", ["token"])


def test_in_production_every_line_is_json(tmp_path):
    production = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "".join(map(str, range(100))),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": "postgres://registry@db.invalid/registry",
    }
    identity, lines = served(tmp_path, **production)
    read = [json.loads(line) for line in lines.splitlines()]
    assert [line["id"] for line in read if line["logger"] == "registry.requests"] == [
        identity
    ]
    assert {line["logger"] for line in read} >= {"gunicorn.error", "registry.requests"}
