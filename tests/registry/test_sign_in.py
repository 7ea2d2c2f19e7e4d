"""Failed attempts to sign in are limited; nobody is shut out or learns of names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.models import FailedSignIns, User

pytestmark = pytest.mark.django_db

PASSWORD = "right-and-long"
HERE, THERE = "203.0.113.1", "203.0.113.2"


@pytest.fixture(autouse=True)
def limits(settings):
    settings.SIGN_IN_ATTEMPTS = 3
    settings.SIGN_IN_ATTEMPTS_NAME = 6
    settings.SIGN_IN_ATTEMPTS_ADDRESS = 9
    settings.SIGN_IN_PAUSE = 15
    return settings


@pytest.fixture
def li():
    return User.objects.create_superuser("li", password=PASSWORD)


def attempt(
    name="li",
    password="wrong",  # noqa: S107
    *,
    browser=None,
    address=HERE,
    **headers,
):
    """The answer to an attempt; each from a browser of its own unless one is given."""
    return (browser or Client()).post(
        "/admin/login/",
        {"username": name, "password": password},
        REMOTE_ADDR=address,
        headers=headers,
    )


def fail(times, name="li", **where):
    for _time in range(times):
        assert attempt(name, **where).status_code == 200


def refused(response):
    return response.status_code == 429


def pass_time(**by):
    """All that was counted was counted so much earlier."""
    for row in FailedSignIns.objects.all():
        row.until -= timedelta(**by)
        row.save()


def test_the_right_password_signs_in(li):
    assert attempt(password=PASSWORD).status_code == 302


def test_up_to_the_limit_the_right_password_signs_in(li):
    fail(2)
    assert attempt(password=PASSWORD).status_code == 302


def test_after_the_limit_not_even_the_right_password_does(li):
    fail(3)
    browser = Client()
    assert refused(attempt(password=PASSWORD, browser=browser))
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-hans", "登录失败次数过多。请在 15 分钟后重试,或联系管理员。"),
        (
            "en",
            "Too many failed attempts to sign in. Try again in 15 minutes, or ask an"
            " administrator.",
        ),
    ],
)
def test_a_refusal_says_for_how_long(li, language, sentence):
    fail(3)
    assert sentence in attempt(**{"Accept-Language": language}).text


def test_a_refusal_says_for_how_long_to_programs(li):
    fail(3)
    assert 890 <= int(attempt()["Retry-After"]) <= 900


def test_the_last_minute_is_one_minute(li):
    fail(3)
    pass_time(minutes=14, seconds=30)
    assert "Try again in 1 minute," in attempt(**{"Accept-Language": "en"}).text


def test_after_the_pause_one_may_sign_in(li):
    fail(3)
    pass_time(minutes=15)
    assert attempt(password=PASSWORD).status_code == 302


def test_after_the_pause_the_count_begins_anew(li):
    fail(3)
    pass_time(minutes=15)
    fail(3)
    assert refused(attempt())


def test_attempts_during_the_pause_do_not_lengthen_it(li):
    fail(3)
    pass_time(minutes=10)
    for _time in range(20):
        attempt()
    assert int(attempt()["Retry-After"]) <= 300


def test_success_clears_the_names_count(li):
    fail(2)
    attempt(password=PASSWORD)
    fail(3)


def test_success_does_not_clear_the_addresss_count(li):
    for number in range(8):
        fail(1, f"name-{number}")
    attempt(password=PASSWORD)
    fail(1, "name-8")
    assert refused(attempt("name-9"))


def test_success_is_not_counted_as_a_failure(li):
    for _time in range(12):
        assert attempt(password=PASSWORD).status_code == 302


def test_a_right_password_without_the_right_to_enter_counts(li):
    User.objects.create_user("reader", password=PASSWORD)
    for _time in range(3):
        assert attempt("reader", PASSWORD).status_code == 200
    assert refused(attempt("reader", PASSWORD))


def test_a_deactivated_users_right_password_counts(li):
    User.objects.create_user("old", password=PASSWORD, is_staff=True, is_active=False)
    for _time in range(3):
        assert attempt("old", PASSWORD).status_code == 200
    assert refused(attempt("old", PASSWORD))


def test_an_empty_form_is_no_attempt(li):
    for _time in range(5):
        assert attempt("li", "").status_code == 200
    assert attempt(password=PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["LI", "li", "Li"])
def test_a_name_is_one_name_however_it_is_written(li, name):
    fail(3)
    assert refused(attempt(name))


def test_an_address_has_a_limit_whatever_the_names(li):
    for number in range(9):
        fail(1, f"name-{number}")
    assert refused(attempt("another"))
    assert not refused(attempt("another", address=THERE))


def test_an_ipv6_client_is_its_network(li):
    for number in range(9):
        fail(1, f"name-{number}", address=f"2001:db8:1:2::{number}")
    assert refused(attempt("another", address="2001:db8:1:2:ffff::1"))
    assert not refused(attempt("another", address="2001:db8:1:3::1"))


def test_a_name_has_a_limit_whatever_the_addresses(li):
    for number in range(6):
        fail(1, address=f"203.0.113.{number}")
    assert refused(attempt(password=PASSWORD, address="203.0.113.77"))


# Nobody is shut out by others


def test_one_attacker_does_not_shut_out_an_analyst_elsewhere(li):
    for _time in range(30):
        attempt(address=THERE)
    assert attempt(password=PASSWORD).status_code == 302


def test_many_attackers_do_not_shut_out_a_browser_that_was_signed_in(li):
    browser = Client()
    attempt(password=PASSWORD, browser=browser)
    browser.post("/admin/logout/")
    for number in range(30):
        attempt(address=f"203.0.113.{number}")
    assert refused(attempt(password=PASSWORD))
    assert attempt(password=PASSWORD, browser=browser).status_code == 302


def test_a_neighbour_at_the_address_does_not_shut_out_such_a_browser(li):
    browser = Client()
    attempt(password=PASSWORD, browser=browser)
    browser.post("/admin/logout/")
    for number in range(30):
        attempt(f"name-{number}")
    assert attempt(password=PASSWORD, browser=browser).status_code == 302


def test_such_a_browser_has_a_limit_of_its_own(li):
    browser = Client()
    attempt(password=PASSWORD, browser=browser)
    fail(3, browser=browser)
    assert refused(attempt(password=PASSWORD, browser=browser))


def test_such_a_browser_is_known_for_its_own_name_only(li):
    User.objects.create_superuser("wang", password=PASSWORD)
    browser = Client()
    attempt("wang", PASSWORD, browser=browser)
    fail(3)
    assert refused(attempt(browser=browser))


def test_a_browser_can_not_make_itself_known(li):
    fail(3)
    browser = Client()
    browser.cookies["known_browser"] = '["li","abc"]'
    assert refused(attempt(browser=browser))


def test_the_cookie_is_for_the_server_only(li):
    cookie = attempt(password=PASSWORD).cookies["known_browser"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# Nobody learns of names


def answers(name):
    """What an outsider sees of five attempts, but for tokens and the name itself."""
    seen = []
    for number in range(5):
        response = attempt(name, address=f"198.51.100.{len(name)}")
        errors = response.context["form"].errors.as_json()
        seen.append((response.status_code, errors, sorted(response.cookies), number))
    return seen


def test_a_name_that_exists_is_answered_like_one_that_does_not(li):
    User.objects.create_user("reader", password=PASSWORD)
    User.objects.create_user("retired", password=PASSWORD, is_active=False)
    assert answers("li") == answers("reader") == answers("retired") == answers("nobody")


def test_a_name_that_does_not_exist_costs_the_same_queries(li):
    def cost(name):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            attempt(name, address=f"198.51.100.{len(name)}")
        return len(queries)

    assert cost("li") == cost("nobody")


# The address


def by_proxy(settings, count, forwarded, address="10.0.0.1"):
    """Attempts with that header until the address is refused; then its counters."""
    settings.TRUSTED_PROXIES = count
    attempt("nobody", address=address, **{"X-Forwarded-For": forwarded})
    rows = FailedSignIns.objects.filter(kind="address")
    return list(rows.values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "192.0.2.9", ["10.0.0.1"]),
        (1, "192.0.2.9", ["192.0.2.9"]),
        (1, "8.8.8.8, 192.0.2.9", ["192.0.2.9"]),
        (2, "8.8.8.8, 192.0.2.9, 10.0.0.2", ["192.0.2.9"]),
        (2, "192.0.2.9", ["10.0.0.1"]),
        (1, "::ffff:192.0.2.9", ["192.0.2.9"]),
        (1, "nonsense", []),
    ],
)
def test_the_address_is_what_trusted_proxies_say(limits, proxies, forwarded, counted):
    assert by_proxy(limits, proxies, forwarded) == counted


def test_behind_a_unix_socket_names_are_still_counted(li):
    fail(6, address="")
    assert refused(attempt(address=""))


# At once


@pytest.mark.django_db(transaction=True)
def test_of_attempts_at_once_exactly_the_limit_is_looked_at(li):
    def once(_number):
        try:
            return attempt().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(once, range(24)))
    assert statuses == [200] * 3 + [429] * 21


@pytest.mark.django_db(transaction=True)
def test_of_attempts_at_once_from_everywhere_exactly_the_names_limit_is(li):
    def once(number):
        try:
            return attempt(address=f"203.0.113.{number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(once, range(24)))
    assert statuses == [200] * 6 + [429] * 18


# An administrator


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(User.objects.create_superuser("admin", password=PASSWORD))
    return client


def lift(client):
    rows = list(FailedSignIns.objects.values_list("pk", flat=True))
    return client.post(
        "/admin/registry/failedsignins/",
        {"action": "lift", "_selected_action": rows},
        follow=True,
    )


def test_an_administrator_sees_who_has_to_wait(li, administrator):
    fail(3)
    page = administrator.get("/admin/registry/failedsignins/?q=li")
    until = FailedSignIns.objects.get(kind="pair").until
    [shown] = [r for r in page.context["cl"].result_list if r.kind == "pair"]
    assert (shown.subject, shown.attempts) == (f"li {HERE}", 3)
    assert f"{timezone.localtime(until):%H:%M}" in page.text


def test_what_is_over_is_not_shown(li, administrator):
    fail(3)
    pass_time(minutes=15)
    page = administrator.get("/admin/registry/failedsignins/")
    assert not page.context["cl"].result_list


def test_an_administrator_lifts_the_pause(li, administrator):
    fail(3)
    lift(administrator)
    assert attempt(password=PASSWORD).status_code == 302


def test_the_users_history_says_who_lifted_it(li, administrator):
    fail(3)
    lift(administrator)
    history = administrator.get(f"/admin/registry/user/{li.pk}/history/").text
    assert "已解除登录暂停" in history


def test_the_shipped_group_of_administrators_may_lift_it(li):
    call_command("loaddata", "fixtures/groups.json", verbosity=0)
    user = User.objects.create_user("wang", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client = Client()
    client.force_login(user)
    fail(3)
    lift(client)
    assert attempt(password=PASSWORD).status_code == 302


def test_who_may_only_look_can_not_lift_it(li):
    fail(3)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_failedsignins"))
    client = Client()
    client.force_login(reader)
    assert "li" in client.get("/admin/registry/failedsignins/").text
    lift(client)
    assert refused(attempt())


def test_what_is_over_is_forgotten_when_somebody_signs_in(li):
    fail(2, "password-typed-as-name")
    pass_time(minutes=15)
    attempt(password=PASSWORD)
    assert not FailedSignIns.objects.filter(subject__contains="typed").exists()
