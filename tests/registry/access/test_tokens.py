"""Tokens over HTTP: who is known by which, and what those are told who are not."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from registry.access import tokens
from registry.models import Token, User

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/"


@pytest.fixture
def person():
    return User.objects.create_user("wang", password="geheim-geheim")


@pytest.fixture
def made(person):
    """(token, its text)"""
    return Token.make(user=person, name="pandas", days=30)


@pytest.fixture
def ask(client, made):
    def ask(text=made[1], scheme="Token", **headers):
        return client.get(ADDRESS, headers={"authorization": f"{scheme} {text}"})

    return ask


@pytest.mark.parametrize("scheme", ["Token", "token", "Bearer"])
def test_a_token_opens_the_api(ask, settings, scheme):
    settings.API_ANONYMOUS = False
    assert ask(scheme=scheme).status_code == 200


def test_a_token_begins_recognisably(made):
    assert made[1].startswith("tfr_")


def test_only_its_hash_is_kept(made):
    token, text = made
    assert token.digest == hashlib.sha512(text.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_token")
        assert text not in str(cursor.fetchall())


def refused(answer, sentence):
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Token ")
    assert sentence in answer.json()["detail"]


def test_an_unknown_token(ask):
    refused(ask("tfr_" + 64 * "0"), "不认识")


def test_it_is_said_in_english_too(client):
    headers = {"authorization": "Token tfr_0", "accept-language": "en"}
    refused(client.get(ADDRESS, headers=headers), "This token is not known.")


def test_another_end_of_a_token_is_unknown(ask, made):
    refused(ask(made[1][:-1] + "g"), "不认识")


@pytest.mark.parametrize("text", ["secret", "密", "tfr_密", "tfr_\x00", "", "tfr_a b"])
def test_what_is_no_token(ask, text):
    assert ask(text).status_code == 401


def test_another_scheme_is_not_passed_over(ask):
    refused(ask("d2FuZzpnZWhlaW0=", scheme="Basic"), "Authorization")


def test_an_expired_token(ask, made):
    Token.objects.update(expiry=timezone.now())
    refused(ask(), "已过期")


def test_a_revoked_token(ask, made):
    Token.objects.update(revoked_at=timezone.now())
    refused(ask(), "已撤销")


def test_the_token_of_a_deactivated_person(ask, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    refused(ask(), "停用")


def test_activating_a_person_again_brings_no_token_back(ask, person):
    person.is_active = False
    person.save()
    person.is_active = True
    person.save()
    refused(ask(), "停用")


@pytest.mark.parametrize("name", ["token", "access_token", "api_key"])
def test_a_token_in_the_address_is_refused(client, made, name):
    answer = client.get(f"/api/v1/programs/?{name}={made[1]}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


def test_a_session_does_not_open_a_closed_api(client, person, settings):
    settings.API_ANONYMOUS = False
    client.force_login(person)
    assert client.get(ADDRESS).status_code == 401


@pytest.mark.parametrize(
    "address", ["/api/v1/", "/api/v1/programs/", "/api/v1/nothing/", "/api/v1/changes/"]
)
def test_a_closed_api_asks_for_a_token(client, settings, address):
    settings.API_ANONYMOUS = False
    refused(client.get(address), "令牌")


def test_a_closed_api_still_tells_of_itself(client, settings):
    settings.API_ANONYMOUS = False
    assert client.get("/api/v1/docs/").status_code == 200


def test_use_is_noted(ask, made):
    ask()
    made[0].refresh_from_db()
    assert timezone.now() - made[0].last_used_at < timedelta(minutes=1)


def test_use_is_noted_once_in_five_minutes(ask, made, django_assert_num_queries):
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=4))
    with django_assert_num_queries(1):
        ask()


@pytest.mark.django_db(transaction=True)
def test_noting_use_waits_for_no_writer(made):
    """Another connection holds what the note would need."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE registry_token SET name = 'other'")
        started = timezone.now()
        tokens.note_use(made[0])
        assert timezone.now() - started < timedelta(seconds=2)
    finally:
        other.rollback()
        other.close()
    made[0].refresh_from_db()
    assert made[0].last_used_at is None


def test_the_command_prints_a_token_that_works(ask, person, capsys):
    call_command("create_token", "wang", name="cron", days=7)
    text = capsys.readouterr().out.strip()
    assert tokens.read(text).user == person


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"username": "nobody"}, "no active user"),
        ({"days": 366}, "1 to 365 days"),
        ({"days": 0}, "1 to 365 days"),
        ({"name": " "}, "1 to 100 characters"),
    ],
)
def test_the_command_says_what_is_wrong(person, options, sentence):
    given = {"username": "wang", "name": "cron", "days": 7} | options
    with translation.override("en"), pytest.raises(CommandError, match=sentence):
        call_command("create_token", given.pop("username"), **given)
