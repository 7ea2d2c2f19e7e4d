"""``group_by``: counts as one would count them by hand, and values put together."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.api.urls import router
from programs.models import Agency, Indicator
from tests import builders
from tests.contracts import assert_contract

RESOURCES = [(name, view) for name, view, _basename in router.registry]
MUNICIPALITIES = {"11", "12", "31", "50"}


@pytest.fixture
def groups(client):
    """A function that gives the buckets of a query: codes → count."""

    def get(resource, query):
        answer = client.get(f"/api/v1/{resource}/?{query}")
        assert answer.status_code == 200, answer.content
        return counts(answer.json())

    return get


def counts(answer):
    names = [dimension["name"] for dimension in answer["dimensions"]]
    found = {
        tuple(bucket[name]["code"] for name in names): bucket["count"]
        for bucket in answer["results"]
    }
    return {codes[0] if len(names) == 1 else codes: n for codes, n in found.items()}


@pytest.fixture
def problem(client):
    def get(address):
        answer = client.get(address)
        assert answer.status_code == 400, answer.content
        return answer.json()

    return get


# As one would count by hand, from the rows that the lists show.


@pytest.fixture
def rows(client, shipped):
    """A function that gives every row of a list, with all that it can include."""

    def get(resource, view):
        nested = view.serializer_class.nested()
        address = f"/api/v1/{resource}/?page_size=200"
        address += f"&include={','.join(nested)}" * bool(nested)
        found = []
        while address:
            answer = client.get(address).json()
            found += answer["results"]
            address = answer["next"]
        return found

    return get


def code_of(value):
    return (value or {}).get("code") if not isinstance(value, str) else value or None


def places_of(row, about):
    """Codes of the regions where the row is."""
    if "places" in row:
        return [row["region"]["code"], *(p["region"]["code"] for p in row["places"])]
    if "level" in row:
        return [row["code"]]
    if "indicator" in row:
        program = row["program"] and about["programs"][row["program"]["code"]]
        found = [row["region"], program and program["region"]]
        return [place["code"] for place in found if place]
    if "region" in row:
        return [row["region"]["code"]]
    document = code_of(row.get("document")) or row["passage"]["document"]
    return [about["documents"][document]["region"]["code"]]


def province_of(place):
    return None if place[:2] == "00" else f"{place[:2]}0000"


def city_of(place):
    if place[:2] in MUNICIPALITIES:
        return province_of(place)
    return None if place[2:4] == "00" else f"{place[:4]}00"


def agencies_of(row, about):
    if "provider" in row:
        return [code_of(row["agency"]), code_of(row["provider"])]
    roles = row.get("roles", row.get("responsibilities"))
    if roles is None and "agency" in row:
        return [code_of(row["agency"])]
    if roles is None:
        program = row["program"] and about["programs"][row["program"]["code"]]
        roles = program["roles"] if program else []
    return [code_of(role["agency"]) for role in roles]


def documents_of(row, about):
    if "citations" in row:
        return [line["passage"]["document"] for line in row["citations"]]
    return [
        code_of(row["document"]) if "locator" in row else row["passage"]["document"]
    ]


BY_HAND = {
    "region": places_of,
    "province": lambda row, about: map(province_of, places_of(row, about)),
    "city": lambda row, about: map(city_of, places_of(row, about)),
    "agency": agencies_of,
    "document": documents_of,
    "about": lambda row, _about: [code_of(row["document"])],
    "platform": lambda row, _about: [
        link["target"]["code"]
        for link in row["links"]
        if link["relation"]["code"] == "offered_on"
    ],
}


def by_hand(name, row, about):
    """The codes that the row shows."""
    if name in ("stage", "audience", "industry"):
        found = [
            line["category"]["code"]
            for line in row["categories"]
            if line["scheme"]["code"] == name
        ]
    elif name in BY_HAND:
        found = BY_HAND[name](row, about)
    elif name.endswith("__year"):
        found = [row[name.removesuffix("__year")][:4] or None]
    else:
        found = [code_of(row[name])]
    return {code for code in found if code is not None} or {None}


@pytest.mark.parametrize(("resource", "view"), RESOURCES)
def test_groups_are_what_one_counts_by_hand(groups, rows, resource, view):
    about = {
        name: {row["code"]: row for row in rows(name, other)}
        for name, other in RESOURCES
        if name in ("programs", "documents")
    }
    listed = rows(resource, view)
    for dimension in view.filters.dimensions():
        expected = {}
        for row in listed:
            for code in by_hand(dimension.name, row, about):
                expected[code] = expected.get(code, 0) + 1
        assert groups(resource, f"group_by={dimension.name}") == expected, (
            dimension.name
        )


def test_two_dimensions_are_crossed(groups, rows):
    expected = {}
    for row in rows("programs", dict(RESOURCES)["programs"]):
        for stage in by_hand("stage", row, {}):
            codes = (row["kind"]["code"], stage)
            expected[codes] = expected.get(codes, 0) + 1
    assert groups("programs", "group_by=kind,stage") == expected


def test_a_bucket_counts_what_the_filter_finds(client, groups, shipped):
    for (region, kind), number in groups("programs", "group_by=region,kind").items():
        query = f"region={region}&region_scope=exact&kind={kind}"
        assert client.get(f"/api/v1/programs/?{query}").json()["count"] == number


def test_what_is_not_stated_is_what_has_none(client, groups, shipped):
    for resource, view in RESOURCES:
        for dimension in view.filters.dimensions():
            name = dimension.name.removesuffix("__year")
            number = groups(resource, f"group_by={dimension.name}").get(None)
            if number and name not in ("province", "city"):
                answer = client.get(f"/api/v1/{resource}/?has_{name}=false").json()
                assert answer["count"] == number, (resource, dimension.name)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("programs", "programs/?group_by=province,kind&kind=loan,fund"),
        ("terms", "terms/?group_by=kind,unit&aggregate=min,max&kind=size,tenor"),
    ],
)
def test_the_groups_are_those_on_file(client, shipped, name, address):
    assert_contract(f"groups/{name}", client.get(f"/api/v1/{address}"))


# Small registries, in which one sees what is counted.


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市", name_en="Shanghai")


def test_filters_apply_before_counting(groups, place):
    builders.program(place, "310000-a")
    builders.program(place, "310000-b", kind="subsidy")
    assert groups("programs", "group_by=region&kind=loan") == {"310000": 1}


def test_the_total_counts_every_row_once(client, place):
    program = builders.program(place, "310000-a")
    program.places.add(builders.region("440300"))
    answer = client.get("/api/v1/programs/?group_by=region").json()
    assert (answer["count"], answer["overlapping"]) == (1, True)
    assert counts(answer) == {"310000": 1, "440300": 1}


def test_labels_follow_the_language(client, place):
    builders.program(place)
    address = "/api/v1/programs/?group_by=region,lifecycle"
    english = client.get(address, headers={"accept-language": "en"}).json()
    assert english["results"] == [
        {
            "region": {"code": "310000", "label": "Shanghai"},
            "lifecycle": {"code": None, "label": "not stated"},
            "count": 1,
        }
    ]
    (bucket,) = client.get(address).json()["results"]
    assert bucket["region"]["label"] == "上海市"


def test_a_draft_is_no_group(groups, place):
    program = builders.program(place)
    draft = Agency.objects.create(
        code="310000-geheim", name="绝密机构", kind="bank", region=place
    )
    program.roles.create(role="lender", order=1, agency=draft)
    assert groups("programs", "group_by=agency") == {None: 1}


def test_the_region_of_a_draft_is_no_group(client, place):
    draft = builders.program(builders.region("440300"), "440300-g", publication="draft")
    builders.figure(None, passage=builders.passage(place), program=draft)
    answer = client.get("/api/v1/observations/?group_by=region").json()
    assert counts(answer) == {None: 1}
    found = client.get("/api/v1/observations/?region=440300").json()
    assert found["count"] == 0


def test_agencies_are_counted_in_the_part_that_is_asked_for(groups, place):
    program = builders.program(place)
    for code, role in (("310000-a", "lender"), ("310000-b", "insurer")):
        body = Agency.objects.create(
            code=code, name=code, kind="bank", region=place, publication="published"
        )
        program.roles.create(role=role, order=1, agency=body)
    query = "group_by=agency&agency_role=lender"
    assert groups("programs", query) == {"310000-a": 1}


def test_groups_as_they_were(client, shipped):
    answer = client.get("/api/v1/programs/?group_by=kind&as_of=2020-01-01").json()
    assert (answer["count"], answer["results"]) == (0, [])


def test_groups_of_what_a_search_finds(groups, place):
    builders.program(place, "310000-a", name="人才贷")
    builders.program(place, "310000-b", name="宁科贷")
    assert groups("programs", "group_by=kind&search=人才") == {"loan": 1}


def test_groups_as_csv(client, place):
    builders.program(place)
    answer = client.get("/api/v1/programs/?group_by=region,stage&format=csv")
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert lines == [
        ["region", "region_label", "stage", "stage_label", "count"],
        ["310000", "上海市", "", "未说明", "1"],
        ["#rows=1", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("group_by=name", "group_by"),
        ("group_by=region,kind,stage", "group_by"),
        ("group_by=kind,kind", "group_by"),
        ("group_by=kind&page_size=5", "page_size"),
        ("group_by=kind&cursor=x", "cursor"),
        ("group_by=kind&count=exact", "count"),
        ("group_by=kind&ordering=code", "ordering"),
        ("group_by=kind&fields=code", "fields"),
        ("group_by=kind&include=terms", "include"),
        ("group_by=kind&aggregate=sum", "aggregate"),
        ("group_by=kind&agency_role=lender", "agency_role"),
        ("group_by=agency&agency_role=lendre", "agency_role"),
        ("group_by=kind&format=xml", "format"),
        ("group_by=kind&as_of=2020-01-01&search=x", "as_of"),
    ],
)
def test_what_has_no_effect_on_groups_is_refused(problem, place, query, parameter):
    assert problem(f"/api/v1/programs/?{query}")["parameter"] == parameter


def test_values_are_not_put_together_without_groups(problem, place):
    assert problem("/api/v1/terms/?aggregate=sum")["parameter"] == "aggregate"


def test_more_groups_than_are_given_are_refused(problem, place, monkeypatch):
    monkeypatch.setattr("registry.api.grouping.MOST_BUCKETS", 1)
    builders.program(place, "310000-a")
    builders.program(place, "310000-b", kind="subsidy")
    assert problem("/api/v1/programs/?group_by=kind")["parameter"] == "group_by"


def test_groups_cost_the_same_however_many(client, place):
    queries = []
    for number in (1, 20):
        for n in range(number):
            builders.program(place, f"310000-p{number}-{n}", kind="loan")
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/programs/?group_by=region,stage")
        queries.append(len(captured))
    assert queries[0] == queries[1]


# Values put together.


@pytest.fixture
def total(client, place):
    """A function that gives the only bucket's answer to ``aggregate``."""

    def get(query, resource="observations"):
        answer = client.get(
            f"/api/v1/{resource}/?group_by=unit&aggregate=sum,min,max&{query}"
        )
        assert answer.status_code == 200, answer.content
        (bucket,) = answer.json()["results"]
        return bucket

    return get


