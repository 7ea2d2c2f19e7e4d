"""Every model is reachable: its list with a search, its add page, its form."""

import pytest
from django.contrib import admin
from django.urls import reverse

from registry.models import Change, Entry, FailedSignIns, Proposal

READ_ONLY = {Change, Entry, FailedSignIns, Proposal}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def pages(admin_client, shipped):
    def get(model, page, *args, **query):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        return admin_client.get(reverse(name, args=args), query)

    return get


@pytest.mark.parametrize("model", MODELS)
def test_its_list_opens_with_a_search(pages, model):
    assert pages(model, "changelist", q="科技").status_code == 200


@pytest.mark.parametrize("model", [m for m in MODELS if m not in READ_ONLY])
def test_its_add_page_opens(pages, model):
    assert pages(model, "add").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_row_opens(pages, model):
    row = model._default_manager.first()
    if row is None:
        pytest.skip("the shipped registry has no such row")
    assert pages(model, "change", row.pk).status_code == 200


@pytest.mark.parametrize("name", ["program", "passage", "observation", "agency"])
def test_a_list_costs_the_same_however_long(
    admin_client, shipped, name, django_assert_max_num_queries
):
    address = reverse(f"admin:programs_{name}_changelist")
    admin_client.get(address)
    with django_assert_max_num_queries(20):
        admin_client.get(address)
