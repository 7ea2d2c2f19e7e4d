"""One click that says that a record was checked: from queue, page and list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from programs.models import Program, Term
from registry import history
from registry.models import Change
from tests import builders

pytestmark = pytest.mark.django_db
# In one transaction, what a test made and what it did would be one change.
OWN_CHANGES = pytest.mark.django_db(transaction=True)
VERIFY = "/admin/freshness/verify/"
TODAY = localdate


def posted(record):
    return f"{record._meta.model_name}:{record.pk}:{record.version}"


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.fixture
def verify(admin_client):
    """A function that posts what a page would; gives the page that follows."""

    def verify(**fields):
        return admin_client.post(VERIFY, fields, follow=True)

    return verify


def test_a_record_is_verified_today(verify, term):
    verify(one=posted(term.program))
    assert Program.objects.get().verified_on == TODAY()


@OWN_CHANGES
def test_it_is_a_change_with_its_reason(verify, term):
    verify(one=posted(term.program))
    change = Change.objects.latest("id")
    assert (change.actor, change.reason, change.path) == ("admin", "核对无误", "admin")


@OWN_CHANGES
def test_its_history_tells_of_it(verify, term):
    verify(one=posted(term.program))
    *_earlier, last = history.versions(term.program)
    (row,) = last.differences
    assert [found.field.name for found in row.fields] == ["verified_on"]


@OWN_CHANGES
def test_it_is_undone_by_its_history(verify, admin_client, term):
    program = Program.objects.get()
    before = Change.objects.latest("id").revision
    verify(one=posted(program))
    program.refresh_from_db()
    address = reverse("admin:programs_program_revert", args=[program.pk, before])
    fields = {"reason": "误点", "version_read": program.version}
    admin_client.post(address, fields)
    assert Program.objects.get().verified_on is None


def test_nothing_is_written_twice_a_day(verify, term):
    verify(one=posted(term.program))
    program, changes = Program.objects.get(), Change.objects.count()
    verify(one=posted(program))
    assert (Program.objects.get().version, Change.objects.count()) == (
        program.version,
        changes,
    )


def test_a_record_that_was_changed_since_is_left_and_the_next_is_verified(verify, term):
    program = term.program
    stale = posted(program)
    Program.objects.get().save()
    answer = verify(record=[stale, posted(term)])
    assert "新动力贷" in said(answer)
    assert "已被修改" in said(answer)
    assert Program.objects.get().verified_on is None
    assert Term.objects.get().verified_on == TODAY()


def test_a_record_that_is_gone_is_told_of(verify, term):
    assert "已不存在" in said(verify(one="program:310000-gone:1"))


@pytest.mark.parametrize("field", ["user:1:1", "program", "nosuch:x:1", ":::"])
def test_what_is_no_record_is_refused(admin_client, term, field):
    answer = admin_client.post(VERIFY, {"one": field}, follow=True)
    assert answer.status_code == (403 if field != "program" else 200)


def test_its_button_verifies_one_though_others_are_chosen(verify, term):
    verify(one=posted(term), record=[posted(term.program)])
    assert Program.objects.get().verified_on is None
    assert Term.objects.get().verified_on == TODAY()


def test_nothing_chosen_is_said(verify, term):
    assert "请先勾选" in said(verify())


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/admin/freshness/stale/?p=2", "/admin/freshness/stale/?p=2"),
        ("https://evil.example/", "/admin/freshness/stale/"),
        ("//evil.example/", "/admin/freshness/stale/"),
        ("javascript:alert(1)", "/admin/freshness/stale/"),
    ],
)
def test_one_comes_back_to_the_page_and_nowhere_else(admin_client, back, to):
    assert admin_client.post(VERIFY, {"back": back}).url == to


def test_it_takes_a_post_with_a_token(admin_client, admin_user, term):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin_user)
    assert strict.post(VERIFY, {"one": posted(term)}).status_code == 403
    assert admin_client.get(VERIFY).status_code == 405


def test_a_row_of_the_queue_has_what_its_button_posts(admin_client, verify, term):
    page = admin_client.get("/admin/freshness/stale/", {"kind": "program"})
    (entry,) = page.context["rows"]
    assert f'name="one" value="{entry["verify"]}"' in page.content.decode()
    verify(one=entry["verify"])
    assert Program.objects.get().verified_on == TODAY()


def test_a_reader_has_no_button(as_group, term):
    page = as_group("reader").get("/admin/freshness/stale/").content.decode()
    assert "新动力贷" in page
    assert 'name="one"' not in page


@pytest.fixture
def page(admin_client, term):
    """What the program's page posts to verify it."""
    address = reverse("admin:programs_program_change", args=[term.program_id])
    context = admin_client.get(address).context
    return {"record": context["verifying"], "also": context["verifying_with"]}


def test_the_page_of_a_program_verifies_it_alone(verify, page):
    verify(**page)
    assert Program.objects.get().verified_on == TODAY()
    assert Term.objects.get().verified_on is None


def test_the_page_of_a_program_verifies_its_terms_with_it(verify, page):
    verify(**page, **{"with": "1"})
    assert Program.objects.get().verified_on == TODAY()
    assert Term.objects.get().verified_on == TODAY()


def test_the_page_of_a_withdrawn_record_offers_nothing(admin_client, term):
    Term.objects.update(publication="withdrawn")
    address = reverse("admin:programs_term_change", args=[term.pk])
    assert VERIFY not in admin_client.get(address).content.decode()


@pytest.fixture
def choose(admin_client):
    """The page that the list's action leads to."""

    def choose(*records, model="program"):
        fields = {
            "action": "verify_selected",
            "_selected_action": [record.pk for record in records],
        }
        return admin_client.post(
            reverse(f"admin:programs_{model}_changelist"), fields, follow=True
        )

    return choose


def test_the_list_verifies_several_with_what_is_shown_with_them(choose, verify, term):
    other = builders.program(term.program.region, "310000-b")
    page = choose(term.program, other).context
    assert [one for one, _token in page["others"]] == [term]
    verify(record=[token for _one, token in page["records"]])
    days = set(Program.objects.values_list("verified_on", flat=True))
    assert days == {TODAY()}
    assert Term.objects.get().verified_on is None


def test_the_list_leaves_out_what_was_withdrawn(choose, term):
    Term.objects.update(publication="withdrawn")
    assert "均已撤回" in said(choose(term, model="term"))


def test_an_old_date_gives_way(verify, term):
    Term.objects.update(verified_on=TODAY() - timedelta(days=400))
    verify(one=posted(Term.objects.get()))
    assert Term.objects.get().verified_on == TODAY()
