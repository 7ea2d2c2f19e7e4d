"""Users: their passwords, their deactivation, the last administrator, their history."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test import Client

from registry.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "right-and-long"


@pytest.fixture
def li():
    return User.objects.create_user("li", password=PASSWORD, is_staff=True)


def address(user, page="change"):
    return f"/admin/registry/user/{user.pk}/{page}/"


def form(user, **changes):
    """What the form of a user sends; a right that is false is a box not ticked."""
    fields = {
        "username": user.username,
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": [group.pk for group in user.groups.all()],
    } | changes
    return {name: value for name, value in fields.items() if value is not False}


def save(client, user, language="zh-hans", **changes):
    headers = {"Accept-Language": language}
    return client.post(address(user), form(user, **changes), headers=headers)


# Passwords


@pytest.mark.parametrize(
    "word",
    [
        "elevenchars",
        "password1234",
        "1qaz2wsx3edc4rfv",
        "987654321098765",
        "administrator-li",
    ],
)
def test_a_weak_password_is_refused(word):
    with pytest.raises(ValidationError):
        validate_password(word, User(username="administrator-li"))


def test_twelve_characters_are_enough():
    validate_password("twelve-chars")


def test_the_first_administrators_password_obeys_the_rules(capsys):
    call_command("ensure_admin")
    validate_password(capsys.readouterr().out.split()[-1], User.objects.get())


@pytest.mark.parametrize(
    ("language", "rule"),
    [("zh-hans", "你的密码必须包含至少 12 个字符。"), ("en", "at least 12 characters")],
)
@pytest.mark.parametrize(
    "page", ["/admin/password_change/", "/admin/registry/user/add/"]
)
def test_the_rules_stand_beside_the_field(admin_client, page, language, rule):
    shown = admin_client.get(page, headers={"Accept-Language": language})
    assert rule in shown.text


def test_a_weak_password_is_refused_in_the_form(admin_client, li):
    new = {"password1": "short", "password2": "short"}
    response = admin_client.post(address(li, "password"), new)
    assert response.status_code == 200
    li.refresh_from_db()
    assert li.check_password(PASSWORD)


def test_a_password_is_replaced_but_never_taken_away(admin_client, li):
    response = admin_client.post(
        address(li, "password"), {"usable_password": "false", "unset-password": "1"}
    )
    assert response.status_code == 200
    li.refresh_from_db()
    assert li.has_usable_password()


def test_a_user_is_added_with_a_password(admin_client):
    new = {"username": "wang", "password1": PASSWORD, "password2": PASSWORD}
    assert admin_client.post("/admin/registry/user/add/", new).status_code == 302
    assert User.objects.get(username="wang").check_password(PASSWORD)


# Never deleted


def test_a_user_has_no_page_to_be_deleted_on(admin_client, li):
    assert admin_client.post(address(li, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=li.pk).exists()


def test_a_list_of_users_has_no_deletion(admin_client, li):
    page = "/admin/registry/user/"
    assert "delete_selected" not in admin_client.get(page).text
    chosen = {"action": "delete_selected", "_selected_action": [li.pk], "post": "yes"}
    admin_client.post(page, chosen)
    assert User.objects.filter(pk=li.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("users", [User.objects.get, User.objects.all])
def test_code_that_deletes_users_is_refused(li, users):
    with pytest.raises(ProtectedError):
        users().delete()
    assert User.objects.get() == li


def test_a_group_with_people_in_it_is_not_deleted(admin_client, li):
    group = Group.objects.create(name="analyst")
    li.groups.add(group)
    page = f"/admin/auth/group/{group.pk}/delete/"
    assert admin_client.post(page, {"post": "yes"}).status_code == 403
    li.groups.clear()
    assert admin_client.post(page, {"post": "yes"}).status_code == 302


def test_a_list_of_groups_has_no_deletion(admin_client):
    group = Group.objects.create(name="analyst")
    page = "/admin/auth/group/"
    chosen = {
        "action": "delete_selected",
        "_selected_action": [group.pk],
        "post": "yes",
    }
    admin_client.post(page, chosen)
    assert Group.objects.filter(pk=group.pk).exists()


# The last administrator


@pytest.mark.parametrize("right", ["is_active", "is_staff", "is_superuser"])
def test_the_last_administrator_stays(admin_client, admin_user, right):
    response = save(admin_client, admin_user, **{right: False})
    assert "最后一位有效的管理员" in response.text
    admin_user.refresh_from_db()
    assert getattr(admin_user, right)


def test_the_reason_is_said_in_english_too(admin_client, admin_user):
    response = save(admin_client, admin_user, "en", is_active=False)
    assert "admin is the last active administrator" in response.text


@pytest.mark.parametrize("right", ["is_active", "is_staff", "is_superuser"])
def test_one_of_two_administrators_may_go(admin_client, admin_user, right):
    User.objects.create_superuser("wang", password=PASSWORD)
    assert save(admin_client, admin_user, **{right: False}).status_code == 302


def test_a_deactivated_administrator_is_none(admin_client, admin_user):
    User.objects.create_superuser("wang", password=PASSWORD, is_active=False)
    assert save(admin_client, admin_user, is_active=False).status_code == 200


def test_others_are_deactivated_freely(admin_client, li):
    assert save(admin_client, li, is_active=False).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_administrators_can_not_deactivate_each_other_at_once():
    first, second = (
        User.objects.create_superuser(name, password=PASSWORD) for name in "ab"
    )
    client = Client()
    client.force_login(second)

    def deactivate_first():
        try:
            return save(client, first, is_active=False).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            second.is_active = False
            second.full_clean()
            second.save()
            # Time enough for it to be through, if nothing held it back.
            meanwhile = pool.submit(deactivate_first)
            wait([meanwhile], timeout=2)
        meanwhile.result()
    assert list(User.administrators()) == [first]


# Who may give what


@pytest.fixture
def clerk():
    """Somebody who looks after users without being an administrator."""
    user = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    codes = ["view_user", "add_user", "change_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def test_a_clerk_makes_nobody_an_administrator(clerk, li):
    assert save(clerk, li, is_superuser=True).status_code == 302
    li.refresh_from_db()
    assert not li.is_superuser


def test_a_clerk_gives_no_single_rights(clerk, li):
    right = Permission.objects.get(codename="delete_user")
    save(clerk, li, user_permissions=[right.pk])
    assert not li.user_permissions.exists()


@pytest.mark.parametrize("page", ["change", "password"])
def test_a_clerk_does_not_touch_an_administrator(clerk, admin_user, page):
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    answer = clerk.post(address(admin_user, page), form(admin_user) | new)
    assert answer.status_code == 403


# The history


def history(client, user):
    return client.get(address(user, "history")).text


def test_the_history_says_which_rights_became_what(admin_client, li):
    group = Group.objects.create(name="reviewer")
    save(admin_client, li, is_active=False, groups=[group.pk])
    shown = history(admin_client, li)
    assert "有效:是 → 否" in shown
    assert "组:– → reviewer" in shown


def test_the_history_names_who_did_it(admin_client, li):
    save(admin_client, li, first_name="四")
    shown = history(admin_client, li)
    assert "admin" in shown
    assert "修改了:名字" in shown


def test_the_history_has_a_new_password_without_the_password(admin_client, li):
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    admin_client.post(address(li, "password"), new)
    assert "修改了:密码" in history(admin_client, li)
    assert "another" not in history(admin_client, li)


def test_the_history_of_a_group_says_its_rights(admin_client):
    group = Group.objects.create(name="reader")
    right = Permission.objects.get(codename="view_user")
    page = f"/admin/auth/group/{group.pk}"
    admin_client.post(f"{page}/change/", {"name": "reader", "permissions": [right.pk]})
    assert "Can view user" in admin_client.get(f"{page}/history/").text


def test_the_history_stays_when_its_author_is_deactivated(admin_client, admin_user, li):
    save(admin_client, li, first_name="四")
    User.objects.create_superuser("wang", password=PASSWORD)
    save(admin_client, admin_user, is_active=False)
    assert LogEntry.objects.filter(user=admin_user).count() == 2
