"""Sessions end: unused, after a working day, with the password, with the user."""

import html
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from registry.sessions import STARTED, SessionStore

pytestmark = pytest.mark.django_db

PASSWORD = "right-and-long"
IDLE = timedelta(minutes=120)
DAY = timedelta(hours=12)


@pytest.fixture(autouse=True)
def times(settings):
    settings.SESSION_IDLE_MINUTES = 120
    settings.SESSION_HOURS = 12
    settings.SESSION_COOKIE_AGE = 12 * 3600


@pytest.fixture
def li():
    return get_user_model().objects.create_superuser("li", password=PASSWORD)


@pytest.fixture
def tab(li):
    return sign_in("li")


def sign_in(name, tab=None):
    tab = tab or Client()
    answer = tab.post("/admin/login/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302
    return tab


def key(tab):
    return tab.cookies["sessionid"].value


def is_in(tab):
    return tab.get("/admin/").status_code == 200


def unused_for(tab, time):
    """As though the tab had last asked for something so long ago."""
    row = Session.objects.get(pk=key(tab))
    row.expire_date -= time
    row.save()


def signed_in_for(tab, time):
    """As though its user had signed in so much earlier, and used it ever since."""
    session = SessionStore(key(tab))
    session[STARTED] -= time.total_seconds()
    session.save()


def row(tab):
    return Session.objects.get(pk=key(tab))


def test_a_session_that_is_used_goes_on(tab):
    unused_for(tab, IDLE - timedelta(minutes=5))
    assert is_in(tab)
    unused_for(tab, IDLE - timedelta(minutes=5))
    assert is_in(tab)


def test_a_session_that_is_not_used_ends(tab):
    unused_for(tab, IDLE)
    assert not is_in(tab)


def test_a_session_ends_after_its_hours_however_much_it_is_used(tab):
    signed_in_for(tab, DAY)
    assert not is_in(tab)


def test_until_then_it_lasts(tab):
    signed_in_for(tab, DAY - timedelta(minutes=5))
    assert is_in(tab)


def test_use_does_not_carry_it_past_its_hours(tab):
    signed_in_for(tab, DAY - timedelta(minutes=30))
    is_in(tab)
    assert row(tab).expire_date - timezone.now() <= timedelta(minutes=30)


def test_a_session_that_is_over_leaves_nothing(tab):
    signed_in_for(tab, DAY)
    is_in(tab)
    assert not Session.objects.filter(pk=key(tab)).exists()


def test_a_session_that_does_not_say_when_it_began_is_over(tab):
    session = SessionStore(key(tab))
    del session[STARTED]
    session.save()
    assert not is_in(tab)


def test_signing_in_again_begins_anew(tab):
    signed_in_for(tab, DAY - timedelta(minutes=5))
    sign_in("li", tab)
    unused_for(tab, timedelta(minutes=30))
    assert is_in(tab)


def test_a_page_within_a_minute_writes_nothing(tab, django_assert_num_queries):
    is_in(tab)
    before = row(tab).expire_date
    is_in(tab)
    assert row(tab).expire_date == before


def test_signing_in_gives_a_new_key(li):
    tab = Client()
    tab.cookies["sessionid"] = "a" * 32
    sign_in("li", tab)
    assert key(tab) != "a" * 32


def test_signing_in_again_gives_a_new_key(tab):
    before = key(tab)
    sign_in("li", tab)
    assert key(tab) != before
    assert not Session.objects.filter(pk=before).exists()


def test_signing_out_ends_the_session_at_the_server(tab):
    before = key(tab)
    tab.post("/admin/logout/")
    assert not Session.objects.filter(pk=before).exists()


def test_the_cookie_is_kept_from_scripts_and_other_sites(li):
    cookie = sign_in("li").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


def test_in_production_cookies_go_over_https_only():
    code = (
        "from registry import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    production = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "production",
        "SECRET_KEY": "".join(map(str, range(100))),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": "postgres://registry@db.invalid/registry",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=production,
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["True", "True"], done.stderr


# The password and the user


def test_a_new_password_ends_the_users_other_sessions(tab):
    other = sign_in("li")
    tab.post(
        "/admin/password_change/",
        {
            "old_password": PASSWORD,
            "new_password1": "another-and-long",
            "new_password2": "another-and-long",
        },
    )
    assert is_in(tab)
    assert not is_in(other)


def test_a_password_that_an_administrator_sets_ends_all_of_them(tab, admin_client):
    user = get_user_model().objects.get(username="li")
    address = f"/admin/registry/user/{user.pk}/password/"
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    assert admin_client.post(address, new).status_code == 302
    assert not is_in(tab)
    assert is_in(admin_client)


def set_active(admin_client, user, active):
    address = f"/admin/registry/user/{user.pk}/change/"
    form = admin_client.get(address).context["adminform"].form
    data = {"username": user.username, "is_staff": "on", "is_superuser": "on"}
    if active:
        data["is_active"] = "on"
    assert form.is_bound is False
    assert admin_client.post(address, data).status_code == 302


def test_a_deactivated_user_is_out_at_the_next_request(tab, li, admin_client):
    set_active(admin_client, li, False)
    assert not is_in(tab)


def test_so_is_one_deactivated_by_other_ways(tab, li):
    get_user_model().objects.filter(pk=li.pk).update(is_active=False)
    assert not is_in(tab)


def test_activated_again_a_user_has_to_sign_in_again(tab, li, admin_client):
    set_active(admin_client, li, False)
    set_active(admin_client, li, True)
    assert not is_in(tab)
    assert is_in(sign_in("li"))


def test_a_change_of_name_ends_no_session(tab, li):
    li.first_name = "四"
    li.save()
    assert is_in(tab)


def test_a_key_that_gave_way_keeps_its_sessions(tab, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "b" * 60
    assert is_in(tab)


# A form that is sent after the session has ended


def late(tab, li, **fields):
    """The answer to a form of a user, with that first name, sent too late."""
    unused_for(tab, IDLE)
    fields = {"username": "li", "is_active": "on", "groups": []} | fields
    return tab.post(f"/admin/registry/user/{li.pk}/change/", fields)


def hidden(response):
    """What the page would send on: its hidden fields."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', response.text)
    return {name: html.unescape(value) for name, value in found}


def sign_in_there(tab, page, password=PASSWORD):
    given = {"username": "li", "password": password}
    return tab.post("/admin/login/", hidden(page) | given)


def test_a_form_that_comes_late_is_kept_and_sent_after_signing_in(tab, li):
    form = {"first_name": '四"&<', "is_staff": "on", "is_superuser": "on"}
    offer = sign_in_there(tab, late(tab, li, **form))
    assert tab.post(offer.context["address"], hidden(offer)).status_code == 302
    li.refresh_from_db()
    assert li.first_name == '四"&<'


def test_nothing_is_saved_before_it_is_sent(tab, li):
    sign_in_there(tab, late(tab, li, first_name="四"))
    li.refresh_from_db()
    assert li.first_name == ""


def test_it_outlasts_a_wrong_password(tab, li):
    page = sign_in_there(tab, late(tab, li, first_name="四"), "wrong")
    assert "四" in sign_in_there(tab, page).text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-hans", "您填写的内容保留在本页"), ("en", "What you filled in is kept")],
)
def test_the_page_says_so(tab, li, language, sentence):
    tab.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = late(tab, li)
    assert page.status_code == 401
    assert sentence in page.text
    assert "no-store" in page["Cache-Control"]


def test_passwords_are_not_kept(tab, li):
    unused_for(tab, IDLE)
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    page = tab.post(f"/admin/registry/user/{li.pk}/password/", new)
    assert page.status_code == 302


def test_a_form_that_somebody_made_up_is_not_sent(tab, li):
    page = late(tab, li)
    given = {"username": "li", "password": PASSWORD, "unsent": "e30:1:made-up"}
    assert page.status_code == 401
    assert tab.post("/admin/login/", given).status_code == 302


def test_opening_a_page_late_leads_to_the_sign_in_page(tab):
    unused_for(tab, IDLE)
    assert tab.get("/admin/registry/user/").url.startswith("/admin/login/?next=")
