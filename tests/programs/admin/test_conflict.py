"""The second writer meets three columns, chooses, and saves; nothing is lost."""

import pytest
from django.urls import reverse

from programs.models import Category, Program, Region, Term
from registry.models import Change, Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(admin_client, form, term):
    """Opens a program's form, lets somebody else write, then posts: the answer."""

    def post(mine, theirs):
        address, data = form(term.program)
        theirs()
        answer = admin_client.post(address, data | mine)
        return address, answer

    return post


@pytest.fixture
def choose(admin_client):
    """Posts the conflict page as it came, with choices; gives the answer."""

    def post(address, answer, **choices):
        context = answer.context
        data = {}
        for name, value in context["posted"]:
            data.setdefault(name, []).append(value)
        for part in [
            context["comparison"].record,
            *(row.merged for row in context["comparison"].rows),
        ]:
            for cell in part.cells:
                if cell.name and cell.taken:
                    data[cell.name] = cell.taken
        for row in context["comparison"].rows:
            if row.cell and row.cell.taken:
                data[row.cell.name] = row.cell.taken
        data |= {"revision_seen": context["seen"], "_merge": "1"}
        data |= {name.replace("__", ":"): value for name, value in choices.items()}
        return admin_client.post(address, data)

    return post


def renamed(name):
    return lambda: Program.objects.update(name=name)


def cells(answer):
    return {
        cell.label: (cell.before, cell.theirs, cell.yours)
        for cell in answer.context["comparison"].record.cells
    }


def test_both_sides_stand_beside_what_was_before(second):
    _address, answer = second({"name": "我的"}, renamed("他的"))
    assert answer.status_code == 409
    assert cells(answer) == {"名称": ("新动力贷", "他的", "我的")}


def test_nothing_is_saved_before_the_choice(second):
    second({"name": "我的"}, renamed("他的"))
    assert Program.objects.get().name == "他的"


def test_choosing_mine_saves_mine(second, choose):
    address, answer = second({"name": "我的"}, renamed("他的"))
    choose(address, answer, choice__name="yours")
    assert Program.objects.get().name == "我的"


def test_choosing_theirs_keeps_theirs(second, choose):
    address, answer = second({"name": "我的", "summary": "我写的"}, renamed("他的"))
    choose(address, answer, choice__name="theirs")
    program = Program.objects.get()
    assert (program.name, program.summary) == ("他的", "我写的")


def test_what_only_one_changed_needs_no_choice(second, choose):
    address, answer = second({"summary": "我写的"}, renamed("他的"))
    assert not answer.context["comparison"].unresolved
    choose(address, answer)
    program = Program.objects.get()
    assert (program.name, program.summary) == ("他的", "我写的")


def test_a_conflict_without_a_choice_is_asked_again(second, choose):
    address, answer = second({"name": "我的"}, renamed("他的"))
    assert choose(address, answer).status_code == 409
    assert Program.objects.get().name == "他的"


def test_a_third_writer_is_shown_too(second, choose):
    address, answer = second({"name": "我的"}, renamed("他的"))
    Program.objects.update(name="第三")
    again = choose(address, answer, choice__name="yours")
    assert again.status_code == 409
    assert cells(again)["名称"] == ("新动力贷", "第三", "我的")
    choose(address, again, choice__name="yours")
    assert Program.objects.get().name == "我的"


def test_the_merged_record_is_one_change_with_its_reason(second, choose):
    address, answer = second({"name": "我的", "reason": "合并"}, renamed("他的"))
    before = Change.objects.count()
    choose(address, answer, choice__name="yours")
    assert Change.objects.count() == before + 1
    assert Change.objects.latest("id").reason == "合并"


def test_a_term_that_both_changed_is_chosen_in_its_row(second, choose, term):
    address, answer = second(
        {"terms-0-value": "3000万"}, lambda: Term.objects.update(value=25_000_000)
    )
    (row,) = answer.context["comparison"].rows
    (cell,) = row.merged.cells
    assert (cell.before, cell.theirs, cell.yours) == ("2000万元", "2500万元", "3000万")
    choose(address, answer, **{cell.name: "yours"})
    assert Term.objects.get().value == 30_000_000


def test_an_amount_typed_otherwise_but_alike_is_no_conflict(second):
    _address, answer = second(
        {"terms-0-value": "2500万", "name": "我的"},
        lambda: Term.objects.update(value=25_000_000),
    )
    assert answer.status_code == 302
    assert Program.objects.get().name == "我的"


def test_an_amount_of_theirs_is_not_put_back_by_an_old_form(second, choose):
    address, answer = second(
        {"name": "我的"}, lambda: Term.objects.update(value=25_000_000)
    )
    choose(address, answer)
    assert Program.objects.get().name == "我的"
    assert Term.objects.get().value == 25_000_000


def add_role(name):
    def write():
        program = Program.objects.get()
        program.claim()
        program.roles.create(role="lender", order=1, as_written=name)

    return write


def new_role(text):
    return {
        "roles-TOTAL_FORMS": "1",
        "roles-0-role": "guarantor",
        "roles-0-order": "2",
        "roles-0-as_written": text,
    }


