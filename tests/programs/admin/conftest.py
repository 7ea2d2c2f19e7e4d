"""A published program with a term, and forms as a browser would post them."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from registry.models import User
from tests import builders
from tests.forms import fields


@pytest.fixture
def term():
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    term = builders.term(place, program=program)
    program.citations.create(passage=term.passage, as_written="新动力贷")
    return term


@pytest.fixture
def form(admin_client):
    """The fields of a record's form as the page gives them, and its address."""

    def read(record, client=admin_client):
        name = record._meta.model_name
        address = reverse(f"admin:programs_{name}_change", args=[record.pk])
        context = client.get(address).context
        return address, fields(context) | {"reason": "核对"}

    return read


@pytest.fixture
def as_group(groups):
    """A client signed in as somebody of that group."""

    def sign_in(group, name=None):
        name = name or group
        user = User.objects.create_user(name, password="x", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
