"""Every page of the admin: axe finds nothing serious, nothing overflows or complains.

Each page is opened in Chinese and in English, in the light and in the dark theme, and
looked at with 1280 and 390 pixels; axe reads one of these, in turns.
"""

from datetime import timedelta
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.contrib.auth.models import Group
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import path, reverse
from django.utils import timezone

from programs.models import Agency, Category, Indicator, Region
from registry import urls
from registry.models import FailedSignIns, Proposal, Record, Token

WIDTHS = (1280, 390)
LOOKS = [("zh-hans", "light"), ("en", "dark"), ("zh-hans", "dark"), ("en", "light")]
SERIOUS = ("serious", "critical")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
TABLES = list(dict.fromkeys(model._meta.concrete_model for model in MODELS))

# One line for each further page; the codes are of the shipped registry.
PAGES = [
    "/",
    "/api/v1/docs/",
    "/api/v1/docs/programs/",
    "/admin/",
    "/admin/registry/",
    "/admin/programs/",
    "/admin/password_change/",
    "/admin/password_change/done/",
    "/admin/programs/program/?q=没有这样的",
    "/admin/programs/program/?kind__exact=loan&stale=yes",
    "/admin/programs/program/handbook/?in=310000",
    "/admin/programs/program/import/?kind__exact=loan",
    "/admin/programs/program/?_popup=1",
    "/admin/programs/agency/add/?_popup=1",
    "/admin/programs/program/310000-xindonglidai/step/withdraw/",
    "/admin/programs/program/310000-xindonglidai/step/merge/",
    "/admin/programs/program/310000-xindonglidai/step/merge/?into=410100-zhengkedai",
    "/admin/programs/program/310000-xindonglidai/history/1/",
    "/admin/programs/document/420100-wuzhengban-2025-67/page/",
    "/admin/programs/region/420100/page/",
    "/admin/matrix/",
    "/admin/matrix/?document=420100-wuzhengban-2025-67",
    "/admin/matrix/?region=000000",
    "/admin/tracker/",
    "/admin/tracker/440300-21jingji-45-kejizhihang.group-6.growth/",
    "/admin/freshness/stale/?in=420000",
    "/admin/freshness/expiring/",
    "/admin/freshness/links/?state=moved",
]
ERRORS = {
    "/admin/programs/program/?stale=nosuch": 400,
    "/admin/freshness/stale/?ending=past": 400,
    "/?q=%00": 400,
    "/api/v1/docs/?colour=red": 400,
    "/admin/nothing/": 404,
    "/admin/programs/program/310000-xindonglidai/delete/": 403,
    "/admin/programs/region/999999/page/": 404,
    "/admin/tracker/?state=nosuch": 400,
    "/fails/": 500,
    "/too-large/": 413,
    "/too-many/": 503,
}


def fails(_request):
    raise RuntimeError("as the test asked")


def too_large(request):
    return render(request, "413.html", {"most": 16}, status=413)


def too_many(request):
    return render(request, "503.html", {"most": 4, "wait": 30}, status=503)


urlpatterns = [
    *urls.urlpatterns,
    path("fails/", fails),
    path("too-large/", too_large),
    path("too-many/", too_many),
]


@pytest.fixture
def rows(shipped, analyst):
    """The shipped registry, and last of some tables a row that nothing refers to."""
    place = Region.objects.get(code="000000")
    Region.objects.create(code="990000", name="某地", level="province", parent=place)
    Agency.objects.create(
        code="990000-zhihang", name="某支行", kind="tech_branch", region=place
    )
    Category.objects.create(code="zz", scheme="industry", name="某业")
    Indicator.objects.create(code="zz", name="某数", unit="count")
    Group.objects.get_or_create(name="审核")
    Proposal.objects.create(
        kind="programs.program",
        key="310000-xindonglidai",
        version=1,
        step="withdraw",
        data={},
        reason="已停办",
        proposed_by="wang",
    )
    Token.make(user=analyst, name="pandas", days=30)
    FailedSignIns.objects.create(
        kind="name",
        subject="zhao",
        attempts=5,
        until=timezone.now() + timedelta(minutes=15),
        last_at=timezone.now(),
        last_from="192.0.2.1",
    )


@pytest.fixture
def context(new_context):
    return new_context()


@pytest.fixture
def sign_in(context, analyst, let_in):
    return lambda: let_in(context, analyst)