def figures(place, *facts):
    """Figures that count each something else, unless their facts say otherwise."""
    passage = builders.passage(place)
    return [
        builders.figure(
            **{"place": None, "passage": passage, "segment": f"第{number}类", **each}
        )
        for number, each in enumerate(facts)
    ]


def test_sum_least_and_greatest(total, place):
    figures(place, {"value": Decimal(3)}, {"value": Decimal("4.5")})
    bucket = total("")
    assert [bucket[name]["value"] for name in ("sum", "min", "max")] == [
        "7.5",
        "3",
        "4.5",
    ]
    assert (bucket["values"], bucket["comparators"]) == (2, ["eq"])


def test_a_sum_is_exact(total, place):
    builders.term(place, value=Decimal("0.1"), kind="size", comparator="eq")
    builders.term(place, value=Decimal("99999999999999.2"), kind="size")
    builders.term(place, value=Decimal("99999999999999.2"), kind="size")
    bucket = total("kind=size", "terms")
    assert bucket["sum"]["value"] == "199999999999998.50"


def test_the_least_and_the_greatest_lead_to_their_records(total, place):
    low, high = figures(place, {"value": Decimal(3)}, {"value": Decimal(4)})
    bucket = total("")
    assert (bucket["min"]["code"], bucket["max"]["code"]) == (low.pk, high.pk)


