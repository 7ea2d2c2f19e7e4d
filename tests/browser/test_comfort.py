"""Finding and naming: by pinyin, with codes proposed and namesakes pointed out."""

import re

import pytest
from playwright.sync_api import expect

LIST = "/admin/programs/program/"
ADD = "/admin/programs/program/add/"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN"}


def offered(page, field, typed):
    """What an autocomplete offers for what is typed into it."""
    page.locator(f"#id_{field} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").last.fill(typed)
    return page.locator(".select2-results__option[data-select2-id]")


def choose_ningxia(page):
    choices = offered(page, "region", "ningxia")
    expect(choices).to_have_count(1)
    choices.click()


def test_a_list_is_searched_by_initials(signed_in, complaints):
    page = signed_in(LIST)
    page.fill("#searchbar", "nkd")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("td.field-name")).to_have_text("宁科贷")
    assert complaints == []


def test_an_autocomplete_is_searched_by_initials(signed_in):
    page = signed_in("/admin/programs/term/add/")
    expect(offered(page, "program", "nkd")).to_have_text(["宁科贷 · 640000-ningkedai"])


def test_a_code_is_proposed_while_one_types(signed_in, complaints):
    page = signed_in(ADD)
    choose_ningxia(page)
    page.fill("#id_name", "科创飞贷")
    expect(page.locator("#id_code")).to_have_value("640000-kechuang-feidai")
    page.fill("#id_name", "科创飞贷二号")
    expect(page.locator("#id_code")).to_have_value(re.compile("erhao"))
    assert complaints == []


def test_a_code_that_was_typed_is_left_alone(signed_in):
    page = signed_in(ADD)
    page.fill("#id_code", "640000-feidai")
    choose_ningxia(page)
    page.fill("#id_name", "人才贷")
    expect(page.locator("div.namesakes a").first).to_be_visible()
    expect(page.locator("#id_code")).to_have_value("640000-feidai")


def test_records_of_the_same_name_are_shown_while_one_types(signed_in):
    page = signed_in(ADD)
    page.fill("#id_name", "“人才贷”")
    expect(page.locator("div.namesakes a")).to_have_count(2)
    expect(page.locator("div.namesakes")).to_contain_text("武汉市")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_namesake_is_saved_on_the_second_time(
    new_context, live_server, shipped, analyst, let_in, scripts
):
    context = new_context(java_script_enabled=scripts)
    let_in(context, analyst)
    page = context.new_page()
    # The region comes with the address, since autocompletes need scripts.
    page.goto(f"{live_server.url}{ADD}?region=640000&kind=loan")
    page.fill("#id_name", "人才贷")
    page.fill("#id_summary", "不能丢的文字")
    page.locator("input[name=_save]").last.click()
    expect(page.locator(".errorlist .namesakes a")).to_have_count(2)
    expect(page.locator("#id_summary")).to_have_value("不能丢的文字")
    page.locator("input[name=_save]").last.click()
    page.wait_for_url(f"**{LIST}**")
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_a_slash_leads_to_the_search(signed_in):
    page = signed_in(LIST)
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.keyboard.type("n/a")
    expect(page.locator("#searchbar")).to_have_value("n/a")


def test_n_leads_to_a_new_record(signed_in):
    page = signed_in(LIST)
    page.keyboard.press("n")
    page.wait_for_url(f"**{ADD}**")


def test_ctrl_enter_saves_from_within_a_field(signed_in):
    page = signed_in(LIST + "640000-ningkedai/change/")
    page.locator("#id_summary").press("Control+Enter")
    page.wait_for_url(f"**{LIST}")


def test_s_saves_unless_somebody_types(signed_in):
    page = signed_in(LIST + "640000-ningkedai/change/")
    page.locator("#id_reason").press_sequentially("s")
    expect(page.locator("#id_reason")).to_have_value("s")
    page.locator("#content h1").click()
    page.keyboard.press("s")
    page.wait_for_url(f"**{LIST}")


def test_a_question_mark_tells_the_keys(signed_in, complaints):
    page = signed_in(LIST)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert complaints == []


def test_single_keys_can_be_switched_off(signed_in):
    page = signed_in(LIST)
    page.locator("#keys-open").click()
    page.locator("#keys input").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
