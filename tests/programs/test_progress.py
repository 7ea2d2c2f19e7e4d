"""How far targets have come: what is compared, what is not, and what is said of it."""

from datetime import date
from decimal import Decimal

import pytest

from programs.models import Agency, Case, Document, Figure, Target
from programs.progress import Gap, State, compared, progress, tracked
from tests import builders

RANGE = {"comparator": "between", "value_to": Decimal(110)}
TOTAL = {"span": "cumulative", "period_start": "2025"}


def figure(**facts):
    """An unsaved level of 100 at the end of 2027."""
    facts = {
        "value": Decimal(100),
        "unit": "count",
        "comparator": "eq",
        "span": "stock",
        "period_end": "2027",
        **facts,
    }
    return Figure(**facts)


def share(target, latest):
    found = progress(target, latest).share
    return found and (found.comparator, found.value)


def test_a_share_is_the_part_of_the_target_that_was_observed():
    assert share(figure(), figure(value=Decimal(83))) == ("eq", Decimal("83.0"))


def test_a_share_of_less_than_the_target_is_never_rounded_up_to_all_of_it():
    found = share(figure(value=Decimal(100_000)), figure(value=Decimal(99_999)))
    assert found == ("eq", Decimal("99.9"))


def test_a_share_is_as_exact_as_the_observation():
    assert share(figure(), figure(comparator="gt", value=Decimal(83)))[0] == "gt"


@pytest.mark.parametrize(
    ("target", "latest", "gap"),
    [
        ({}, None, Gap.UNOBSERVED),
        ({}, {"value": None, "unit": ""}, Gap.UNOBSERVED),
        ({"value": None, "statement": "提升"}, {}, Gap.WORDS),
        ({"value": None, "versus_id": "loans"}, {}, Gap.RELATION),
        ({"unit": "CNY"}, {"unit": "USD"}, Gap.UNIT),
        ({"span": "cumulative"}, {"span": "stock"}, Gap.SPAN),
        ({"span": "flow"}, {"span": "flow", "period_end": "2026-03"}, Gap.SPAN),
        (
            {"span": "flow"},
            {"span": "flow", "period_start": "2026-01", "period_end": "2026-11"},
            Gap.SPAN,
        ),
        ({"span": "flow"}, {"span": "flow", "period_end": "2028"}, Gap.NONE),
        ({"span": "flow"}, {"span": "flow", "period_end": "2024"}, Gap.EARLIER),
        (
            {"span": "flow"},
            {"span": "flow", "period_start": "2027-01", "period_end": "2027-12"},
            Gap.NONE,
        ),
        ({"span": ""}, {"span": "stock"}, Gap.NONE),
        ({"span": "stock"}, {"span": "stock", "period_end": "2024"}, Gap.NONE),
        ({"base_period": "2020"}, {"base_period": "2024"}, Gap.BASE),
        ({"base_period": "2020"}, {"base_period": "2020"}, Gap.NONE),
        (TOTAL, TOTAL | {"period_start": "2010"}, Gap.START),
        ({"span": ""}, {"span": "cumulative", "period_end": "2026"}, Gap.NONE),
        (TOTAL, TOTAL | {"period_start": "2025-01", "period_end": "2026"}, Gap.NONE),
        (TOTAL, TOTAL | {"period_start": "", "period_end": "2026"}, Gap.NONE),
        (TOTAL, TOTAL | {"period_start": "", "period_end": "2024"}, Gap.EARLIER),
    ],
)
def test_what_is_not_of_the_same_is_not_compared(target, latest, gap):
    seen = None if latest is None else figure(**latest)
    found = progress(figure(**target), seen)
    assert found.gap == gap
    assert (found.share is None) == (gap != Gap.NONE)


@pytest.mark.parametrize(
    "target",
    [
        {"comparator": "lte", "unit": "percent"},
        {"transformation": "growth", "unit": "percent"},
        {"transformation": "rank"},
        {"value": Decimal(0)},
    ],
)
def test_ceilings_growth_ranks_and_nothing_have_no_share(target):
    target = figure(**target)
    assert share(target, figure(unit=target.unit)) is None


@pytest.mark.parametrize(
    ("target", "seen", "met"),
    [
        ({"comparator": "eq"}, {"value": 100}, True),
        ({"comparator": "gte"}, {"value": 99}, False),
        ({"comparator": "gt"}, {"value": 100}, False),
        ({"comparator": "gt"}, {"value": 100, "comparator": "gt"}, True),
        ({"comparator": "gte"}, {"value": 110, "comparator": "lte"}, None),
        ({"comparator": "lte"}, {"value": 100}, True),
        ({"comparator": "lt"}, {"value": 100}, False),
        ({"comparator": "lte"}, {"value": 90, "comparator": "gt"}, None),
        ({"transformation": "rank"}, {"value": 3}, True),
        ({}, {"value": 90, **RANGE}, None),
        ({}, {"value": 100, **RANGE}, True),
        ({"comparator": "lte"}, {"value": 90, **RANGE}, None),
        ({"comparator": "lt"}, {"value": 100, "comparator": "lt"}, True),
    ],
)
def test_whether_a_target_is_met(target, seen, met):
    seen["value"] = Decimal(seen["value"])
    assert progress(figure(**target), figure(**seen)).met is met


def test_a_target_is_overdue_after_its_last_day():
    found = progress(figure(period_end="2025"), None)
    assert not found.overdue(date(2025, 12, 31))
    assert found.overdue(date(2026, 1, 1))


