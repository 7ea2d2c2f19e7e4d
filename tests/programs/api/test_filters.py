"""What the filters let through, on a few programs each."""

from decimal import Decimal

import pytest
from django.utils.dateparse import parse_datetime

from programs.models import Agency, Category, Program
from tests import builders


@pytest.fixture
def codes(client):
    """Last parts of the codes that a query finds, in the list's order."""

    def get(query, resource="programs"):
        answer = client.get(f"/api/v1/{resource}/?{query}")
        assert answer.status_code == 200, answer.content
        return [row["code"].partition("-")[2] for row in answer.json()["results"]]

    return get


@pytest.fixture
def place(db):
    return builders.region("310000", name="上海市")


@pytest.fixture
def loans(place):
    """Small: 500万元 to 3年; large: 2000万元, and 100万 US dollars."""
    small = builders.program(place, "310000-small", name="小额贷")
    large = builders.program(place, "310000-large", name="大额贷")
    for program, kind, value, unit in (
        (small, "amount", 5_000_000, "CNY"),
        (small, "tenor", 36, "month"),
        (large, "amount", 20_000_000, "CNY"),
        (large, "amount", 1_000_000, "USD"),
    ):
        builders.term(
            place, program=program, kind=kind, value=Decimal(value), unit=unit
        )
    return small, large


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("amount__gte=500万", ["large", "small"]),
        ("amount__gte=5000001", ["large"]),
        ("amount__lte=500万元", ["small"]),
        ("amount__gte=100万美元", ["large"]),
        ("amount__gte=600万&amount__lte=1000万", []),
        ("tenor__lte=3年", ["small"]),
        ("tenor__gte=37", []),
    ],
)
def test_terms_within_bounds(codes, loans, query, found):
    assert codes(query) == found


def test_two_bounds_are_kept_by_one_term(codes, loans, place):
    builders.term(place, program=loans[0], kind="amount", value=Decimal(10**9))
    assert codes("amount__gte=1000万&amount__lte=5000万") == ["large"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("has_term=tenor", ["small"]),
        ("has_term=tenor,amount", ["large", "small"]),
        ("has_term__not=tenor", ["large"]),
    ],
)
def test_terms_that_are_stated(codes, loans, query, found):
    assert codes(query) == found


def test_a_draft_term_is_not_stated(codes, loans):
    loans[0].terms.filter(kind="tenor").update(publication="draft")
    assert codes("has_term=tenor") == []


def test_all_but_one_kind(codes, place):
    builders.program(place, "310000-a")
    builders.program(place, "310000-b", kind="subsidy")
    assert codes("kind__not=loan") == ["b"]


def test_all_but_one_region(codes, place):
    builders.program(place, "310000-a")
    builders.program(builders.region("440300"), "440300-b")
    assert codes("region__not=310000") == ["b"]
    assert codes("region__not=000000") == []


def test_all_but_what_an_agency_runs(codes, place):
    bank = Agency.objects.create(
        code="310000-bank", name="银行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip
    for key, role in (("lends", "lender"), ("insures", "insurer"), ("none", None)):
        program = builders.program(place, f"310000-{key}")
        if role:
            program.roles.create(role=role, order=1, agency=bank)
    assert codes("agency__not=310000-bank") == ["none"]
    assert codes("agency__not=310000-bank&agency_role=lender") == ["insures", "none"]


def test_a_row_without_a_region_is_among_all_but_one(codes, place):
    from programs.models import Figure, Indicator

    indicator = Indicator.objects.create(code="loans", name="贷款", unit="CNY")
    Figure.objects.create(
        passage=builders.passage(place), nature="observed", indicator=indicator,
        span="stock", transformation="level", comparator="eq", value=Decimal(1),
        unit="CNY", as_written="1元", period_end="2025", publication="published",
    )  # fmt: skip
    assert len(codes("region__not=310000", "observations")) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("has_website=true", ["b"]),
        ("has_website=false", ["a"]),
        ("has_agency=true", []),
        ("has_stage=false", ["a", "b"]),
        ("has_verified_on=false", ["a"]),
        ("verified_on__gte=2026-03-31", ["b"]),
        ("verified_on__gt=2026-03-31", []),
        ("verified_on__lt=2026-04-01", ["b"]),
        ("verified_on__lt=2026-03-31", []),
        ("code=310000-a", ["a"]),
        ("code__not=310000-a", ["b"]),
        ("instrument=PI012", ["a"]),
        ("instrument=PI008", ["b"]),
    ],
)
def test_what_is_stated_of_a_program(codes, place, query, found):
    builders.program(place, "310000-a")
    builders.program(
        place, "310000-b", website="https://a.example/", verified_on="2026-03-31",
        stip_instrument="PI008",
    )  # fmt: skip
    assert codes(query) == found


