"""Change lists: search by pinyin, filters that say what they don't know."""

import pytest
from django.contrib import admin
from django.urls import reverse

from programs.models import Agency, AgencyAlias, Category, Platform
from registry.models import User
from tests import builders

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
MANY = " ".join(f"w{number}" for number in range(3000))


@pytest.fixture
def place():
    return builders.region("640000", name="宁夏回族自治区")


@pytest.fixture
def program(place):
    return builders.program(place, "640000-ningkedai", name="宁科贷", kind="loan")


@pytest.fixture
def shown(admin_client):
    """Keys of the rows that a list shows for a query."""

    def get(name, **query):
        address = reverse(f"admin:programs_{name}_changelist")
        answer = admin_client.get(address, query)
        assert answer.status_code == 200
        return [row.pk for row in answer.context["cl"].result_list]

    return get


@pytest.fixture
def refused(admin_client):
    """What the page says that refuses a list's query."""

    def get(name="program", **query):
        address = reverse(f"admin:programs_{name}_changelist")
        answer = admin_client.get(address, query, headers={"accept-language": "en"})
        assert answer.status_code == 400
        return answer.context["sentence"]

    return get


@pytest.fixture
def offered(admin_client):
    """What an autocomplete offers for a term."""

    def get(term, model="term", field="program"):
        query = {"app_label": "programs", "model_name": model, "field_name": field}
        answer = admin_client.get("/admin/autocomplete/", query | {"term": term})
        assert answer.status_code == 200
        return answer.json()["results"]

    return get


@pytest.mark.parametrize(
    "typed", ["nkd", "ningkedai", "kedai", "NKD", "nkd 宁", "宁科"]
)
def test_a_program_is_found_by_pinyin_and_by_characters(shown, program, typed):
    builders.program(program.region, "640000-qita", name="其他贷")
    assert shown("program", q=typed) == [program.pk]


def test_every_word_must_stand_somewhere(shown, program):
    assert shown("program", q="nkd 上海") == []


def test_a_draft_is_found_in_the_admin(shown, place):
    draft = builders.program(place, name="宁科贷", publication="draft")
    assert shown("program", q="nkd") == [draft.pk]


def test_an_agency_is_found_by_the_pinyin_of_an_alias(shown, place):
    agency = Agency.objects.create(
        code="640000-x", name="宁夏科学技术厅", kind="department", region=place
    )
    AgencyAlias.objects.create(agency=agency, name="自治区科技厅", region=place)
    assert shown("agency", q="zzqkjt") == [agency.pk]


def test_a_document_is_found_by_the_pinyin_of_its_number(shown, place):
    document = builders.document(place, title="通知", number="宁政办〔2025〕6号")
    assert shown("document", q="ningzhengban2025") == [document.pk]


@pytest.mark.parametrize("model", MODELS)
def test_very_many_words_are_refused_clearly(admin_client, model):
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    answer = admin_client.get(address, {"q": MANY})
    assert answer.status_code == 400
    assert "10" in answer.context["sentence"]


def test_ten_words_are_searched(shown, program):
    assert shown("program", q="宁 科 贷 n k d ning ke dai nkd") == [program.pk]


def test_an_autocomplete_finds_by_initials_and_shows_the_code(offered, program):
    assert offered("nkd") == [{"id": program.pk, "text": f"宁科贷 · {program.pk}"}]


def test_an_autocomplete_puts_the_very_name_first_then_what_begins_so(offered, place):
    for code, name in (("a", "甲人才贷"), ("b", "人才贷二号"), ("c", "人才贷")):
        builders.program(place, f"640000-{code}", name=name)
    for typed in ("人才贷", "rencaidai", "rcd"):
        assert [one["id"][-1] for one in offered(typed)] == ["c", "b", "a"]


def test_an_autocomplete_says_that_there_are_too_many_words(offered):
    (told,) = offered(MANY)
    assert told["disabled"]
    assert "10" in told["text"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"terms__colour": "red"}, "terms__colour"),
        ({"region__name": "上海"}, "region__name"),
        ({"kind__exact": "lone"}, "lone"),
        ({"lifecycle__in": "active,gone"}, "gone"),
        ({"in": "999999"}, "999999"),
        ({"in": ""}, "in"),
        ({"stage": "late"}, "late"),
        ({"platform": "310000-none"}, "310000-none"),
        ({"region__exact": "999999"}, "999999"),
        ({"publication__exact": "secret"}, "secret"),
        ({"verified_on__gte": "soon"}, "soon"),
        ({"p": "newest"}, "newest"),
        ({"p": "7"}, "7"),
        ({"o": "99"}, "99"),
        ({"in": ["640000", "310000"]}, "in"),
    ],
)
def test_what_a_list_has_no_answer_to_is_named(refused, program, query, named):
    assert f"“{named}”" in refused(**query)


