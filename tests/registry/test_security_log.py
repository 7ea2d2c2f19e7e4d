"""What happens to accounts leaves a line, which holds no secret."""

import json
import logging

import pytest
from django.contrib.auth.models import Group

from registry import logs
from registry.models import Token, User
from tests.registry.test_request_log import Kept

pytestmark = pytest.mark.django_db

PASSWORD = "right-and-long"


@pytest.fixture
def log():
    """What is logged of security while the test runs, as what its JSON lines hold."""
    kept, logger = Kept(), logging.getLogger("registry.security")
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(kept)
    yield kept.lines
    logger.removeHandler(kept)
    logger.setLevel(before)


@pytest.fixture
def li(db):
    return User.objects.create_superuser("li", password=PASSWORD)


def sign_in(client, name="li", password=PASSWORD):
    given = {"username": name, "password": password}
    return client.post("/admin/login/", given, REMOTE_ADDR="203.0.113.1")


def events(log):
    return [line["event"] for line in log]


def test_signing_in_and_out(client, li, log):
    sign_in(client)
    client.post("/admin/logout/")
    assert events(log) == ["signed in", "signed out"]


def test_a_line_says_who_and_from_where(client, li, log):
    sign_in(client)
    assert (log[0]["name"], log[0]["address"]) == ("li", "203.0.113.1")


def test_a_line_has_its_requests_id(client, li, log):
    assert log == []
    assert sign_in(client)["X-Request-ID"] == log[0]["id"]


def test_failing_to(client, li, log):
    sign_in(client, password="wrong")
    assert (events(log), log[0]["name"]) == (["sign-in failed"], "li")


def test_a_password_typed_as_a_name_is_not_told(client, li, log):
    sign_in(client, name=PASSWORD, password="x")
    assert events(log) == ["sign-in failed"]
    assert PASSWORD not in json.dumps(log)


def test_a_token_that_opens_nothing(client, log):
    client.get("/api/v1/", headers={"authorization": "Token tfr_geheim"})
    assert events(log) == ["token refused"]
    assert "geheim" not in json.dumps(log)


def test_a_new_token(li, log):
    _token, text = Token.make(user=li, name="pandas", days=1)
    assert (events(log), log[0]["name"]) == (["token made"], "li")
    assert text not in json.dumps(log)


def test_a_token_that_is_revoked(admin_client, li, log):
    token, _text = Token.make(user=li, name="pandas", days=1)
    chosen = {"action": "revoke", "_selected_action": [token.pk]}
    admin_client.post("/admin/registry/token/", chosen)
    assert log[-1]["change"] == "已撤销。"


def test_rights_that_are_given(admin_client, log):
    wang = User.objects.create_user("wang")
    group = Group.objects.create(name="reviewer")
    form = {
        "username": "wang",
        "is_active": "on",
        "groups": [group.pk],
        "date_joined_0": f"{wang.date_joined:%Y-%m-%d}",
        "date_joined_1": f"{wang.date_joined:%H:%M:%S}",
    }
    admin_client.post(f"/admin/registry/user/{wang.pk}/change/", form)
    assert (log[-1]["by"], log[-1]["object"]) == ("admin", "wang")
    assert "reviewer" in log[-1]["change"]


def test_a_new_password_without_it(admin_client, li, log):
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    admin_client.post(f"/admin/registry/user/{li.pk}/password/", new)
    assert (log[-1]["event"], log[-1]["object"]) == ("account changed", "li")
    assert "another-and-long" not in json.dumps(log)


def test_no_fact_begins_a_line_of_its_own(client, log):
    User.objects.create_user("li\nroot signed in")
    sign_in(client, name="li\nroot signed in")
    assert "\n" not in log[0]["message"]


def test_on_ones_own_machine_it_is_quiet():
    found = logs.configuration(level="INFO", structured=False, requests=False)
    assert found["loggers"]["registry.security"]["level"] == "WARNING"