def test_a_met_target_is_not_overdue():
    found = progress(figure(period_end="2025"), figure(period_end="2025"))
    assert not found.overdue(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("target", "seen", "missing"),
    [
        ({}, {"value": 83}, ("eq", 17)),
        ({}, {"value": 83, "comparator": "gt"}, ("lt", 17)),
        ({}, {"value": 83, "comparator": "approx_below"}, ("approx", 17)),
        (
            {},
            {"value": 83, "comparator": "between", "value_to": Decimal(90)},
            ("lte", 17),
        ),
        ({"comparator": "gt"}, {"value": 100}, ("eq", 0)),
        ({"comparator": "lte"}, {"value": 120, "comparator": "gt"}, ("gt", 20)),
        ({"transformation": "rank"}, {"value": 103}, ("eq", 3)),
        ({}, {"value": 100}, None),
        ({"comparator": "gte"}, {"value": 110, "comparator": "lte"}, None),
    ],
)
def test_what_is_missing_to_a_target(target, seen, missing):
    seen["value"] = Decimal(seen["value"])
    found = progress(figure(**target), figure(**seen)).distance
    assert (found and (found.comparator, found.value)) == missing


def test_what_is_missing_has_no_more_digits_than_are_kept():
    target = figure(value=Decimal("123456789012345"))
    found = progress(target, figure(value=Decimal("0.000005"))).distance
    assert found.value == Decimal("123456789012345")


@pytest.mark.parametrize(
    ("target", "seen", "state"),
    [
        ({}, {"value": 100}, State.MET),
        ({"period_end": "2025"}, {"value": 100}, State.MET),
        ({}, {"value": 83}, State.UNDERWAY),
        ({"period_end": "2025"}, {"value": 83}, State.OVERDUE),
        ({"period_end": "2025", "unit": "CNY"}, {"value": 83}, State.OVERDUE),
        ({"unit": "CNY"}, {"value": 83}, State.INCOMPARABLE),
    ],
)
def test_the_state_of_a_target_on_a_day(target, seen, state):
    seen["value"] = Decimal(seen["value"])
    found = progress(figure(**target), figure(**seen))
    assert found.state(date(2026, 6, 1)) == state


@pytest.fixture
def place(db):
    return builders.region("420100", name="武汉市", level="city")


def test_targets_that_are_observed_come_first(place):
    aim = {"nature": "target", "value": Decimal(200)}
    builders.figure(place, "branches", period_end="2026", **aim)
    builders.figure(place, "funds", period_end="2027", **aim)
    builders.figure(place, "funds")
    rows, counts = tracked(10)
    assert [row.target.indicator_id for row in rows] == ["funds", "branches"]
    assert counts == {"all": 2, "stated": 2, "observed": 1}


def test_no_more_targets_than_asked_for(place):
    for year in ("2026", "2027"):
        builders.figure(place, nature="target", period_end=year)
    rows, counts = tracked(1)
    assert [row.target.period_end for row in rows] == ["2026"]
    assert counts["stated"] == 2


@pytest.mark.parametrize("kept_out", ["unpublished", "retold", "of a draft"])
def test_targets_that_are_not_followed(place, kept_out):
    target = builders.figure(place, nature="target")
    if kept_out == "unpublished":
        Figure.objects.update(publication="draft")
    elif kept_out == "retold":
        first = builders.figure(place)
        Figure.objects.filter(pk=target.pk).update(restates=first)
    else:
        Document.objects.update(status="draft")
    assert tracked(10)[0] == []


def of_two(place, name):
    """Two bodies, cases or documents of that place."""
    facts = {"publication": "published"}
    if name == "document":
        return [builders.document(place, f"420100-{slug}") for slug in "ab"]
    if name == "agency":
        facts |= {"region": place, "name": "银行", "kind": "bank"}
        return [Agency.objects.create(code=f"420100-{slug}", **facts) for slug in "ab"]
    facts |= {
        "title": "案例",
        "beneficiary": "企业",
        "passage": builders.passage(place),
    }
    return [Case.objects.create(code=f"420100-{slug}", **facts) for slug in "ab"]


@pytest.mark.parametrize("few", [0, 500])
def test_a_target_stands_beside_the_newest_of_the_same(place, monkeypatch, few):
    monkeypatch.setattr("programs.progress.FEW", few)
    program = builders.program(builders.region("310000"))
    for facts in (
        {},
        {"segment": "一部分"},
        {"transformation": "growth"},
        {"program": program},
        {"region": None, "program": program},
        {"indicator": None, "value": None, "unit": "", "statement": "提升"},
    ):
        for nature, end in (
            ("target", "2027"),
            ("observed", "2025"),
            ("observed", "2025-03"),
            ("observed", "2024-12-31"),
        ):
            row = builders.figure(place, nature=nature, period_end=end)
            Figure.objects.filter(pk=row.pk).update(**{"region": place, **facts})
    targets = Target.objects.with_latest().order_by("pk")
    found = compared(targets)
    assert {row.target.latest for row in found} == {
        row.latest and row.latest.pk for row in found
    }
    ends = [row.latest.period_end for row in found if row.latest]
    assert ends == ["2025"] * 5


@pytest.mark.parametrize("name", ["agency", "case", "document"])
@pytest.mark.parametrize("aimed", [False, True])
def test_what_is_of_another_body_case_or_document_is_not_compared(place, name, aimed):
    one, other = of_two(place, name)
    builders.figure(place, nature="target", **({name: one} if aimed else {}))
    builders.figure(place, **{name: other})
    (found,) = compared(Target.objects.with_latest())
    assert (found.latest, found.target.latest) == (None, None)


@pytest.mark.parametrize("name", ["agency", "case", "document"])
def test_what_is_of_the_same_body_case_or_document_is_compared(place, name):
    one, _other = of_two(place, name)
    builders.figure(place, nature="target", **{name: one})
    seen = builders.figure(place, **{name: one})
    (found,) = compared(Target.objects.with_latest())
    assert (found.latest, found.target.latest) == (seen, seen.pk)