@pytest.fixture
def look(context, live_server, rows, sign_in):
    """Opens a page in one look after another; gives what is wrong with it."""
    sign_in()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else 0)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    turn = count()

    def wrong_with(address, then=None, status=200):
        number = next(turn)
        found = []
        for language, theme in (LOOKS[number % 4], LOOKS[(number + 1) % 4]):
            cookie = {"name": "django_language", "value": language}
            context.add_cookies([cookie | {"url": live_server.url}])
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})
            complaints.clear()
            answer = page.goto(live_server.url + address)
            if answer.status != status:
                found.append(f"{answer.status} {address}")
            if then:
                then(page)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate(WIDER):
                    found.append(f"wider than {width} px in {language}: {address}")
            found += [f"{text}: {address}" for text in complaints if _meant(text)]
        page.set_viewport_size({"width": WIDTHS[number // 2 % 2], "height": 900})
        return found + [f"{text}: {address}" for text in serious(page)]

    return wrong_with


WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def _meant(complaint):
    """Whether it is more than the browser's word that a page answered with an error."""
    return "Failed to load resource: the server responded" not in complaint


def serious(page):
    """What axe finds on the page: rule, place and reason, for what is serious."""
    findings = Axe().run(page).response["violations"]
    return [
        f"{finding['id']} {node['target']} {node['failureSummary']}"
        for finding in findings
        if finding["impact"] in SERIOUS
        for node in finding["nodes"][:3]
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.model_name)
def test_the_pages_of_every_model_of_a_table(look, analyst, table):
    if issubclass(table, Record):
        # Drafts alone can be deleted, and their deletion asked for.
        table.objects.update(publication="draft")
    found = []
    for model in MODELS:
        if model._meta.concrete_model is table:
            addresses = pages_of(model, analyst)
            found += [wrong for address in addresses for wrong in look(address)]
    assert not found, "\n".join(found)


def pages_of(model, user):
    """Its list, and the pages of a row, as far as the user may open them."""
    stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    model_admin = admin.site.get_model_admin(model)
    request = RequestFactory().get("/")
    request.user = user
    yield reverse(f"{stem}_changelist")
    if model_admin.has_add_permission(request):
        yield reverse(f"{stem}_add")
    row = model._default_manager.order_by("pk").last()
    assert row, f"make a row of {model.__name__} in the fixture rows"
    for page in ("change", "history"):
        yield reverse(f"{stem}_{page}", args=[row.pk])
    if model_admin.has_delete_permission(request, row):
        yield reverse(f"{stem}_delete", args=[row.pk])


def test_pages(look):
    found = [wrong for address in PAGES for wrong in look(address)]
    assert not found, "\n".join(found)


def test_a_form_with_errors(look):
    def save(page):
        page.locator("input[name=_save]").first.click()
        page.wait_for_selector(".errornote")

    found = look("/admin/programs/program/add/", save)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "rows",
    ["310000-a,甲,loan,310000\n310000-xindonglidai,乙,loan,310000", "a,,lone,上海"],
    ids=["right", "wrong"],
)
def test_the_dry_run_of_a_file(look, tmp_path, rows):
    path = tmp_path / "programs.csv"
    path.write_text(f"code,name,kind,region\n{rows}\n")

    def send(page):
        page.set_input_files("#id_sent", path)
        page.click(".transfer input[type=submit]")
        page.wait_for_selector("table.counts")

    found = look("/admin/programs/program/import/", send)
    assert not found, "\n".join(found)


def test_a_token_is_shown(look):
    def make(page):
        page.fill("#id_name", "pandas")
        page.locator("input[name=_save]").first.click()
        page.wait_for_selector("code.secret")

    found = look("/admin/registry/token/add/", make)
    assert not found, "\n".join(found)


def test_signing_in(look, context):
    def sign_in(page):
        context.clear_cookies(name="sessionid")
        page.reload()
        page.wait_for_selector("#id_username")

    found = look("/admin/", sign_in)
    assert not found, "\n".join(found)


def test_signing_out(look, sign_in):
    def sign_out(page):
        page.click("#logout-form button")
        page.wait_for_url("**/admin/logout/")
        sign_in()

    found = look("/admin/", sign_out)
    assert not found, "\n".join(found)


def test_the_error_pages(look, settings):
    settings.ROOT_URLCONF = __name__
    found = [wrong for a, s in ERRORS.items() for wrong in look(a, status=s)]
    assert not found, "\n".join(found)