@pytest.mark.parametrize(
    ("comparators", "together"),
    [
        (("eq", "gt"), "gt"),
        (("eq", "gte"), "gte"),
        (("lte", "lt"), "lt"),
        (("eq", "approx"), "approx"),
    ],
)
def test_a_sum_says_how_it_is_meant(total, place, comparators, together):
    figures(place, *({"comparator": each} for each in comparators))
    assert total("")["sum"]["comparator"] == together


def test_a_sum_of_ranges_is_a_range(total, place):
    between = {"comparator": "between", "value": Decimal(3), "value_to": Decimal(5)}
    figures(place, between, {"value": Decimal(1)})
    told = total("")
    assert (told["sum"]["value"], told["sum"]["value_to"]) == ("4", "6")
    assert told["max"]["code"].endswith(".funds")


def test_what_tells_a_value_again_is_not_counted_twice(total, place):
    (first,) = figures(place, {"value": Decimal(3)})
    again = builders.figure(
        None, passage=builders.passage(place, "¶2"), value=Decimal(3), restates=first
    )
    bucket = total("")
    assert (bucket["count"], bucket["values"], bucket["sum"]["value"]) == (2, 1, "3")
    assert bucket["left_out"] == {"not_stated": 0, "told_again": 1, "part": 0}
    # Without the first, the other tells it.
    assert total(f"passage={again.passage_id}")["values"] == 1


