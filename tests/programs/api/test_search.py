"""search=: what is found, in which order, and where it says that it was hit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.api.search import RESOURCES
from programs.api.urls import router
from programs.models import Agency
from registry.folding import fold
from registry.pinyin import readings, typed
from tests import builders
from tests.contracts import assert_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client):
    """The body of an answer of the API, which is 200."""

    def get(resource="programs", **query):
        answer = client.get(f"/api/v1/{resource}/", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return get


@pytest.fixture
def names(ask):
    """Names of the programs that a search finds, in order."""
    return lambda text, **query: [
        row["name"] for row in ask(search=text, **query)["results"]
    ]


@pytest.fixture
def match(ask):
    """Where the only row that is found was hit."""

    def get(text, resource="programs"):
        (row,) = ask(resource, search=text)["results"]
        return row["match"]

    return get


@pytest.fixture
def place():
    return builders.region("640000", name="宁夏回族自治区")


@pytest.fixture
def program(place):
    return builders.program(place, "640000-ningkedai", name="宁科贷")


@pytest.fixture
def agency(place):
    """A body with an alias."""

    def make(name="宁夏科学技术厅", alias="自治区科技厅", **facts):
        facts = {"kind": "department", "publication": "published", **facts}
        body = Agency.objects.create(code="640000-x", name=name, region=place, **facts)
        body.aliases.create(name=alias, region=place)
        return body

    return make


@pytest.fixture
def refusal(client, program):
    """What a refused request is told."""

    def get(query, resource="programs"):
        answer = client.get(f"/api/v1/{resource}/?{query}")
        assert answer.status_code == 400
        return answer.json()

    return get


@pytest.mark.parametrize(
    ("name", "typed_as"),
    [
        ("ＡＩＣ基金", "aic"),
        ("aic基金", "ＡＩＣ"),
        ("２００万元贷", "200万元"),
        ("200万元贷", "２００万元"),
        ("Café贷", "CAFE"),
        ("Cafe贷", "café"),
        ("纯度100%贷", "100%"),
        ("a_b贷", "a_b"),
        ("a\\b贷", "\\"),
        ("[2025]贷", "〔2025〕"),
        ("⼈才贷", "人才"),
        ("𠮷野贷", "𠮷"),
        ("宁科贷", "科"),
        ("宁科贷", "宁科"),
        ("宁科贷", "ningkedai"),
        ("宁科贷", "nkd"),
        ("宁科贷", "Nǐngkē"),
    ],
)
def test_a_program_is_found_however_it_is_typed(names, place, name, typed_as):
    builders.program(place, "640000-a", name=name)
    assert names(typed_as) == [name]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "*", "?", "[", "]", "^", ".", "$"])
def test_a_sign_of_patterns_stands_for_itself(names, place, sign):
    builders.program(place, "640000-a", name="宁科贷")
    builders.program(place, "640000-b", name=f"b{sign}贷")
    assert names(sign) == [f"b{sign}贷"]


def test_words_may_stand_in_different_places(names, program, agency):
    program.roles.create(role="lead", order=1, agency=agency())
    assert names("科技厅 nkd") == ["宁科贷"]
    assert names("科技厅 nkd 没有") == []


@pytest.mark.parametrize("text", ["科学技术厅", "自治区科技厅", "zzqkjt"])
def test_a_program_is_found_by_the_names_of_its_agencies(names, program, agency, text):
    program.roles.create(role="lead", order=1, agency=agency())
    assert names(text) == ["宁科贷"]


def test_a_program_is_found_by_all_that_belongs_to_it(names, place, program):
    document = builders.document(place, title="某办法")
    passage = builders.passage(place, document=document, summary="风险补偿")
    program.citations.create(passage=passage, as_written="科贷通")
    builders.term(place, passage=passage, program=program, as_written="最高900万元")
    platform = builders.program(place, "640000-p", name="融资港", kind="platform")
    program.links.create(relation="offered_on", target=platform)
    program.roles.create(role="lender", order=1, as_written="七家银行")
    for text in ("某办法", "风险补偿", "科贷通", "kdt", "９００万", "七家"):
        assert names(text) == ["宁科贷"], text
    assert names("融资港") == ["融资港", "宁科贷"]


@pytest.mark.parametrize("hidden", ["draft", "withdrawn"])
def test_what_is_hidden_is_no_reason_for_a_hit(ask, place, program, agency, hidden):
    secret = agency("绝密机构", "绝密别名", publication=hidden)
    document = builders.document(place, title="绝密文件", publication=hidden)
    passage = builders.passage(
        place, document=document, summary="绝密摘要", publication=hidden
    )
    program.citations.create(passage=passage, as_written="绝密称呼")
    program.roles.create(role="lead", order=1, agency=secret, as_written="绝密角色")
    other = builders.program(place, "640000-g", name="绝密平台", publication=hidden)
    program.links.create(relation="offered_on", target=other)
    other_document = builders.document(place, "640000-d")
    read = builders.passage(place, "¶2", document=other_document)
    builders.term(
        place, passage=read, program=program, as_written="绝密额度", publication=hidden
    )
    builders.term(place, passage=read, program=other, as_written="公开额度")
    other.citations.create(passage=read, as_written="绝密提法")
    read.responsibilities.create(order=1, agency=secret, task="绝密任务")
    for text in ("绝密", "jm"):
        found = ask("search", search=text)["results"]
        assert [group["count"] for group in found] == [0] * len(RESOURCES)
    assert ask("terms", search="绝密")["results"] == []


def test_a_hidden_row_is_not_told_as_the_place_of_a_hit(match, place, program, agency):
    """The word stands in a hidden row before it stands in one that everybody sees."""
    program.roles.create(
        role="lead", order=1, agency=agency("科创中心", publication="draft")
    )
    program.summary = "科创中心的贷款"
    program.save()
    passage = builders.passage(place, summary="密", publication="draft")
    program.citations.create(passage=passage, as_written="科创中心")
    assert [hit["field"] for hit in match("科创中心")] == ["summary"]


def test_called_so_comes_first_then_what_begins_so_then_other_names(names, place):
    for code, name in (
        ("a", "新贷款"), ("b", "甲人才贷"), ("c", "人才贷二号"), ("d", "人才贷"),
    ):  # fmt: skip
        builders.program(place, f"640000-{code}", name=name, summary="人才贷")
    expected = ["人才贷", "人才贷二号", "甲人才贷", "新贷款"]
    assert names("人才贷") == expected
    assert names("新 人才贷") == ["新贷款"]
    assert names("rencaidai") == ["人才贷", "人才贷二号", "甲人才贷"]
    assert names("rcd")[0] == "人才贷"
    assert names("640000-b")[0] == "甲人才贷"
    assert names("640000-a 人才贷")[0] == "新贷款"


def test_an_alias_ranks_like_a_name(names, place, program):
    builders.program(place, "640000-a", name="科贷通二号")
    program.citations.create(passage=builders.passage(place), as_written="科贷通")
    assert names("科贷通") == ["宁科贷", "科贷通二号"]


def test_a_search_can_be_ordered_otherwise(names, place):
    for code, name in (("a", "丙人才贷"), ("b", "人才贷")):
        builders.program(place, f"640000-{code}", name=name)
    assert names("人才贷", ordering="code") == ["丙人才贷", "人才贷"]
    assert names("人才贷", ordering="relevance") == ["人才贷", "丙人才贷"]


def test_pages_of_a_search_walk_through_ties_both_ways(client, place):
    for number in range(7):
        name = f"{'甲' * (number > 2)}人才贷"
        builders.program(place, f"640000-p{6 - number}", name=name)
    address, seen = "/api/v1/programs/?search=人才贷&page_size=2&fields=code", []
    while address:
        page = client.get(address).json()
        seen.append([row["code"][-1] for row in page["results"]])
        address, last = page["next"], page
    assert seen == [["4", "5"], ["6", "0"], ["1", "2"], ["3"]]
    back = []
    while last["previous"]:
        last = client.get(last["previous"]).json()
        back.insert(0, [row["code"][-1] for row in last["results"]])
    assert back == seen[:-1]


def test_a_match_tells_field_text_and_place(match, program):
    assert match("科贷") == [
        {
            "word": "科贷",
            "field": "name",
            "text": "宁科贷",
            "start": 1,
            "length": 2,
            "passage": None,
        }
    ]


def test_a_match_by_pinyin_tells_the_characters(match, program):
    (hit,) = match("kd")
    assert (hit["text"], hit["start"], hit["length"]) == ("宁科贷", 1, 2)


def test_a_match_in_an_alias_leads_to_its_passage(match, place, program):
    passage = builders.passage(place, "¶4")
    program.citations.create(passage=passage, as_written="“科贷通”产品")
    (hit,) = match("科贷通")
    assert (hit["field"], hit["start"]) == ("citations.as_written", 1)
    assert hit["passage"] == {
        "code": passage.pk,
        "document": passage.document_id,
        "locator": "¶4",
        "url": "",
    }


def test_a_match_in_a_long_text_shows_what_is_around(match, program):
    program.summary = "前" * 100 + "补偿" + "后" * 100
    program.save()
    (hit,) = match("补偿")
    assert hit["text"] == "…" + "前" * 30 + "补偿" + "后" * 30 + "…"
    assert hit["text"][hit["start"] :][: hit["length"]] == "补偿"


def test_each_word_has_its_own_match(match, program, agency):
    program.roles.create(role="lead", order=1, agency=agency())
    assert [(hit["word"], hit["field"]) for hit in match("科技厅 宁科")] == [
        ("科技厅", "roles.agency"),
        ("宁科", "name"),
    ]


@pytest.mark.parametrize(
    ("resource", "view"),
    [pytest.param(name, view, id=name) for name, view, _base in router.registry],
)
def test_every_row_of_a_search_says_where_each_word_stands(
    ask, shipped, resource, view
):
    for text in ("贷", "kj ０"):
        words = text.split()
        for row in ask(resource, search=text, page_size=200)["results"]:
            assert [hit["word"] for hit in row["match"]] == words
            for hit in row["match"]:
                there = hit["text"][hit["start"] :][: hit["length"]]
                literal = fold(there) == fold(hit["word"])
                assert literal or typed(hit["word"]) in readings(there)
                assert hit["field"].split(".")[0] in view.serializer_class.declared()


def test_fields_choose_match_like_any_other(ask, program):
    (row,) = ask(search="nkd", fields="code")["results"]
    assert row == {"code": program.pk}
    (row,) = ask(search="nkd", fields="match,code")["results"]
    assert sorted(row) == ["code", "match"]


def test_rows_of_a_list_without_search_have_no_match(ask, program):
    assert "match" not in ask()["results"][0]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("ordering=relevance", "ordering"),
        ("search=a&ordering=-relevance", "ordering"),
        ("fields=match", "fields"),
        ("search=a&format=csv&fields=match", "fields"),
        ("search=" + "x" * 161, "search"),
        ("search=" + "+".join("abcdefghijk"), "search"),
        ("search=+", "search"),
    ],
)
def test_what_a_search_can_not_do_is_refused(refusal, query, parameter):
    assert refusal(query)["parameter"] == parameter


def test_words_that_are_one_count_once(names, program):
    assert names(" ".join(["NKD", "nkd", "ｎｋｄ"] * 6)) == ["宁科贷"]


def test_a_search_costs_the_same_however_many_it_finds(client, shipped):
    counts = set()
    for size in (1, 30):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/api/v1/programs/?search=贷 a&page_size={size}").json()
        assert len(page["results"]) == size < page["count"]
        counts.add(len(queries))
    assert counts == {5}


def test_a_search_over_all_groups_by_resource(ask, program):
    found = {
        group["resource"]: group for group in ask("search", search="nkd")["results"]
    }
    assert list(found) == list(RESOURCES)
    assert found["agencies"]["results"] == []
    (hit,) = found["programs"]["results"]
    assert hit["code"] == program.pk
    assert hit["label"] == "宁科贷"
    assert hit["match"][0]["field"] == "name"


def test_its_counts_and_best_hits_are_those_of_the_lists(client, ask, shipped):
    for group in ask("search", search="金融", per_resource=3)["results"]:
        there = client.get(f"{group['url']}&page_size=3").json()
        assert group["count"] == there["count"]
        assert [hit["code"] for hit in group["results"]] == [
            row["code"] for row in there["results"]
        ]
        for hit, row in zip(group["results"], there["results"], strict=True):
            assert hit["match"] == row["match"]
            assert client.get(hit["url"]).status_code == 200


def test_a_passage_is_called_by_its_document_and_place(ask, place):
    builders.passage(place, "¶7", summary="风险补偿")
    (group,) = ask("search", search="补偿", resources="passages")["results"]
    assert group["results"][0]["label"] == "文件 ¶7"


def test_labels_follow_the_language(client, place):
    builders.program(place, name="宁科贷", name_en="Ningke Loan")
    answer = client.get(
        "/api/v1/search/?search=nkd&resources=programs",
        headers={"accept-language": "en"},
    )
    assert answer.json()["results"][0]["results"][0]["label"] == "Ningke Loan"


def test_resources_and_their_hits_can_be_chosen(ask, place):
    for number in range(3):
        builders.program(place, f"640000-p{number}")
    asked = {"resources": "regions,programs", "per_resource": 2, "search": "新动力"}
    found = ask("search", **asked)["results"]
    assert [group["resource"] for group in found] == ["regions", "programs"]
    assert (found[1]["count"], len(found[1]["results"])) == (3, 2)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "search"),
        ("search=", "search"),
        ("search=a&resources=program", "resources"),
        ("search=a&resources=programs,programs", "resources"),
        ("search=a&per_resource=0", "per_resource"),
        ("search=a&per_resource=51", "per_resource"),
        ("search=a&region=310000", "region"),
        ("search=" + "x" * 161, "search"),
    ],
)
def test_a_search_over_all_refuses_what_it_can_not_do(refusal, query, parameter):
    assert refusal(query, "search")["parameter"] == parameter


def test_a_search_over_all_costs_the_same_however_many_it_finds(client, shipped):
    counts = set()
    for size in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/search/?search=1&per_resource={size}")
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 1 + 3 * len(RESOURCES)


def test_the_index_leads_to_the_search(client):
    assert client.get("/api/v1/").json()["search"].endswith("/api/v1/search/")


def test_what_is_written_counts_more_than_what_sounds_so_and_that_more_than_a_code(
    match, place
):
    builders.program(place, "640000-ai-dai", name="爱贷", summary="用AI审批")
    assert [hit["field"] for hit in match("ai")] == ["summary"]
    assert [hit["field"] for hit in match("aidai")] == ["name"]
    assert [hit["field"] for hit in match("ai-dai")] == ["name"]
    assert [hit["field"] for hit in match("0-ai")] == ["code"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address",
    ["agencies/?search=科技", "search/?search=科技", "programs/?search=科技"],
)
def test_the_tag_changes_with_what_only_a_match_tells(client, place, agency, address):
    body = agency()
    document = builders.document(place, "640000-d")
    passage = builders.passage(place, document=document)
    body.aliases.update(passage=passage)
    program = builders.program(place, name="科技贷")
    program.citations.create(passage=passage)
    tag = client.get(f"/api/v1/{address}").headers["ETag"]
    document.url = "https://example.com/"
    document.save()
    assert client.get(f"/api/v1/{address}").headers["ETag"] != tag


def test_a_search_over_all_is_as_agreed(client, shipped):
    asked = {"search": "宁科贷 2500万", "resources": "programs,passages,cases"}
    assert_contract("search/all", client.get("/api/v1/search/", asked))


def test_a_page_of_a_search_is_as_agreed(client, shipped):
    asked = {"search": "交行 贷", "page_size": 2, "fields": "code,name,match"}
    assert_contract("search/programs", client.get("/api/v1/programs/", asked))
