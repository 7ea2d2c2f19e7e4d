"""What a review of access found: each was answered wrongly once."""

from threading import Thread

import pytest
from django.conf import settings as project
from django.contrib.auth.models import Permission
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry import caches as configured
from registry import quiet_cache
from registry.access import limits
from registry.environment import Rate
from registry.models import Token, User
from tests import builders

PROGRAMS = "/api/v1/programs/"


@pytest.fixture
def person(db):
    return User.objects.create_user("wang", is_staff=True)


@pytest.fixture
def header(person):
    return {"authorization": f"Token {Token.make(user=person, name='x', days=1)[1]}"}


@pytest.mark.django_db
@pytest.mark.parametrize("root", ["/x", "/api/v1/docs"])
def test_a_prefix_opens_no_closed_api(settings, root):
    """gunicorn takes it from a header of whoever connects from the same machine."""
    settings.API_ANONYMOUS = False
    answer = Client(SCRIPT_NAME=root).get(PROGRAMS)
    assert answer.status_code == 401
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_below_a_prefix_requests_are_counted(settings):
    settings.API_RATES = dict.fromkeys(project.API_RATES) | {"anonymous": Rate(1, 60)}
    caches[limits.CACHE].clear()
    client = Client(SCRIPT_NAME="/x")
    assert [client.get(PROGRAMS).status_code for _ in range(2)] == [200, 429]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\xa0", "\x85", "\xa0\xa0"])
def test_white_space_is_no_token(client, text):
    answer = client.get(PROGRAMS, headers={"authorization": text})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_slow_reader_of_a_file_keeps_nobody_from_writing(client, header, form):
    answer = client.get(f"{PROGRAMS}?format={form}", headers=header)
    failed = []

    def revoke():
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA busy_timeout = 500")
                else:
                    cursor.execute("SET lock_timeout = '500ms'")
            Token.objects.update(revoked_at=timezone.now())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=revoke)
    thread.start()
    thread.join()
    answer.getvalue()
    assert not failed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [PROGRAMS, f"{PROGRAMS}?format=csv"])
def test_a_cache_that_fails_answers_all(client, settings, caplog, address):
    settings.CACHES = configured.configuration("redis://127.0.0.1:1/0")
    quiet_cache.QuietRedis.over_at = 0.0
    answers = [client.get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers if answer.getvalue()] == [200] * 3
    assert caplog.text.count("Answers are not kept") == 1


@pytest.mark.django_db(transaction=True)
def test_a_star_stands_for_a_kept_answer_too(client):
    cache.clear()
    builders.program(builders.region("310000", name="上海市"))
    assert client.get(PROGRAMS).status_code == 200
    assert client.get(PROGRAMS, headers={"if-none-match": "*"}).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "a " * 400,
        " ".join(letter * 160 for letter in "abcdefghij"),
        " ".join(letter * 160 for letter in "一二三四五六七八九十"),
    ],
)
@pytest.mark.parametrize("address", [PROGRAMS, "/api/v1/measures/", "/api/v1/search/"])
def test_a_long_search_is_answered(client, shipped, text, address):
    assert client.get(address, {"search": text}).status_code == 200


@pytest.mark.django_db
def test_who_left_the_admin_sees_no_drafts(client, person, header):
    person.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    address = f"{PROGRAMS}?publication=any"
    assert client.get(address, headers=header).status_code == 200
    User.objects.update(is_staff=False)
    assert client.get(address, headers=header).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+16:00"])
def test_an_instant_of_any_offset_is_compared(client, offset):
    asked = {"updated_at__gte": f"2026-01-01T00:00:00{offset}"}
    assert client.get(PROGRAMS, asked).status_code == 200
