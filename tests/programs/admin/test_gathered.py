"""Pages to read a document or a region on."""

import pytest
from django.urls import reverse

from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(admin_client):
    def get(kind, code):
        answer = admin_client.get(reverse(f"admin:programs_{kind}_page", args=[code]))
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def term(db):
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    term = builders.term(place, program=program)
    program.citations.create(passage=term.passage, as_written="新动力贷")
    return term


def test_a_document_shows_each_passage_with_what_it_supports(read, term):
    shown = read("document", term.passage.document_id)
    for words in ("¶1", "新动力贷", "不超过2000万元"):
        assert words in shown


def test_a_document_says_that_it_is_no_longer_in_force(read, term):
    document = term.passage.document
    document.issued_on, document.expires_on = "2020", "2021"
    document.expiry_basis, document.status = "printed", "issued"
    document.save()
    assert '<span class="state no">否</span>' in read("document", document.pk)


def test_a_region_shows_its_programs_with_their_terms(read, term):
    shown = read("region", "310000")
    assert "新动力贷" in shown
    assert "不超过2000万元" in shown


def test_a_page_of_nothing_is_not_found(admin_client, db):
    address = reverse("admin:programs_region_page", args=["990000"])
    assert admin_client.get(address).status_code == 404


def test_a_page_needs_the_right_to_see_the_record(client, django_user_model, term):
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    client.force_login(user)
    address = reverse("admin:programs_region_page", args=["310000"])
    assert client.get(address).status_code == 403
