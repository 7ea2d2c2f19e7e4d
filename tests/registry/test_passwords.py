"""Which passwords people may choose."""

import pytest
from django.test import Client

from registry.models import User

pytestmark = pytest.mark.django_db

LONG = "  一匹 horse, and Größe ½ of 𠮷 ''\";--<b> " * 4


def test_a_long_password_of_any_characters_signs_in(admin_client, admin_user):
    assert len(LONG) > 128
    li = User.objects.create_user("li", is_staff=True)
    new = {"password1": LONG, "password2": LONG}
    page = f"/admin/registry/user/{li.pk}/password/"
    assert admin_client.post(page, new).status_code == 302
    given = {"username": "li", "password": LONG}
    assert Client().post("/admin/login/", given).status_code == 302


def test_blanks_at_its_ends_belong_to_it():
    User.objects.create_superuser("li", password=LONG)
    given = {"username": "li", "password": LONG.strip()}
    assert Client().post("/admin/login/", given).status_code == 200


def test_ones_own_takes_the_present_one(admin_client):
    given = {
        "old_password": "wrong",
        "new_password1": "another-and-long",
        "new_password2": "another-and-long",
    }
    page = admin_client.post("/admin/password_change/", given)
    assert page.context["form"].errors["old_password"]
