"""Whatever stands in a text, pages show it as text and lead to no script."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import DatabaseError, models, transaction

from programs.models import Agency, Case, Figure, Indicator
from registry.models import Entry, Token, User
from tests import builders

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
ADDRESS = "javascript:alert(3)"
# What a browser would run, had it not been escaped.
RUNS = re.compile(
    r"<script>alert|<img src=x|(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I
)

PAGES = [
    *("", "api/v1/docs/", "api/v1/docs/programs/"),
    *("admin/", "admin/tracker/", "admin/matrix/", "admin/freshness/stale/"),
    *("admin/freshness/evidence/", "admin/freshness/links/"),
    "admin/programs/program/handbook/",
    "admin/programs/program/310000-xindonglidai/step/withdraw/",
    "admin/programs/region/310000/page/",
    "admin/registry/token/",
    "admin/registry/user/",
]


def pages():
    """The addresses above, and of each kind of record its list, form and history."""
    yield from (f"/{page}" for page in PAGES)
    for model in apps.get_app_config("programs").get_models():
        if model._meta.proxy or not admin.site.is_registered(model):
            continue
        start = f"/admin/programs/{model._meta.model_name}/"
        yield start
        for row in model._base_manager.all()[:1]:
            yield f"{start}{quote(row.pk)}/change/"
            yield f"{start}{quote(row.pk)}/history/"
    changed = Entry.objects.filter(kind="program").latest("pk").change
    yield f"/admin/programs/program/310000-xindonglidai/history/{changed.revision}/"
    for name in ("change", "entry"):
        row = apps.get_model("registry", name).objects.latest("pk")
        yield f"/admin/registry/{name}/"
        yield f"/admin/registry/{name}/{row.pk}/change/"


@pytest.fixture
def hostile(transactional_db, admin_client):
    """A registry in whose every column that takes it stands a script."""
    place = builders.region("310000", name="上海市")
    program = builders.program(place)
    passage = builders.passage(place)
    program.citations.create(passage=passage, as_written="贷")
    body = Agency.objects.create(
        code="310000-a", name="机构", kind="bank", region=place
    )
    body.aliases.create(name="别名", region=place)
    program.roles.create(role="lender", order=1, agency=body)
    builders.term(place, passage=passage, program=program)
    Indicator.objects.create(code="loans", name="贷款余额", unit="CNY")
    Figure.objects.create(
        passage=passage, indicator_id="loans", region=place, value=1, unit="CNY",
        comparator="eq", as_written="1元",
    )  # fmt: skip
    Case.objects.create(
        code="310000-c", title="案例", beneficiary="企业", passage=passage
    )
    User.objects.filter(username="admin").update(first_name=SCRIPT, last_name=SCRIPT)
    Token.make(user=User.objects.get(), name=SCRIPT[:100], days=1)
    # By a form as well, so that histories and the journal tell of it.
    written = sum(fill(model) for model in apps.get_app_config("programs").get_models())
    assert written > 40
    return admin_client


def fill(model):
    """Write it into every free text of the model; how many columns took it."""
    took = 0
    if model._meta.proxy:
        return took
    for field in model._meta.concrete_fields:
        plain = isinstance(field, models.CharField | models.TextField)
        if not plain or field.primary_key or field.choices or field.is_relation:
            continue
        text = ADDRESS if isinstance(field, models.URLField) else SCRIPT
        try:
            with transaction.atomic():
                model._base_manager.update(**{field.name: text[: field.max_length]})
        except DatabaseError:
            # A column of dates, codes or numbers, which takes nothing else.
            continue
        took += 1
    return took


def test_no_page_runs_what_stands_in_a_text(hostile):
    ran = []
    for address in pages():
        answer = hostile.get(address)
        assert answer.status_code == 200, address
        ran += [(address, found[0]) for found in RUNS.finditer(answer.text)]
        # Nor is it taken for a template.
        assert "alert(2)&gt;49" not in answer.text
    assert ran == []


@pytest.mark.parametrize(
    "address", ["/", "/nosuch/", "/admin/", "/admin/programs/program/", "/api/v1/docs/"]
)
def test_no_page_runs_what_stands_in_its_address(admin_client, address):
    for query in ({"q": SCRIPT}, {SCRIPT: SCRIPT}, {"next": ADDRESS}):
        assert not RUNS.search(admin_client.get(address, query).text)
    assert not RUNS.search(admin_client.get(f"{address}{SCRIPT}/").text)


@pytest.mark.parametrize("scheme", ["javascript", "data", "file", "vbscript"])
def test_a_record_takes_no_address_that_runs(admin_client, scheme):
    given = {"website": f"{scheme}:alert(1)"}
    page = admin_client.post("/admin/programs/program/add/", given)
    assert page.context["adminform"].form.errors["website"]