def test_an_agency_that_is_a_draft_is_not_stated(codes, place):
    program = builders.program(place)
    draft = Agency.objects.create(
        code="310000-g", name="草稿", kind="bank", region=place
    )
    program.roles.create(role="lender", order=1, agency=draft)
    assert codes("has_agency=true") == []


def test_what_is_meant_for_no_stage_is_among_all_but_one(codes, place):
    seed = Category.objects.create(code="seed", scheme="stage", name="种子期")
    growth = Category.objects.create(code="growth", scheme="stage", name="成长期")
    builders.program(place, "310000-both").categories.add(seed, growth)
    builders.program(place, "310000-growth").categories.add(growth)
    builders.program(place, "310000-none")
    assert codes("stage__not=seed") == ["growth", "none"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("launched__gte=2024-04", ["day", "month"]),
        ("launched__gt=2024-04", []),
        ("launched__gt=2024-03-31", ["day", "month"]),
        ("launched__lte=2024-04", ["day", "month"]),
        ("launched__lt=2024-04-15", []),
        ("launched__lt=2024-04-16", ["day"]),
        ("launched__lt=2025", ["day", "month", "year"]),
        ("launched__gt=2023", ["day", "month", "year"]),
    ],
)
def test_bounds_of_dates_that_are_known_in_part(codes, place, query, found):
    for key, launched in (
        ("year", "2024"),
        ("month", "2024-04"),
        ("day", "2024-04-15"),
    ):
        builders.program(place, f"310000-{key}", launched=launched)
    assert codes(query) == found


def test_strict_bounds_of_values(codes, loans):
    assert len(codes("value__gt=500万元", "terms")) == 1
    assert len(codes("value__lt=2000万元", "terms")) == 1


def test_programs_by_what_they_are_part_of(codes, place):
    whole = builders.program(place, "310000-whole")
    part = builders.program(place, "310000-part")
    part.links.create(relation="part_of", target=whole)
    assert codes("linked_to=310000-whole&relation=part_of") == ["part"]
    assert codes("linked_to=310000-whole&relation=funded_by") == []


def test_terms_by_who_runs_their_program(codes, loans, place):
    bank = Agency.objects.create(
        code="310000-bank", name="银行", kind="bank", region=place,
        publication="published",
    )  # fmt: skip
    loans[0].roles.create(role="lender", order=1, agency=bank)
    assert len(codes("agency=310000-bank&agency_role=lender", "terms")) == 2


def test_a_number_is_found_as_a_copy_garbles_it(codes, place):
    builders.document(place, "310000-a", number="武政办〔2025〕67号")
    assert codes("number=武政办[2025]67号", "documents") == ["a"]


def test_what_applies_at_a_place(codes, place):
    builders.program(place, "310000-a")
    builders.program(place.parent, "000000-national")
    builders.program(builders.region("440300"), "440300-b")
    assert codes("region=310000&region_scope=covering") == ["national", "a"]


