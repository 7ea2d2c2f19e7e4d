"""Two people in browsers: conflict, proposal, publication, the way back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group

from programs.models import Program, Term
from registry.models import Proposal, User
from tests import builders

CODE = "310000-xindonglidai"
PROGRAM = f"/admin/programs/program/{CODE}/change/"


@pytest.fixture
def person(new_context, live_server, shipped, groups, let_in):
    """Opens a browser of somebody in that group, signed in; gives the page."""
    complaints = []

    def sign_in(name, group):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        context = new_context(
            locale="zh-CN",
            base_url=live_server.url,
            viewport={"width": 1280, "height": 900},
        )
        let_in(context, user)
        page = context.new_page()
        page.on(
            "console", lambda m: complaints.append(m.text) if m.type == "error" else 0
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield sign_in
    # A conflict is answered with 409, which browsers call an error.
    assert [text for text in complaints if "409" not in text] == []


def save(page):
    page.locator("input[name=_save]").last.click()


@pytest.fixture
def second(person):
    """The page of a second writer, who was overtaken in the name and typed more."""
    first, second = person("li", "reviewer"), person("wang", "reviewer")
    for page in (first, second):
        page.goto(PROGRAM)
    first.fill("#id_name", "他的名称")
    first.fill("#id_reason", "先到")
    save(first)
    first.wait_for_url("**/admin/programs/program/")
    second.fill("#id_name", "我的名称")
    second.fill("#id_eligibility", "我写的条件")
    second.fill("#id_reason", "后到")
    save(second)
    second.wait_for_selector(".conflict")
    return second


def test_the_second_of_two_writers_merges_and_saves(second):
    assert "li" in second.inner_text(".errornote")
    assert Program.objects.get(pk=CODE).name == "他的名称"
    row = second.locator("tr.open")
    assert row.locator("td").all_inner_texts()[0] == "新动力贷"
    row.locator("input[value=yours]").check()
    second.click("input[name=_merge]")
    second.wait_for_url("**/admin/programs/program/")
    program = Program.objects.get(pk=CODE)
    assert (program.name, program.eligibility) == ("我的名称", "我写的条件")


def test_the_second_writer_goes_on_editing_what_was_merged(second):
    second.locator("tr.open input[value=theirs]").check()
    second.click("input[name=_edit]")
    second.wait_for_selector("#id_name")
    assert second.input_value("#id_name") == "他的名称"
    second.fill("#id_name", "商定的名称")
    save(second)
    second.wait_for_url("**/admin/programs/program/")
    assert Program.objects.get(pk=CODE).name == "商定的名称"


def test_an_analyst_proposes_and_a_reviewer_approves(person):
    analyst, reviewer = person("li", "analyst"), person("wang", "reviewer")
    analyst.goto(PROGRAM)
    cap = f'input[value="{CODE_OF_CAP}"]'
    row = analyst.locator("tr.has_original", has=analyst.locator(cap))
    row.locator("input[name$='-value']").fill("3000万")
    analyst.fill("#id_reason", "见新文件")
    analyst.locator("input[name=_save]").last.click()
    analyst.wait_for_selector(".messagelist")
    assert Term.objects.get(pk=CODE_OF_CAP).value == 20_000_000

    reviewer.goto("/admin/registry/proposal/")
    reviewer.locator("#result_list tbody th a").first.click()
    difference = reviewer.inner_text(".differences")
    assert "2000万元" in difference
    assert "3000万元" in difference
    reviewer.click("input[name=approve]")
    reviewer.wait_for_selector(".messagelist .success")
    assert Term.objects.get(pk=CODE_OF_CAP).value == 30_000_000
    assert Proposal.objects.get().decided_by == "wang"


CODE_OF_CAP = "310000-jinrongshibao-gudaizhaibaodan.p13.cap"


def test_a_draft_is_published_once_nothing_stands_in_the_way(person, live_server):
    place = Program.objects.get(pk=CODE).region
    builders.program(place, "310000-d", name="草稿贷", publication="draft")
    page = person("wang", "reviewer")
    page.goto("/admin/programs/program/310000-d/change/")
    page.click("text=发布 >> nth=0")
    assert "段落" in page.inner_text(".obstacles")

    passage = Term.objects.get(pk=CODE_OF_CAP).passage
    Program.objects.get(pk="310000-d").citations.create(passage=passage)
    page.reload()
    page.fill("#id_reason", "齐备")
    page.click("input[name=confirm]")
    page.wait_for_url("**/change/")
    answer = page.request.get(f"{live_server.url}/api/v1/programs/310000-d/")
    assert answer.status == 200


def test_a_program_goes_back_to_an_earlier_version(person):
    page = person("wang", "reviewer")
    page.goto(PROGRAM)
    page.fill("#id_name", "误改的名称")
    page.fill("#id_reason", "误改")
    save(page)
    page.wait_for_url("**/admin/programs/program/")
    page.goto(f"/admin/programs/program/{CODE}/history/")
    assert "误改的名称" in page.inner_text(".history")
    page.locator("a.revert").first.click()
    assert "新动力贷" in page.inner_text(".differences")
    page.fill("#id_reason", "改回")
    page.locator(".submit-row input").click()
    page.wait_for_url("**/change/")
    assert Program.objects.get(pk=CODE).name == "新动力贷"


def test_two_programs_are_merged_by_choosing_the_target_by_pinyin(person):
    place = Program.objects.get(pk=CODE).region
    twin = builders.program(place, "310000-chongfu", name="重复的贷款")
    twin.citations.create(passage=Term.objects.get(pk=CODE_OF_CAP).passage)
    page = person("wang", "reviewer")
    page.goto("/admin/programs/program/310000-chongfu/step/merge/")
    page.click(".select2-selection")
    page.keyboard.type("xindonglidai")
    page.locator(".select2-results__option", has_text="新动力贷").first.click()
    page.click("form[method=get] input[type=submit]")
    page.fill("#id_reason", "重复")
    page.click("input[name=confirm]")
    page.wait_for_url("**/change/")
    twin.refresh_from_db()
    assert twin.merged_into_id == CODE


def test_the_conflict_page_is_accessible_and_fits(second):
    for width in (1280, 390):
        second.set_viewport_size({"width": width, "height": 900})
        wider = "document.documentElement.scrollWidth > document.body.clientWidth"
        assert not second.evaluate(wider)
        found = Axe().run(second).response["violations"]
        assert [v for v in found if v["impact"] in ("serious", "critical")] == []
