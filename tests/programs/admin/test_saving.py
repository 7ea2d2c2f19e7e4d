"""Saving in the admin: typed amounts, versions, publication, the journal."""

import pytest
from django.urls import reverse

from programs.models import Category, Document, Program, Term
from registry.models import Change
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def errors(response):
    return str(response.context["errors"]) if response.context else ""


def test_an_amount_typed_in_wan_is_kept_in_yuan(admin_client, form, term):
    address, data = form(term)
    admin_client.post(address, data | {"value": "2500万"})
    assert Term.objects.get().value == 25_000_000


def test_an_amount_in_another_unit_is_refused(admin_client, form, term):
    address, data = form(term)
    response = admin_client.post(address, data | {"value": "3年"})
    assert "month" in errors(response)
    assert Term.objects.get().value == 20_000_000


def test_what_is_no_amount_is_refused_with_what_would_be(admin_client, form, term):
    address, data = form(term)
    assert "1000万元" in errors(admin_client.post(address, data | {"value": "很多"}))


def test_an_untouched_form_changes_nothing(admin_client, form, term):
    address, data = form(term.program)
    before = Change.objects.count()
    response = admin_client.post(address, data)
    assert response.status_code == 302
    assert (Change.objects.count(), Program.objects.get().version) == (before, 1)


def test_the_journal_has_name_reason_and_way(admin_client, form, term):
    address, data = form(term)
    admin_client.post(address, data | {"value": "2500万", "reason": "核对"})
    change = Change.objects.latest("id")
    assert (change.actor, change.reason, change.path) == ("admin", "核对", "admin")


def test_the_second_writer_is_told_who_was_first(admin_client, form, term):
    address, data = form(term)
    admin_client.post(address, data | {"value": "2500万"})
    response = admin_client.post(address, data | {"value": "3000万"})
    assert response.status_code == 409
    assert "admin" in response.content.decode()
    assert Term.objects.get().value == 25_000_000


def test_an_owned_row_counts_as_a_change_of_its_record(admin_client, form, term):
    program = term.program
    program.roles.create(role="lender", order=1, as_written="银行")
    address, data = form(program)
    stale = dict(data)
    admin_client.post(address, data | {"roles-0-as_written": "7家商业银行"})
    assert Program.objects.get().version == 2
    response = admin_client.post(address, stale | {"roles-0-as_written": "别的"})
    assert program.roles.get().as_written == "7家商业银行"
    assert response.status_code == 409


def test_a_deleted_records_code_is_refused_in_the_form(admin_client, term):
    code = "310000-caogao"
    builders.program(term.program.region, code, publication="draft").delete()
    data = {"code": code, "name": "x", "kind": "loan", "region": "310000"}
    data |= {"publication": "draft"} | {
        f"{prefix}-{name}_FORMS": 0
        for prefix in ("terms", "roles", "links", "citations")
        for name in ("TOTAL", "INITIAL")
    }
    response = admin_client.post(reverse("admin:programs_program_add"), data)
    assert response.status_code == 200
    assert not Program.objects.filter(code=code).exists()


def test_what_was_published_can_not_be_deleted(admin_client, term):
    address = reverse("admin:programs_term_delete", args=[term.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert Term.objects.exists()


def test_the_code_of_a_record_can_not_be_edited(admin_client, form, term):
    _address, data = form(term.program)
    assert "code" not in data


def test_a_document_number_is_put_into_its_proper_form(admin_client, form, term):
    address, data = form(term.passage.document)
    admin_client.post(address, data | {"number": "武政办【2025】 67 号"})
    assert Document.objects.get().number == "武政办〔2025〕67号"


def test_what_is_no_document_number_is_refused(admin_client, form, term):
    address, data = form(term.passage.document)
    response = admin_client.post(address, data | {"number": "第67号"})
    assert "武政办〔2025〕67号" in errors(response)


def test_a_comparator_that_the_form_contradicts_is_refused(admin_client, form, term):
    address, data = form(term)
    response = admin_client.post(address, data | {"value": "不低于3000万元"})
    assert "gte" in errors(response)
    assert Term.objects.get().value == 20_000_000


def test_a_range_typed_as_one_is_kept_as_two_values(admin_client, form, term):
    address, data = form(term)
    typed = {
        "value": "1000万元至3000万元",
        "comparator": "",
        "as_written": "1000万元至3000万元",
    }
    admin_client.post(address, data | typed)
    kept = Term.objects.get()
    assert (kept.comparator, kept.value, kept.value_to) == (
        "between",
        10_000_000,
        30_000_000,
    )


def test_a_published_row_may_not_refer_to_a_draft(admin_client, form, term):
    draft = builders.program(
        term.program.region, "310000-caogao", name="草稿贷", publication="draft"
    )
    address, data = form(term.passage)
    (row,) = (name[:-5] for name, value in data.items() if value == term.pk)
    response = admin_client.post(address, data | {f"{row}-program": draft.pk})
    assert "310000-caogao" in errors(response)
    assert Term.objects.get().program == term.program


def test_a_published_term_is_not_deleted_in_its_programs_form(admin_client, form, term):
    address, data = form(term.program)
    admin_client.post(address, data | {"terms-0-DELETE": "on"})
    assert Term.objects.filter(pk=term.pk).exists()


def test_a_category_in_use_is_not_deleted(admin_client, term):
    category = Category.objects.create(code="tech", scheme="audience", name="甲")
    term.program.categories.add(category)
    address = reverse("admin:programs_category_delete", args=["tech"])
    assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert term.program.categories.get() == category


@pytest.mark.parametrize("query", ["q=%00", "kind__exact=%00", "in=%00"])
def test_a_nul_is_refused_in_the_admin(admin_client, db, query):
    address = reverse("admin:programs_program_changelist")
    assert admin_client.get(f"{address}?{query}").status_code == 400
