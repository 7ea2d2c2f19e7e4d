"""Naming a record: codes that are proposed and free, namesakes that are pointed out."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from programs.models import Agency, AgencyAlias, Case, Document, Program
from registry.models import Entry, User
from tests import builders

pytestmark = pytest.mark.django_db

INLINES = {
    "program": ("terms", "roles", "links", "citations"),
    "agency": ("aliases",),
    "document": ("roles",),
    "case": (),
}


@pytest.fixture
def place():
    return builders.region("640000", name="宁夏回族自治区")


@pytest.fixture
def told(admin_client):
    """What the form's script is told."""

    def get(kind="program", /, **typed):
        return admin_client.get(reverse(f"admin:programs_{kind}_naming"), typed).json()

    return get


@pytest.fixture
def add(admin_client):
    """Fill in and send a form, scripts apart; gives the answer."""

    def post(kind="program", /, **typed):
        counts = {
            f"{inline}-{count}_FORMS": 0
            for inline in INLINES[kind]
            for count in ("TOTAL", "INITIAL")
        }
        address = reverse(f"admin:programs_{kind}_add")
        return admin_client.post(address, {"publication": "draft"} | counts | typed)

    return post


def errors(answer):
    return str(answer.context["errors"]) if answer.context else ""


def test_a_code_is_made_of_place_and_pinyin(told, place):
    assert told(region="640000", name="宁科贷")["code"] == "640000-ningkedai"


def test_the_place_in_the_name_is_not_said_twice(told, place):
    for name in ("宁夏科创贷", "宁夏回族自治区科创贷"):
        assert told(region="640000", name=name)["code"] == "640000-kechuangdai"


def test_a_zones_program_takes_the_citys_digits(told):
    assert told(region="420100-donghu", name="新贷")["code"] == "420100-xindai"


@pytest.mark.parametrize("typed", [{"name": "宁科贷"}, {"region": "640000"}, {}])
def test_nothing_is_proposed_of_half_the_facts(told, typed):
    assert told(**typed)["code"] == ""


def test_a_division_takes_its_bodys_code(told, place):
    typed = {"kind": "division", "parent": "640000-pbc", "name": "货币政策处"}
    code = told("agency", region="640000", **typed)["code"]
    assert code.startswith("640000-pbc-")


def test_a_document_takes_its_number(told):
    code = told("document", region="420100", title="通知", number="武政办【2025】 67号")
    assert code["code"] == "420100-wuzhengban-2025-67"


def test_a_document_without_a_number_takes_its_title(told):
    code = told("document", region="420100", title="关于印发《产品手册》的通知")["code"]
    assert code == "420100-chanpin-shouce"


def test_a_case_takes_the_place_of_its_passage(told):
    code = told("case", passage="640000-baodao.p5", title="获科技贷款")["code"]
    assert code == "640000-huo-keji-daikuan"


def test_a_code_in_use_is_not_proposed_again(told, place):
    builders.program(place, "640000-ningkedai")
    builders.program(place, "640000-ningkedai-2")
    assert told(region="640000", name="宁科贷")["code"] == "640000-ningkedai-3"


def test_a_code_that_was_ever_used_is_not_proposed_again(told, place):
    builders.program(place, "640000-ningkedai", publication="draft").delete()
    assert Entry.objects.filter(key="640000-ningkedai", action="D").exists()
    assert told(region="640000", name="宁科贷")["code"] == "640000-ningkedai-2"


def test_a_code_of_eighty_characters_is_told_apart_within_eighty(told, place):
    agency = "640000-" + "x" * 73
    builders.program(place, agency)
    typed = {"kind": "division", "parent": agency[:78], "name": "处"}
    assert len(told("agency", region="640000", **typed)["code"]) <= 80


def test_a_very_long_name_makes_a_short_code(told, place):
    code = told(region="640000", name="科技贷款" * 2000)["code"]
    assert code == "640000-keji-daikuan-keji-daikuan-keji-daikuan"


def test_an_empty_code_is_filled_in_on_saving(add, place):
    add(region="640000", name="宁科贷", kind="loan")
    assert Program.objects.get().pk == "640000-ningkedai"


def test_a_code_that_was_typed_is_kept(add, place):
    add(region="640000", name="宁科贷", kind="loan", code="640000-nk")
    assert Program.objects.get().pk == "640000-nk"


def test_an_agency_and_a_document_are_added_without_a_code(add, place):
    add("agency", region="640000", name="宁夏科技厅", kind="department")
    title = {"title": "产品手册", "kind": "policy", "coverage": "full"}
    add("document", region="640000", language="zh", **title)
    assert Agency.objects.get().pk == "640000-kejiting"
    assert Document.objects.get().pk == "640000-chanpin-shouce"


def test_a_case_is_added_without_a_code(add, place):
    source = builders.passage(place, document=builders.document(place, "640000-bao"))
    add("case", title="获贷", beneficiary="某企业", passage=source.pk)
    assert Case.objects.get().pk == "640000-huodai"