@pytest.fixture
def policies(place):
    for code, facts in {
        "current": {"issued_on": "2025-06-03", "expires_on": "2028-06-03"},
        "lapsed": {"issued_on": "2020-01", "expires_on": "2023"},
        "endless": {"issued_on": "2025-01-01"},
        "later": {"effective_on": "2027", "expires_on": "2029"},
        "vague": {"issued_on": "2026", "expires_on": "2029"},
        "draft": {"status": "draft", "issued_on": "2025", "expires_on": "2029"},
    }.items():
        basis = {"expiry_basis": "printed"} if "expires_on" in facts else {}
        facts = {"kind": "policy", "status": "issued", **basis, **facts}
        builders.document(place, f"310000-{code}", **facts)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("valid_on=2026-03-31", ["current"]),
        ("valid_on=2026-12-31", ["current", "vague"]),
        ("valid_on=2026-03-31&valid=yes", ["current"]),
        ("valid_on=2026-03-31&valid=no", ["draft", "lapsed", "later"]),
        ("valid_on=2026-03-31&valid=unknown", ["endless", "vague"]),
        ("valid_on=2026-03-31&valid=yes,unknown", ["current", "endless", "vague"]),
        ("valid_on=2028-06-03&valid=yes", ["current", "later", "vague"]),
        ("expiring_before=2024-01-01", ["lapsed"]),
        ("expiring_before=2023-12-31", []),
        ("valid_on=2026-03-31&expiring_before=2028-06-04", ["current"]),
    ],
)
def test_what_is_in_force(codes, policies, query, found):
    assert codes(query, "documents") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("valid_on=2025-01-01", ["ended"]),
        ("valid_on=2025-01-01&valid=unknown", ["running"]),
        ("valid_on=2026-01-01&valid=no", ["ended"]),
        ("expiring_before=2025-07-01", ["ended"]),
    ],
)
def test_which_programs_run(codes, place, query, found):
    builders.program(place, "310000-running", launched="2024-04")
    builders.program(place, "310000-ended", launched="2024", ended="2025-06-30")
    assert codes(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("updated_at__gte=2026-03-31T08:00:00%2B08:00", ["new"]),
        ("updated_at__gte=2026-03-31T00:00:01Z", []),
        ("updated_at__gt=2026-03-31T08:00:00", []),
        ("updated_at__lte=2026-03-30T20:00:00-04:00", ["new", "old"]),
        ("updated_at__lt=2026-03-31", ["old"]),
    ],
)
def test_an_instant_is_read_with_its_offset_or_in_beijing(codes, place, query, found):
    for name, at in (("old", "2026-03-30T15:59:59Z"), ("new", "2026-03-31T00:00:00Z")):
        row = builders.program(place, f"310000-{name}")
        Program.objects.filter(pk=row.pk).update(updated_at=parse_datetime(at))
    assert codes(f"{query}&ordering=code") == found


@pytest.mark.parametrize(
    ("resource", "query", "parameter"),
    [
        ("programs", "amount__gte=2000万&amount__lte=1000万", "amount__gte"),
        ("programs", "amount__gte=1元&amount__lte=100万美元", "amount__gte"),
        ("programs", "launched__gte=2025&launched__lte=2024", "launched__gte"),
        (
            "cases",
            "updated_at__gt=2025-01-01&updated_at__lt=2025-01-01",
            "updated_at__gt",
        ),
        (
            "cases",
            "updated_at__gte=2025-01-01&updated_at__lt=2025-01-01",
            "updated_at__gte",
        ),
        (
            "cases",
            "updated_at__gt=2025-01-01&updated_at__lte=2025-01-01",
            "updated_at__gt",
        ),
        ("programs", "tenor__gte=10%", "tenor__gte"),
        ("programs", "amount__gte=不超过1000万元", "amount__gte"),
        ("programs", "valid=yes", "valid"),
        ("programs", "valid_on=2026-03", "valid_on"),
        ("programs", "valid_on=0001-01-01", "valid_on"),
        ("programs", "expiring_before=9999-12-31", "expiring_before"),
        ("programs", "updated_at__gt=0001-01-01", "updated_at__gt"),
        ("programs", "valid_on=2026-03-31&valid=maybe", "valid"),
        ("programs", "region=310000&region_scope=exact,covering", "region_scope"),
        ("programs", "kind=loan,loan", "kind"),
        ("funds", "kind=fund", "kind"),
        ("platforms", "fund_vehicle=aic", "fund_vehicle"),
        ("branches", "kind=bank", "kind"),
        ("terms", "value__gte=5", "value__gte"),
        ("terms", "value__gte=5&unit=CNY,USD", "value__gte"),
        ("regions", "valid_on=2026-03-31", "valid_on"),
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_refused(client, place, resource, query, parameter):
    answer = client.get(f"/api/v1/{resource}/?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_wrong_unit_is_refused_with_the_right_ones(client, place):
    told = client.get("/api/v1/programs/?amount__gte=3年").json()
    assert told["allowed"] == ["CNY", "HKD", "USD"]


def test_values_in_the_unit_that_is_asked_for(codes, loans):
    assert len(codes("value__gte=36&unit=month", "terms")) == 1
    assert len(codes("value__gte=1000000美元", "terms")) == 1


def test_a_program_at_another_place_is_found_there(codes, place):
    program = builders.program(builders.region("440300"), "440300-b")
    program.places.add(place)
    assert codes("region=310000") == ["b"]
    assert Program.objects.within("310000").get() == program
