"""Tokens in the admin: who makes them for whom, sees them, revokes them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client

from registry.access import tokens
from registry.models import Token, User

pytestmark = pytest.mark.django_db

LIST = "/admin/registry/token/"
ADD = f"{LIST}add/"


@pytest.fixture
def as_(groups):
    """A client signed in as a new person, of that group if one is named."""

    def sign_in(name, group="", **facts):
        user = User.objects.create_user(name, is_staff=True, **facts)
        if group:
            user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def make(client, **fields):
    return client.post(ADD, {"name": "pandas", "days": 30} | fields)


@pytest.fixture
def other(groups):
    """A token of somebody else."""
    user = User.objects.create_user("zhao", is_staff=True)
    return Token.make(user=user, name="theirs", days=30)[0]


def revoke(client, token):
    return client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})


@pytest.mark.parametrize("group", ["", "reader", "analyst"])
def test_people_make_tokens_for_themselves(as_, group):
    assert make(as_("wang", group)).status_code == 200
    assert Token.objects.get().user.username == "wang"


def test_the_page_after_shows_a_token_that_works(as_):
    answer = make(as_("wang"))
    plain = answer.context["plain"]
    assert plain in answer.content.decode()
    assert tokens.read(plain).name == "pandas"


def test_that_page_is_kept_nowhere(as_):
    assert "no-store" in make(as_("wang"))["Cache-Control"]


def test_no_other_page_shows_the_token(as_):
    client = as_("wang")
    plain = make(client).context["plain"]
    token = Token.objects.get()
    for page in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        assert plain not in client.get(page).content.decode()


@pytest.mark.parametrize("days", ["0", "366", "", "ten"])
def test_days_out_of_range_are_refused(as_, days):
    assert "errornote" in make(as_("wang"), days=days).content.decode()
    assert not Token.objects.exists()


def test_people_do_not_choose_for_whom(as_, other):
    make(as_("wang"), user=other.user.pk)
    assert Token.objects.get(name="pandas").user != other.user


def test_administrators_make_tokens_for_others(as_, other):
    make(as_("li", "administrator"), user=other.user.pk)
    assert Token.objects.get(name="pandas").user == other.user


def test_it_stands_in_the_history_of_the_other(as_, other):
    make(as_("li", "administrator"), user=other.user.pk)
    entry = LogEntry.objects.get(object_id=str(other.user.pk))
    assert "pandas" in entry.change_message


def test_who_is_no_superuser_makes_none_of_one(as_):
    above = User.objects.create_superuser("chen")
    make(as_("li", "administrator"), user=above.pk)
    assert not Token.objects.exists()


def test_a_deactivated_person_gets_none(as_, other):
    User.objects.filter(pk=other.user.pk).update(is_active=False)
    make(as_("li", "administrator"), user=other.user.pk)
    assert not Token.objects.filter(name="pandas").exists()


def test_people_do_not_see_the_tokens_of_others(as_, other):
    client = as_("wang", "reviewer")
    assert "theirs" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{other.pk}/change/").status_code == 302


def test_administrators_see_the_tokens_of_others(as_, other):
    page = as_("li", "administrator").get(LIST).content.decode()
    assert "theirs" in page


def test_a_revoked_token_works_no_more(as_):
    client = as_("wang")
    plain = make(client).context["plain"]
    revoke(client, Token.objects.get())
    with pytest.raises(tokens.Rejected):
        tokens.read(plain)


def test_people_do_not_revoke_the_tokens_of_others(as_, other):
    revoke(as_("wang"), other)
    assert Token.objects.get(pk=other.pk).revoked_at is None


def test_administrators_revoke_the_tokens_of_others(as_, other):
    revoke(as_("li", "administrator"), other)
    assert Token.objects.get(pk=other.pk).revoked_at


def test_revoking_stands_in_the_history(as_, other):
    revoke(as_("li", "administrator"), other)
    assert LogEntry.objects.filter(object_id=str(other.pk)).exists()


def test_nobody_deletes_a_token(admin_client, other):
    assert admin_client.post(f"{LIST}{other.pk}/delete/").status_code == 403


@pytest.mark.parametrize(("works", "shown"), [("yes", True), ("no", False)])
def test_the_list_is_filtered_by_whether_they_work(admin_client, other, works, shown):
    page = admin_client.get(f"{LIST}?works={works}").content.decode()
    assert ("theirs" in page) is shown


def test_the_list_is_searched_by_person(admin_client, other):
    assert "theirs" in admin_client.get(f"{LIST}?q=zhao").content.decode()