def test_a_name_that_makes_no_code_asks_for_one(add, place):
    answer = add(region="640000", name="——", kind="loan")
    assert "id_code" in errors(answer)
    assert not Program.objects.exists()


def test_a_missing_name_is_the_only_complaint(add, place):
    assert "id_code" not in errors(add(region="640000", name="", kind="loan"))


@pytest.mark.parametrize("right", ["add", "change"])
def test_who_may_add_is_told_a_code_who_may_change_only_namesakes(
    client, django_user_model, place, right
):
    user = django_user_model.objects.create_user("li", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=f"{right}_program"))
    client.force_login(user)
    address = reverse("admin:programs_program_naming")
    answer = client.get(address, {"region": "640000", "name": "宁科贷"}).json()
    assert bool(answer["code"]) == (right == "add")


def test_a_reader_is_told_nothing(client, place):
    user = User.objects.create_user("li", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_program"))
    client.force_login(user)
    assert client.get(reverse("admin:programs_program_naming")).status_code == 403


@pytest.mark.parametrize("typed", ["人才贷", "“人 才 贷”", "人才贷 "])
def test_namesakes_are_told_with_their_place(told, typed):
    place = builders.region("420100", name="武汉市")
    builders.program(place, "420100-rencaidai", name="人才贷")
    builders.program(place, "420100-rencaidai-er", name="人才贷二号")
    (found,) = told(name=typed)["namesakes"]
    assert (found["code"], found["place"]) == ("420100-rencaidai", "武汉市")
    assert found["address"].endswith("/program/420100-rencaidai/change/")


def test_names_that_only_sound_alike_are_no_namesakes(told, place):
    builders.program(place, name="宁科贷")
    assert told(name="凝科贷")["namesakes"] == []


def test_a_record_is_no_namesake_of_itself(told, place):
    program = builders.program(place, name="宁科贷")
    assert told(name="宁科贷", but=program.pk)["namesakes"] == []


def test_a_name_printed_elsewhere_is_a_name_too(told, place):
    program = builders.program(place, name="宁夏科技贷")
    program.citations.create(passage=builders.passage(place), as_written="宁科贷")
    assert [one["code"] for one in told(name="宁科贷")["namesakes"]] == [program.pk]


@pytest.mark.parametrize("name", ["宁夏科学技术厅", "科技厅", "自治区科技厅"])
def test_an_agencys_short_names_and_aliases_are_names_too(told, place, name):
    agency = Agency.objects.create(
        code="640000-kejiting",
        name="宁夏科学技术厅",
        short_name="科技厅",
        kind="department",
        region=place,
    )
    AgencyAlias.objects.create(agency=agency, name="自治区科技厅", region=place)
    for field in ("name", "short_name"):
        (found,) = told("agency", **{field: name})["namesakes"]
        assert found["code"] == "640000-kejiting"


@pytest.fixture
def namesake():
    return builders.program(
        builders.region("420100", name="武汉市"), "420100-ningkedai", name="宁科贷"
    )


def test_a_namesake_is_asked_about_before_saving(add, place, namesake):
    answer = add(region="640000", name="宁科贷", kind="loan", summary="很长的摘要")
    assert namesake.pk in errors(answer)
    assert "武汉市" in errors(answer)
    assert "很长的摘要" in answer.content.decode()
    assert Program.objects.get() == namesake


def test_saving_again_saves(add, place, namesake):
    typed = {"region": "640000", "name": "宁科贷", "kind": "loan"}
    asked = add(**typed)
    seen = asked.context["adminform"].form["namesakes_seen"].value()
    assert add(**typed, namesakes_seen=seen).status_code == 302
    assert Program.objects.filter(name="宁科贷").count() == 2


def test_another_name_is_asked_about_anew(add, place, namesake):
    typed = {"region": "640000", "kind": "loan", "namesakes_seen": namesake.pk}
    builders.program(place, "640000-gongyingdai", name="共赢贷")
    assert "640000-gongyingdai" in errors(add(name="共赢贷", **typed))


def test_renaming_asks_and_other_changes_do_not(admin_client, place, namesake):
    program = builders.program(place, "640000-x", name="新贷", publication="draft")
    address = reverse("admin:programs_program_change", args=[program.pk])
    form = {"region": "640000", "kind": "loan", "publication": "draft"}
    form |= {
        f"{inline}-{count}_FORMS": 0
        for inline in INLINES["program"]
        for count in ("TOTAL", "INITIAL")
    }

    def save(**typed):
        version = Program.objects.get(pk=program.pk).version
        return admin_client.post(address, form | {"version_read": version} | typed)

    assert namesake.pk in errors(save(name="宁科贷"))
    Program.objects.filter(pk=program.pk).update(name="宁科贷")
    assert save(name="宁科贷", summary="改了").status_code == 302


def test_the_code_still_can_not_be_changed(admin_client, namesake):
    address = reverse("admin:programs_program_change", args=[namesake.pk])
    form = admin_client.get(address).context["adminform"].form
    assert "code" not in form.fields
