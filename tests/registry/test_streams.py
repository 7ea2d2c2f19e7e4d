"""Files that readers take slowly leave threads for others, and end."""

import os
import re
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings as configured
from django.test import Client

from registry import streams
from tests import builders

pytestmark = pytest.mark.django_db

FILE = "/api/v1/regions/?format=csv"


@pytest.fixture(autouse=True)
def one_place(settings, monkeypatch):
    """One file at once, and none under way that another test left."""
    settings.STREAMS_AT_ONCE = 1
    monkeypatch.setattr(streams, "PLACES", streams.Places())
    return settings


def test_one_more_than_allowed_is_refused(client):
    client.get(FILE)
    answer = client.get(FILE)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "1" in answer.json()["detail"]


def test_pages_are_answered_meanwhile(client):
    client.get(FILE)
    assert client.get("/api/v1/regions/").status_code == 200


def test_a_page_says_it_in_both_languages(admin_client):
    admin_client.get(FILE)
    answer = admin_client.get("/admin/programs/region/csv/")
    assert answer.status_code == 503
    assert "正在发送的文件过多" in answer.text
    assert "Too many files" in answer.text


def test_a_file_that_was_read_frees_its_place(client):
    b"".join(client.get(FILE))
    assert client.get(FILE).status_code == 200


def test_a_reader_who_goes_frees_its_place(client):
    client.get(FILE).close()
    assert streams.PLACES.taken == 0


def test_a_workbook_takes_a_place_too(client):
    client.get("/api/v1/regions/?format=xlsx")
    assert client.get(FILE).status_code == 503


def test_a_head_takes_none(client):
    client.head(FILE)
    assert client.get(FILE).status_code == 200


def test_what_takes_too_long_is_cut_off(one_place):
    one_place.STREAM_MINUTES = 0
    for number in range(2):
        builders.region(f"31000{number}")
    with pytest.raises(streams.TooSlow):
        b"".join(Client().get(FILE))


def test_what_was_cut_off_frees_its_place(one_place):
    one_place.STREAM_MINUTES = 0
    with closing(Client().get(FILE)) as answer, pytest.raises(streams.TooSlow):
        b"".join(answer)
    assert streams.PLACES.taken == 0


# Under gunicorn

LISTENS = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")

ENDLESS = """
import pathlib

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        while True:
            yield b"x" * 65536
    finally:
        pathlib.Path("ended").touch()
"""
# The project's own file, but for the time that a client is given.
CONFIGURATION = """
exec(open({path!r}).read())
TAKES_NOTHING = 500
"""


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has it")
def test_a_client_that_takes_nothing_is_given_up(tmp_path):
    path = str(configured.BASE_DIR / "gunicorn.conf.py")
    (tmp_path / "endless.py").write_text(ENDLESS)
    (tmp_path / "conf.py").write_text(CONFIGURATION.format(path=path))
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--config", "conf.py"),
            *("--threads", "2", "--bind", "127.0.0.1:0", "endless:application"),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(configured.BASE_DIR)},
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = iter(server.stderr.readline, "")
    try:
        port = next(found[1] for found in map(LISTENS.search, lines) if found)
        assert any("Booting worker" in line for line in lines)
        with socket.create_connection(("127.0.0.1", int(port))) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert any("Connection timed out" in line for line in lines)
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert (tmp_path / "ended").exists()
