"""The log of all changes: by person, path, kind of row and province."""

import pytest
from django.urls import reverse

from programs.models import Program
from registry import journal
from registry.models import Change
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(admin_client):
    """Reasons of the changes that the log shows for a query."""
    with journal.change(by="li", reason="甲", path="admin"):
        builders.region("310000", name="上海市")
    with journal.change(by="wang", reason="乙", path="proposal/7"):
        builders.program(builders.region("420000", name="湖北省"), "420000-x")
    with journal.change(by="li", reason="丙", path="seed"):
        Program.objects.update(name="新名")

    def read(**query):
        answer = admin_client.get(reverse("admin:registry_change_changelist"), query)
        assert answer.status_code == 200
        return {change.reason for change in answer.context["cl"].result_list}

    return read


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"甲", "乙", "丙"}),
        ({"actor": "li"}, {"甲", "丙"}),
        ({"path": "proposal"}, {"乙"}),
        ({"path": "seed"}, {"丙"}),
        ({"kind": "program"}, {"乙", "丙"}),
        ({"province": "31"}, {"甲"}),
        ({"province": "42"}, {"乙", "丙"}),
        ({"province": "42", "actor": "li"}, {"丙"}),
        ({"q": "420000-x"}, {"乙", "丙"}),
    ],
)
def test_it_is_narrowed(log, query, found):
    assert log(**query) - {""} == found


def test_what_it_does_not_know_is_said(admin_client, log):
    address = reverse("admin:registry_change_changelist")
    assert admin_client.get(address, {"actor": "nobody"}).status_code == 400


def test_a_large_change_shows_its_first_rows_and_leads_to_all(admin_client, shipped):
    change = Change.objects.order_by("revision").first()
    address = reverse("admin:registry_change_change", args=[change.pk])
    page = admin_client.get(address).content.decode()
    assert page.count("<th scope=row>") == 100
    there = reverse("admin:registry_entry_changelist")
    link = f"{there}?change__id__exact={change.pk}"
    assert link in page
    assert admin_client.get(link).status_code == 200