def test_a_filter_that_has_nothing_to_offer_still_refuses(refused):
    assert not Category.objects.exists()
    assert "“seed”" in refused(stage="seed")


def test_a_refusal_says_what_would_be_known(refused, program):
    assert "loan, " in refused(kind__exact="lone")
    assert "stage" in refused(colour="red")


def test_what_is_not_stated_can_be_asked_for(shown, program):
    assert shown("program", lifecycle__exact="") == [program.pk]


@pytest.fixture
def guangdong():
    """A province with a city, a district and a zone, and a program in each."""
    province = builders.region("440000", name="广东省")
    city = builders.region("440300", name="深圳市", level="city", parent=province)
    district = builders.region("440305", name="南山区", level="district", parent=city)
    zone = builders.region("440300-hetao", name="河套", level="zone", parent=city)
    for number, place in enumerate((province, city, district, zone)):
        builders.program(place, f"440000-{number}")
    builders.program(builders.region("310000", name="上海市"))


@pytest.mark.parametrize(
    ("code", "found"),
    [("000000", 5), ("440000", 4), ("440300", 3), ("440305", 1), ("440300-hetao", 1)],
)
def test_a_place_has_all_that_lies_in_it(shown, guangdong, code, found):
    assert len(shown("program", **{"in": code})) == found


def test_places_are_shown_as_a_tree(admin_client, guangdong):
    answer = admin_client.get(reverse("admin:programs_program_changelist"))
    (places, *_others) = answer.context["cl"].filter_specs
    assert [label for _code, label in places.lookup_choices] == [
        "000000",
        "上海市",
        "广东省",
        "　深圳市",
        "　　河套",
        "　　南山区",
    ]


def test_of_many_places_the_branch_that_is_looked_at_is_shown(admin_client, guangdong):
    for number in range(60):
        code = f"43{number + 10:02}00"
        city = builders.region(code, name=f"市{number}", level="city")
        builders.program(city, f"{code}-x")
    builders.region("430000", name="湖南省")
    address = reverse("admin:programs_program_changelist")

    def labels(**query):
        (places, *_others) = admin_client.get(address, query).context["cl"].filter_specs
        return [label.strip("　") for _code, label in places.lookup_choices]

    assert "深圳市" not in labels()
    assert "广东省" in labels()
    assert {"深圳市", "南山区"} <= set(labels(**{"in": "440300"}))
    assert "市3" not in labels(**{"in": "440300"})


def test_a_place_without_records_is_known_and_empty(shown, program):
    builders.region("650000", name="新疆维吾尔自治区")
    assert shown("program", **{"in": "650000"}) == []


def test_a_program_is_found_where_it_runs_too(shown, program):
    program.places.add(builders.region("310000", name="上海市"))
    assert shown("program", **{"in": "310000"}) == [program.pk]


@pytest.mark.parametrize(
    "name",
    "program fund platform term case agency specialistbranch document passage measure"
    " observation target region".split(),
)
def test_every_list_with_a_place_filters_by_it(shown, place, name):
    shown(name, **{"in": "640000"})


def test_users_and_journal_refuse_unknown_filters(admin_client):
    for address in ("registry/change", "registry/entry", "registry/user", "auth/group"):
        assert admin_client.get(f"/admin/{address}/?colour=red").status_code == 400


def test_a_platform_filters_what_it_offers(shown, program):
    platform = Platform.objects.create(
        code="640000-pingtai", name="平台", kind="platform", region=program.region
    )
    program.links.create(relation="offered_on", target_id=platform.pk)
    assert shown("program", platform=platform.pk) == [program.pk]


def test_a_list_needs_the_right_to_see_it(client):
    client.force_login(User.objects.create_user("li", password="x", is_staff=True))
    address = reverse("admin:programs_program_changelist")
    assert client.get(f"{address}?colour=red").status_code == 403


@pytest.mark.parametrize("query", ["region=310000", "publication=draft", "version=1"])
def test_columns_that_are_no_filter_are_refused(admin_client, program, query):
    answer = admin_client.get(f"/admin/programs/program/?{query}")
    assert answer.status_code == 400


def test_of_several_choices_the_very_name_comes_first(offered, place):
    for number, name in enumerate(["人才贷款通", "科技人才贷", "人才贷"]):
        builders.program(place, f"310000-p{number}", name=name)
    assert offered("人才贷")[0]["id"] == "310000-p2"
