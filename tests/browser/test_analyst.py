"""An analyst's round: change a figure, see it over REST, see who and why."""

import pytest

from registry.models import Change

PROGRAM = "/admin/programs/program/310000-xindonglidai/change/"
TERM = "310000-jinrongshibao-gudaizhaibaodan.p13.cap"


def cap(page):
    """The table row of the guarantee cap in the program's form."""
    return page.locator("tr.has_original", has=page.locator(f'input[value="{TERM}"]'))


@pytest.fixture
def by_password(page, live_server, shipped, analyst):
    """The page of the analyst, who signed in by the form."""
    page.goto(f"{live_server.url}/admin/login/?next={PROGRAM}")
    page.fill("#id_username", "li")
    page.fill("#id_password", "analyst-pass")
    page.click("input[type=submit]")
    page.wait_for_url(f"{live_server.url}{PROGRAM}")
    return page


def test_a_cap_typed_as_2500万_is_served_and_journaled(by_password, live_server):
    page = by_password
    cap(page).locator("input[name$='-value']").fill("2500万")
    page.fill("#id_reason", "核对最新额度")
    page.locator("input[name=_save]").last.click()
    page.wait_for_url("**/admin/programs/program/")

    answer = page.request.get(f"{live_server.url}/api/v1/terms/{TERM}/").json()
    assert answer["value"] == "25000000.00"

    change = Change.objects.latest("id")
    assert (change.actor, change.reason, change.path) == ("li", "核对最新额度", "admin")
    page.goto(f"{live_server.url}/admin/registry/change/{change.pk}/change/")
    assert "核对最新额度" in page.content()
    assert TERM in page.content()


PAGES = [
    "/",
    "/admin/",
    "/admin/programs/program/",
    PROGRAM,
    "/admin/programs/passage/420100-wuzhengban-2025-67.8/change/",
    "/admin/registry/change/",
    "/api/v1/docs/",
]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_and_breaks_no_policy(
    new_context, live_server, shipped, analyst, let_in, address, width, language
):
    context = new_context(locale=language, viewport={"width": width, "height": 900})
    let_in(context, analyst)
    page = context.new_page()
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else 0)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url + address)
    wider = "document.body.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
    assert [text for text in complaints if "favicon" not in text] == []