def test_a_part_is_not_added_to_its_whole(total, place):
    (whole,) = figures(place, {"value": Decimal(10)})
    part = builders.figure(
        None, passage=whole.passage, value=Decimal(4), part_of=whole, segment="甲"
    )
    builders.figure(
        None, passage=whole.passage, value=Decimal(1), part_of=part, segment="乙"
    )
    bucket = total("")
    assert (bucket["sum"]["value"], bucket["left_out"]["part"]) == ("10", 2)
    assert total("has_part_of=true")["sum"]["value"] == "4"


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ({"indicator": "a"}, {"indicator": "b"}, "indicator"),
        ({}, {"transformation": "growth"}, "transformation"),
        ({}, {"nature": "planned"}, "nature"),
        ({"period_end": "2024"}, {"period_end": "2025"}, "period_end"),
        ({"comparator": "lte"}, {"comparator": "gte"}, "comparator"),
        ({"unit": "percent"}, {"unit": "percent"}, "percent"),
    ],
)
def test_values_that_are_not_alike_are_not_added(problem, place, one, other, named):
    figures(place, one, other)
    told = problem("/api/v1/observations/?group_by=unit&aggregate=sum")
    assert told["parameter"] == "aggregate"
    assert named in told["detail"]


def test_the_units_that_are_found_are_told(problem, place):
    figures(place, {"unit": "count"}, {"unit": "CNY"})
    told = problem("/api/v1/observations/?group_by=nature&aggregate=min")
    assert told["allowed"] == ["CNY", "count"]


def test_a_place_is_not_added_to_one_that_holds_it(problem, place):
    inside = builders.region("310115", parent=place, level="district")
    figures(place, {"region": place}, {"region": inside})
    told = problem("/api/v1/observations/?group_by=unit&aggregate=sum")
    assert "310115" in told["detail"]


@pytest.mark.parametrize(
    "facts",
    [
        [{"segment": "科技企业"}, {"segment": "科技企业"}],
        [{"segment": ""}, {"segment": "其中民营企业"}],
        [{"segment": ""}, {"segment": "", "value": Decimal(101)}],
    ],
)
def test_what_counts_the_same_is_not_added(problem, place, facts):
    figures(place, *({"region": place, **each} for each in facts))
    told = problem("/api/v1/observations/?group_by=unit&aggregate=sum")
    assert (told["parameter"], told["allowed"]) == ("aggregate", ["max", "min"])


def test_a_place_is_not_added_to_a_program(problem, place):
    figures(place, {"region": place}, {"program": builders.program(place)})
    told = problem("/api/v1/observations/?group_by=unit&aggregate=sum")
    assert (told["parameter"], told["allowed"]) == ("aggregate", ["max", "min"])


def test_what_states_no_value_is_counted_apart(client, place):
    figures(place, {"value": Decimal(3)})
    Indicator.objects.create(code="words", name="文字", unit="count")
    builders.figure(
        None, passage=builders.passage(place, "¶2"), indicator="words", value=None,
        unit="", comparator="", statement="大幅提高",
    )  # fmt: skip
    answer = client.get("/api/v1/observations/?group_by=nature&aggregate=min").json()
    (bucket,) = answer["results"]
    assert (bucket["values"], bucket["left_out"]["not_stated"]) == (1, 1)


def test_values_as_csv(client, place):
    figures(place, {"value": Decimal(3)})
    query = "group_by=unit&aggregate=sum,max&format=csv"
    answer = client.get(f"/api/v1/observations/?{query}")
    header, line, _end = csv.reader(io.StringIO(answer.getvalue().decode(), newline=""))
    told = dict(zip(header, line, strict=True))
    assert (told["sum_value"], told["max_value"]) == ("3", "3")


@pytest.mark.django_db(transaction=True)
def test_groups_are_named_by_what_their_labels_are_read_from(client):
    place = builders.region("310000", name="上海市")
    builders.program(place)
    address = "/api/v1/programs/?group_by=region"
    before = client.get(address)
    place.name = "上海"
    place.save()
    after = client.get(address, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["results"][0]["region"]["label"] == "上海"
