"""/match/: what a firm asks, and the reasons it is given."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from programs.models import Category, Document, Program, Region, Term
from tests import builders
from tests.contracts import assert_answer
from tests.earlier import happened_on

pytestmark = pytest.mark.django_db

MET, NOT_MET, OPEN = "met", "not_met", "not_stated"
ZONE, DISTRICT = "420100-donghu-gaoxin", "420106"
AREA = "420000-dushiquan"


@pytest.fixture
def city():
    province = builders.region("420000", name="湖北省")
    place = builders.region("420100", name="武汉市", level="city", parent=province)
    builders.region(ZONE, level="zone", parent=place)
    builders.region(DISTRICT, level="district", parent=place)
    builders.region(AREA, level="area", parent=province)
    builders.region("310000", name="上海市")
    return place


@pytest.fixture
def match(client):
    def get(query):
        answer = client.get(f"/api/v1/match/?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture
def said(match):
    """A function that gives the answer to one criterion of the only program."""

    def get(query, name):
        (row,) = match(f"not_met=show&{query}")["results"]
        return {c["criterion"]["code"]: c["answer"]["code"] for c in row["criteria"]}[
            name
        ]

    return get


def codes(answer):
    return [row["program"]["code"] for row in answer["results"]]


# (region, places where it runs) → place of the firm → answer
PLACES = {
    ("420100",): {"420100": MET, ZONE: MET, "310000": NOT_MET, "420000": OPEN},
    ("420000",): {"420100": MET},
    ("000000",): {"420100": MET, "310000": MET},
    # It runs in a part of the place that was asked for.
    (ZONE,): {"420100": OPEN, ZONE: MET, DISTRICT: NOT_MET},
    ("420100", ZONE): {"420100": OPEN, ZONE: MET, DISTRICT: NOT_MET},
    ("420100", ZONE, DISTRICT): {DISTRICT: MET, "420100": OPEN},
    # Nobody knows here which places belong to an area.
    (AREA,): {"420100": OPEN, "310000": NOT_MET, AREA: MET, "420000": OPEN},
    ("310000",): {AREA: NOT_MET, "000000": OPEN},
    (DISTRICT,): {AREA: OPEN},
}


def test_where_it_applies(city, match):
    for number, (region, *places) in enumerate(PLACES):
        program = builders.program(Region.objects.get(pk=region), f"420100-p{number}")
        program.places.set(places)
    programs = {f"420100-p{number}": of for number, of in enumerate(PLACES)}
    found = {of: {} for of in PLACES}
    for asked in {asked for answers in PLACES.values() for asked in answers}:
        for row in match(f"region={asked}&not_met=show")["results"]:
            of = programs[row["program"]["code"]]
            if asked in PLACES[of]:
                found[of][asked] = row["criteria"][0]["answer"]["code"]
    assert found == PLACES


@pytest.fixture
def firms():
    """Firms, of which some are technology firms, and a bank."""
    for code, broader in (("tech_firm", None), ("tech_sme", "tech_firm"),
                          ("bank", None)):  # fmt: skip
        Category.objects.create(
            code=code, scheme="audience", name=code, broader_id=broader
        )
    Category.objects.create(code="seed", scheme="stage", name="seed")


@pytest.mark.parametrize(
    ("meant", "asked", "answer"),
    [
        (["tech_firm"], "tech_firm", MET),
        (["tech_firm"], "tech_sme", MET),
        (["tech_sme"], "tech_firm", OPEN),
        (["bank"], "tech_sme", NOT_MET),
        (["bank", "tech_firm"], "tech_sme", MET),
        (["bank"], "tech_sme,bank", MET),
        ([], "tech_firm", OPEN),
        (["seed"], "tech_firm", OPEN),
    ],
)
def test_whom_it_is_meant_for(city, firms, said, meant, asked, answer):
    builders.program(city).categories.set(meant)
    assert said(f"audience={asked}", "audience") == answer


def test_whether_it_is_there_to_be_used(city, match):
    for lifecycle in ["", *Program.Lifecycle]:
        builders.program(city, f"420100-{lifecycle or 'none'}", lifecycle=lifecycle)
    found = {MET: set(), NOT_MET: set(), OPEN: set()}
    for row in match("kind=loan&not_met=show")["results"]:
        (said,) = [
            one["answer"]["code"]
            for one in row["criteria"]
            if one["criterion"]["code"] == "lifecycle"
        ]
        found[said].add(row["program"]["code"].removeprefix("420100-"))
    assert found == {
        MET: {"active", "pilot"},
        NOT_MET: {"draft", "sought", "planned", "closed"},
        OPEN: {"encouraged", "none"},
    }


@pytest.mark.parametrize(
    ("dates", "document", "answer"),
    [
        ({"launched": "2020", "ended": "2999"}, None, MET),
        ({"launched": "2020"}, None, OPEN),
        ({"ended": "2021"}, None, NOT_MET),
        ({"launched": "2999"}, None, NOT_MET),
        ({}, {"effective_on": "2020", "expires_on": "2999"}, MET),
        ({}, {"effective_on": "2020", "expires_on": "2021"}, NOT_MET),
        ({}, {"effective_on": "2020"}, OPEN),
        ({}, {"status": "repealed"}, NOT_MET),
        ({"ended": "2021"}, {"effective_on": "2020", "expires_on": "2999"}, NOT_MET),
        (
            {"launched": "2020", "ended": "2999"},
            {"effective_on": "2020", "expires_on": "2021"},
            MET,
        ),
    ],
)
def test_whether_it_holds_today(city, said, dates, document, answer):
    program = builders.program(city, **dates)
    if document:
        if "expires_on" in document:
            document = {**document, "expiry_basis": "printed"}
        source = builders.document(city, "420100-zc", kind="policy", **document)
        program.citations.create(passage=builders.passage(city, document=source))
    assert said("kind=loan", "validity") == answer


def test_another_regions_document_neither_ends_nor_prolongs_it(city, said):
    program = builders.program(Region.objects.get(pk="000000"), "000000-gongju")
    for code, end in (("420100-yi", "2021"), ("420100-er", "2999")):
        source = builders.document(
            city, code, effective_on="2020", expires_on=end, expiry_basis="printed"
        )
        program.citations.create(passage=builders.passage(city, document=source))
    assert said("kind=loan", "validity") == OPEN


def test_one_document_that_may_apply_keeps_it_open(city, said):
    program = builders.program(city)
    for code, more in (("420100-yi", {"status": "repealed"}), ("420100-er", {})):
        source = builders.document(city, code, **more)
        program.citations.create(passage=builders.passage(city, document=source))
    assert said("kind=loan", "validity") == OPEN


def test_the_kind_that_is_wanted(city, said):
    builders.program(city)
    assert said("kind=fund,loan", "kind") == MET
    assert said("kind=fund", "kind") == NOT_MET


def test_terms_that_have_to_be_stated(city, said):
    program = builders.program(city)
    builders.term(city, program=program, kind="amount")
    assert said("term=amount", "term") == MET
    assert said("term=amount,tenor", "term") == OPEN


@pytest.mark.parametrize(
    ("purpose", "answer"),
    [("研发", MET), ("研发 设备", MET), ("RD", MET), ("ＲＤ", MET), ("研发 出口", OPEN),
     ("科研贷", MET), ("首台套", MET)],
)  # fmt: skip
def test_what_it_is_for(city, said, purpose, answer):
    program = builders.program(city, summary="支持研发(rd)", eligibility="购置设备")
    passage = builders.passage(city)
    program.citations.create(passage=passage, as_written="科研贷")
    builders.term(city, program=program, applies_to="首台套", passage=passage)
    assert said(f"purpose={purpose}", "purpose") == answer


def test_what_is_not_met_is_left_out_and_counted(city, match):
    builders.program(city)
    builders.program(city, "420100-fund", kind="fund")
    answer = match("kind=loan")
    assert (answer["count"], answer["left_out"]) == (1, 1)
    shown = match("kind=loan&not_met=show")
    assert (shown["count"], shown["left_out"]) == (2, 0)


def test_what_meets_all_comes_first_and_what_fails_last(city, match):
    facts = {"lifecycle": "active"}
    builders.program(city, "420100-a", kind="fund", **facts)
    builders.program(city, "420100-b")
    builders.program(city, "420100-c", **facts)
    builders.program(Region.objects.get(pk="000000"), "000000-d", **facts)
    told = match("region=420100&kind=loan&not_met=show")
    assert codes(told) == ["420100-c", "000000-d", "420100-b", "420100-a"]


def test_pages_hold_each_program_once(city, match, client):
    for number in range(5):
        builders.program(city, f"420100-p{number}")
    first = match("kind=loan&page_size=2")
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert codes(first) + codes(second) + codes(third) == [
        f"420100-p{number}" for number in range(5)
    ]
    assert client.get(third["previous"]).json() == second
    assert (first["previous"], third["next"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "region"),
        ("not_met=show", "region"),
        ("region=420100,310000", "region"),
        ("region=999999", "region"),
        ("region__not=420100", "region__not"),
        ("audience=seed", "audience"),
        ("stage=tech_firm", "stage"),
        ("kind=lone", "kind"),
        ("amount=viel", "amount"),
        ("amount=3年", "amount"),
        ("amount=超过1000万元", "amount"),
        ("amount=0", "amount"),
        ("amount=" + "9" * 30, "amount"),
        ("tenor=1000元", "tenor"),
        ("rate=1元", "rate"),
        ("term=size,,", "term"),
        ("purpose=" + "+".join(f"w{n}" for n in range(11)), "purpose"),
        ("kind=loan&not_met=maybe", "not_met"),
        ("kind=loan&page=0", "page"),
        ("kind=loan&page=2", "page"),
        ("kind=loan&page=x", "page"),
        ("kind=loan&page_size=201", "page_size"),
        ("kind=loan&as_of=2999-01-01", "as_of"),
        ("kind=loan&lifecycle=active", "lifecycle"),
    ],
)
def test_what_can_not_be_meant_is_refused(city, firms, client, query, parameter):
    answer = client.get(f"/api/v1/match/?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_it_costs_the_same_for_one_program_and_for_many(city, firms, client):
    query = (
        "/api/v1/match/?region=420100&audience=tech_sme&amount=1元&tenor=1年"
        "&purpose=贷&not_met=show&page_size=200"
    )

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(query).status_code == 200
        return len(queries)

    def add(number):
        program = builders.program(city, f"420100-p{number}")
        program.categories.set(["tech_firm"])
        passage = builders.passage(city, f"¶{number}")
        program.citations.create(passage=passage, as_written="贷")
        builders.term(city, program=program, passage=passage, kind="amount")

    add(1)
    before = cost()
    for number in range(2, 12):
        add(number)
    assert cost() == before <= 20


def test_a_whole_answer_is_as_agreed(city, firms, match):
    program = builders.program(
        city, "420100-dai", name="研发贷", name_en="R&D loan", lifecycle="active"
    )
    program.categories.set(["tech_firm"])
    passage = builders.passage(city)
    builders.term(city, program=program, passage=passage, kind="amount")
    program.citations.create(passage=passage, as_written="推广研发贷")
    program.citations.create(
        passage=builders.passage(city, "¶2", publication="draft"), as_written="草稿"
    )
    answer = match(
        "region=420100&stage=seed&audience=tech_sme&amount=1000万元&purpose=研发"
    )
    answer["meta"] |= {"revision": 0, "at": "", "day": ""}
    assert_answer("match", answer)


def test_what_is_met_is_found_by_the_filters(client, shipped, match):
    """On the registry as it ships, where a criterion has a filter of its kind."""
    same = {
        "region=420100": ("region", "region=420100&region_scope=covering"),
        "audience=srdi_sme": ("audience", "audience=srdi_sme,tech_firm"),
        "stage=startup": ("stage", "stage=startup"),
        "kind=loan,fund": ("kind", "kind=loan,fund"),
        "term=amount,tenor": ("term", "has_term=tenor"),
        "tenor=3年": ("tenor", "tenor__gte=3年"),
        "fee_rate=1.5%25": ("fee_rate", "fee_rate__lte=1.5%25"),
    }
    for query, (name, filters) in same.items():
        rows = match(f"{query}&not_met=show&page_size=200")["results"]
        rows += match(f"{query}&not_met=show&page_size=200&page=2")["results"]
        met = {
            row["program"]["code"]
            for row in rows
            for one in row["criteria"]
            if one["criterion"]["code"] == name and one["answer"]["code"] == MET
        }
        found = client.get(f"/api/v1/programs/?fields=code&page_size=200&{filters}")
        assert met, query
        assert met <= {row["code"] for row in found.json()["results"]}, query


def test_its_passages_are_there_to_be_read(client, shipped, match):
    query = "region=410100&audience=hightech&amount=20万&purpose=保险&page_size=50"
    told = {
        passage["code"]
        for row in match(query)["results"]
        for one in row["criteria"]
        for passage in one["passages"]
    }
    assert len(told) > 20
    listed = client.get("/api/v1/passages/?fields=code&page_size=200").json()
    rest = client.get(listed["next"]).json() if listed["next"] else {"results": []}
    assert told <= {row["code"] for row in listed["results"] + rest["results"]}


def test_what_is_met_names_what_says_so(shipped, match):
    """A firm of Wuhan that wants 8 million for 3 years."""
    query = "region=420100&audience=srdi_sme&amount=800万元&tenor=3年"
    first = match(query)["results"][0]
    assert first["program"]["label"] == "科技型企业知识价值信用贷款"
    said = {one["criterion"]["code"]: one for one in first["criteria"]}
    (term,) = said["amount"]["terms"]
    assert (term["as_written"], term["answer"]) == ("最高额度1000万元", MET)
    assert [p["locator"] for p in said["amount"]["passages"]] == ["§8"]
    for one in first["criteria"]:
        assert (one["answer"]["code"] == MET) == bool(one["passages"]), one


def test_what_the_firm_wants_too_much_of_is_left_out(shipped, match):
    query = "region=420100&audience=srdi_sme&amount=2000万元&page_size=200"
    assert "420100-zhishi-jiazhi-xinyongdai" not in codes(match(query))


@pytest.mark.django_db(transaction=True)
def test_the_past_is_judged_by_the_past(city, match):
    program = builders.program(city, lifecycle="planned", ended="2026-03-10")
    happened_on("2026-03-01")
    program.lifecycle = "active"
    program.save()
    told = match("kind=loan&not_met=show&as_of=2026-03-01")
    answers = [c["answer"]["code"] for c in told["results"][0]["criteria"]]
    assert (answers, told["meta"]["day"]) == ([MET, NOT_MET, OPEN], "2026-03-01")
    now = match("kind=loan&not_met=show")
    answers = [c["answer"]["code"] for c in now["results"][0]["criteria"]]
    assert answers == [MET, MET, NOT_MET]
    assert now["meta"]["day"] == localdate().isoformat()
    assert Program.objects.get().lifecycle == "active"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address", ["match/?kind=loan", "programs/compare/?codes=420100-a,420100-b"]
)
def test_the_answer_is_new_when_what_it_tells_of_changes(city, firms, client, address):
    program = builders.program(city, "420100-a")
    builders.program(city, "420100-b")
    passage = builders.passage(city)
    term = builders.term(city, program=program, passage=passage)
    tags = [client.get(f"/api/v1/{address}").headers["ETag"]]
    for change in (
        lambda: program.categories.add("tech_firm"),
        lambda: program.places.add(ZONE),
        lambda: program.citations.create(passage=passage),
        lambda: Term.objects.filter(pk=term.pk).update(applies_to="小微企业"),
        lambda: Category.objects.filter(pk="tech_sme").update(broader=None),
        lambda: Region.objects.filter(pk="420100").update(name="汉"),
        lambda: Document.objects.update(status="repealed"),
    ):
        change()
        tags.append(client.get(f"/api/v1/{address}").headers["ETag"])
    assert len(set(tags)) == len(tags)
