"""What every resource answers, whole: a list, a detail, a CSV, each kind of error."""

import pytest

from programs.api.urls import router
from programs.models import Region, SpecialistBranch
from registry.models import Record
from tests.contracts import assert_contract

VIEWS = {name: view for name, view, _basename in router.registry}
# Resource → a record that shows much of what one can say, and a question with few rows.
EXAMPLES = {
    "programs": (
        "310000-xindonglidai",
        "region=310000&kind=loan_equity&include=roles,categories",
    ),
    "funds": (
        "440100-tianshi-mujijin",
        "region=310000,440100&ordering=-code&include=terms",
    ),
    "platforms": ("420100-hanrongtong", "region=310000,440300&include=links"),
    "agencies": ("440300-csrc", "region=440300&kind=regulator&include=aliases"),
    "branches": ("310000-ceshi-zhihang", "kind=tech_branch"),
    "regions": ("120000", "region=420100&ordering=-name"),
    "documents": (
        "310000-jinrong-zhuli-sannian-jihua",
        "kind=news&published_on__gte=2025-07-10&ordering=-published_on&include=roles",
    ),
    "passages": (
        "420100-wuzhengban-2025-67.16",
        "document=420100-wuzhengban-2025-67&kind=notice,goal&include=figures,programs",
    ),
    "measures": (
        "420100-wuzhengban-2025-67.6",
        "document=420100-wuzhengban-2025-67&search=保险&include=responsibilities",
    ),
    "terms": (
        "420100-wuzhengban-2025-67.4.takeover",
        "kind=tenor&unit=month&ordering=-value",
    ),
    "observations": (
        "440300-shangzheng-zhichan-bian-zichan.p13.share",
        "region=440300&indicator=loan_balance.tech_firms&ordering=-period_end",
    ),
    "targets": (
        "440300-21jingji-45-kejizhihang.group-6.growth",
        "region=440300&ordering=value&include=progress",
    ),
    "indicators": ("loan_balance.tech_firms", "search=贷款余额"),
    "categories": ("tech_sme", "scheme=stage"),
    "cases": ("310000-yingren-bocom", "region=310000"),
}  # fmt: skip
WITHDRAWABLE = [
    name for name, view in VIEWS.items() if issubclass(view.queryset.model, Record)
]


@pytest.fixture
def registry(shipped):
    """What ships, and two branches, of which it has none."""
    shanghai = Region.objects.get(code="310000")
    for code, name in (("ceshi-zhihang", "测试支行"), ("lingwai-zhihang", "另外支行")):
        SpecialistBranch.objects.create(
            code=f"310000-{code}", name=name, kind="tech_branch", region=shanghai,
            publication="published", opened="2024-05",
        )  # fmt: skip


def test_every_resource_has_its_example():
    assert EXAMPLES.keys() == VIEWS.keys()


@pytest.mark.parametrize("resource", EXAMPLES)
def test_a_list_is_as_agreed(client, registry, resource):
    _code, question = EXAMPLES[resource]
    answer = client.get(f"/api/v1/{resource}/?{question}&page_size=2")
    assert_contract(f"{resource}/list", answer)


@pytest.mark.parametrize("resource", EXAMPLES)
def test_a_record_is_as_agreed(client, registry, resource):
    code, _question = EXAMPLES[resource]
    assert_contract(f"{resource}/detail", client.get(f"/api/v1/{resource}/{code}/"))


@pytest.mark.parametrize("resource", EXAMPLES)
def test_a_list_as_csv_is_as_agreed(client, registry, resource):
    _code, question = EXAMPLES[resource]
    answer = client.get(f"/api/v1/{resource}/?{question}&format=csv")
    assert_contract(f"{resource}/csv", answer)


@pytest.mark.parametrize("resource", EXAMPLES)
def test_refusals_are_as_agreed(client, registry, resource):
    code, _question = EXAMPLES[resource]
    address = f"/api/v1/{resource}/"
    answers = [
        client.get(f"{address}?page_siz=2"),
        client.get(f"{address}?ordering=cod"),
        client.get(f"{address}{code}/?field=code"),
        client.get(f"{address}999999-nosuch/"),
        client.post(address),
    ]
    assert [a.status_code for a in answers] == [400, 400, 400, 404, 405]
    assert_contract(f"{resource}/refused", *answers)


@pytest.mark.parametrize("resource", WITHDRAWABLE)
def test_what_was_withdrawn_or_merged_answers_as_agreed(client, registry, resource):
    rows = VIEWS[resource].queryset.all()
    gone, successor = rows.order_by("code").values_list("code", flat=True)[:2]
    rows.filter(code=gone).update(publication="withdrawn")
    withdrawn = client.get(f"/api/v1/{resource}/{gone}/")
    rows.filter(code=gone).update(merged_into=successor)
    merged = client.get(f"/api/v1/{resource}/{gone}/?fields=code")
    assert (withdrawn.status_code, merged.status_code) == (410, 301)
    assert_contract(f"{resource}/gone", withdrawn, merged)


def test_answers_in_english_are_as_agreed(client, registry):
    question = "programs/?region=310000&kind=platform&fields=code,name,kind,region"
    addresses = [question, f"{question}&colour=red", "programs/310000-nosuch/"]
    answers = [
        client.get(f"/api/v1/{address}", headers={"accept-language": "en"})
        for address in addresses
    ]
    assert_contract("in-english", *answers)