def test_rows_that_both_added_are_both_kept(second, choose):
    address, answer = second(new_role("担保公司"), add_role("银行"))
    choose(address, answer)
    told = Program.objects.get().roles.values_list("as_written", flat=True)
    assert set(told) == {"担保公司", "银行"}


def test_a_row_of_mine_survives_a_rename_of_theirs(second, choose):
    address, answer = second(new_role("担保公司"), renamed("他的"))
    choose(address, answer)
    assert Program.objects.get().roles.get().as_written == "担保公司"


@pytest.fixture
def with_role(term):
    return term.program.roles.create(role="lender", order=1, as_written="银行")


def delete_role():
    program = Program.objects.get()
    program.claim()
    program.roles.all().delete()


@pytest.mark.parametrize(("side", "left"), [("yours", 1), ("theirs", 0)])
def test_a_row_they_deleted_and_i_changed_is_my_choice(
    second, choose, with_role, side, left
):
    address, answer = second({"roles-0-as_written": "7家银行"}, delete_role)
    (row,) = [r for r in answer.context["comparison"].rows if r.cell]
    choose(address, answer, **{row.cell.name: side})
    assert Program.objects.get().roles.count() == left


@pytest.mark.parametrize(("side", "left"), [("yours", 0), ("theirs", 1)])
def test_a_row_i_deleted_and_they_changed_is_my_choice(
    second, choose, with_role, side, left
):
    def change_role():
        program = Program.objects.get()
        program.claim()
        program.roles.update(as_written="7家银行")

    address, answer = second({"roles-0-DELETE": "on"}, change_role)
    (row,) = [r for r in answer.context["comparison"].rows if r.cell]
    choose(address, answer, **{row.cell.name: side})
    assert Program.objects.get().roles.count() == left


def test_categories_that_both_changed_are_a_conflict(second, choose, term):
    for code in ("tech", "sme", "startup-firm"):
        Category.objects.create(code=code, scheme="audience", name=code)

    def theirs():
        program = Program.objects.get()
        program.claim()
        program.categories.set(["tech"])

    address, answer = second({"categories": ["sme"]}, theirs)
    choose(address, answer, choice__categories="yours")
    codes = Program.objects.get().categories.values_list("pk", flat=True)
    assert list(codes) == ["sme"]


def test_going_on_editing_saves_nothing_yet(admin_client, second):
    address, answer = second({"name": "我的"}, renamed("他的"))
    data = dict(answer.context["posted"])
    data |= {"revision_seen": answer.context["seen"], "choice:name": "yours"}
    again = admin_client.post(address, data | {"_edit": "1"})
    assert again.status_code == 200
    assert 'value="我的"' in again.content.decode()
    assert Program.objects.get().name == "他的"


def test_a_record_withdrawn_meanwhile_shows_what_was_filled_in(second):
    _address, answer = second(
        {"name": "我的"}, lambda: Program.objects.update(publication="withdrawn")
    )
    assert answer.status_code == 409
    assert "我的" in answer.content.decode()


def test_a_form_without_its_version_is_not_saved(admin_client, form, term):
    address, data = form(term.program)
    del data["version_read"]
    answer = admin_client.post(address, data | {"name": "我的"})
    assert answer.status_code == 409
    assert Program.objects.get().name == "新动力贷"


def test_a_region_changed_meanwhile_is_a_conflict_too(admin_client, form, term):
    place = Region.objects.get(pk="310000")
    address, data = form(place)
    Region.objects.filter(pk="310000").update(name="沪")
    answer = admin_client.post(address, data | {"name": "申"})
    assert answer.status_code == 409
    assert Region.objects.get(pk="310000").name == "沪"


def test_a_draft_changed_meanwhile_is_not_deleted(admin_client, term):
    term.publication = "draft"
    term.save()
    address = reverse("admin:programs_term_delete", args=[term.pk])
    read = term.version
    Term.objects.update(as_written="别的")
    admin_client.post(address, {"post": "yes", "version_read": read})
    assert Term.objects.exists()


def test_a_deletion_says_why(admin_client, term):
    term.publication = "draft"
    term.save()
    address = reverse("admin:programs_term_delete", args=[term.pk])
    admin_client.post(
        address, {"post": "yes", "version_read": term.version, "reason": "重复"}
    )
    entry = Entry.objects.get(kind="term", action="D")
    assert (entry.change.actor, entry.change.reason) == ("admin", "重复")


def test_a_published_record_needs_a_reason(admin_client, form, term):
    address, data = form(term)
    answer = admin_client.post(address, data | {"value": "2500万", "reason": " "})
    assert answer.status_code == 200
    assert "reason" in answer.context["adminform"].form.errors
    assert Term.objects.get().value == 20_000_000


def test_without_the_setting_no_reason_is_needed(admin_client, form, term, settings):
    settings.REASON_REQUIRED = False
    address, data = form(term)
    admin_client.post(address, data | {"value": "2500万", "reason": ""})
    assert Term.objects.get().value == 25_000_000


def test_a_draft_needs_no_reason(admin_client, form, term):
    term.publication = "draft"
    term.save()
    address, data = form(term)
    admin_client.post(address, data | {"value": "2500万", "reason": ""})
    assert Term.objects.get().value == 25_000_000
