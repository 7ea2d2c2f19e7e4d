"""Nobody who looks after people gives, or takes, more than they have."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from registry import rights
from registry.models import Token, User

pytestmark = pytest.mark.django_db

PASSWORD = "right-and-long"


def may(person, *codes):
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))


@pytest.fixture
def clerk():
    """Somebody who looks after users and groups, and may do nothing else."""
    person = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    may(
        person,
        "view_user", "add_user", "change_user",
        "view_group", "add_group", "change_group",
    )  # fmt: skip
    return person


@pytest.fixture
def desk(clerk):
    """The clerk's browser."""
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def reviewers():
    group = Group.objects.create(name="reviewer")
    group.permissions.set(Permission.objects.filter(codename="publish_records"))
    return group


@pytest.fixture
def reviewer(reviewers):
    person = User.objects.create_user("reviewer", password=PASSWORD, is_staff=True)
    person.groups.add(reviewers)
    return person


def form(person, **given):
    return {
        "username": person.username,
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": f"{person.date_joined:%Y-%m-%d}",
        "date_joined_1": f"{person.date_joined:%H:%M:%S}",
    } | given


def page(person, name="change"):
    return f"/admin/registry/user/{person.pk}/{name}/"


def test_a_clerk_joins_no_group_that_may_do_more(desk, clerk, reviewers):
    desk.post(page(clerk), form(clerk, groups=[reviewers.pk]))
    assert not clerk.groups.exists()


def test_a_clerk_joins_a_group_that_may_not(desk, clerk):
    group = Group.objects.create(name="clerks")
    desk.post(page(clerk), form(clerk, groups=[group.pk]))
    assert clerk.groups.get() == group


@pytest.mark.parametrize("name", ["change", "password"])
def test_a_clerk_does_not_touch_who_may_do_more(desk, reviewer, name):
    new = {"password1": "another-and-long", "password2": "another-and-long"}
    answer = desk.post(page(reviewer, name), form(reviewer) | new)
    assert answer.status_code == 403


def test_nor_once_they_are_deactivated(desk, reviewer):
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert desk.post(page(reviewer), form(reviewer)).status_code == 403


def test_a_clerk_changes_who_may_do_no_more(desk):
    wang = User.objects.create_user("wang")
    assert desk.post(page(wang), form(wang)).status_code == 302


def test_a_clerk_makes_no_token_of_who_may_do_more(desk, reviewer):
    given = {"name": "x", "user": reviewer.pk, "days": 1}
    desk.post("/admin/registry/token/add/", given)
    assert not Token.objects.exists()


def test_a_clerk_gives_a_group_only_what_they_have(desk, clerk):
    publish = Permission.objects.get(codename="publish_records")
    view = Permission.objects.get(codename="view_user")
    group = Group.objects.create(name="clerks")
    for right in (publish, view):
        given = {"name": "clerks", "permissions": [right.pk]}
        desk.post(f"/admin/auth/group/{group.pk}/change/", given)
    assert group.permissions.get() == view


def test_a_clerk_does_not_change_a_group_that_may_do_more(desk, reviewers):
    answer = desk.post(f"/admin/auth/group/{reviewers.pk}/change/", {"name": "x"})
    assert answer.status_code == 403


def test_the_shipped_administrators_are_above_all_other_groups(groups):
    boss = User.objects.create_user("boss", is_staff=True)
    boss.groups.add(Group.objects.get(name="administrator"))
    for name in ("reader", "analyst", "reviewer", "administrator"):
        User.objects.create_user(name).groups.add(Group.objects.get(name=name))
    assert not rights.above(boss).exists()


def test_nobody_is_above_a_superuser(reviewer):
    assert not rights.above(User.objects.create_superuser("li")).exists()
