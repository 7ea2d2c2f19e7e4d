"""Walks through all pages, both ways, while rows come, change and go.

What nobody touches is met once and in order: for every ordering of every resource, with
1,000 rows of one value and some that state none (100 where a resource shows some rows
of another's table).
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from programs.api.urls import router
from programs.models import Program
from registry import journal
from registry.models import Record
from tests import builders
from tests.together import several

VIEWS = {name: view for name, view, _basename in router.registry}
NAMES = ["科技贷", "", "a", "Z", "é", "ａ", "﨑", "𠮷野贷", "𠮷", "科技"]
DATES = ["2024-04", "", "2024", "2024-04-01", "2024-12", "2025", "1999-01"]
AMOUNTS = ["0.1", None, "100", "99.999999", "0.100001", "2000000000000"]
INSTANT = datetime(2026, 1, 1, 8, tzinfo=UTC)
# Of every column the first value is given to a thousand rows, each other to a few.
VALUES = {
    "name": NAMES,
    "title": NAMES,
    "launched": DATES,
    "opened": DATES,
    "issued_on": DATES,
    "published_on": DATES,
    "expires_on": DATES,
    "period_end": DATES,
    "verified_on": [date(2026, 3, 31), None, date(2026, 3, 1), date(2025, 12, 31)],
    "updated_at": [INSTANT + timedelta(microseconds=n) for n in (5, 6, 4, 60, 10**6)],
    "value": [amount and Decimal(amount) for amount in AMOUNTS],
    "order": [3, 1, 2, 10, 100],
    "scheme": ["industry", "audience"],
    "kind": ["quota", "amount", "tenor"],
}
IN_SHANGHAI = {"region_id": "310000"}
OF_DOCUMENT = {"document_id": "310000-wenjian", "kind": "measure"}
OF_PASSAGE = {"passage_id": "310000-wenjian.p1"}
TERM = {**OF_PASSAGE, "as_written": "…", "comparator": "eq"}
FIGURE = {**TERM, "statement": "…", "indicator_id": "funds"}
# What else a row of the resource has.
FACTS = {
    "programs": {**IN_SHANGHAI, "kind": "loan"},
    "funds": {**IN_SHANGHAI, "kind": "fund"},
    "platforms": {**IN_SHANGHAI, "kind": "platform"},
    "agencies": {**IN_SHANGHAI, "kind": "bank"},
    "branches": {**IN_SHANGHAI, "kind": "tech_branch"},
    "regions": {"level": "zone", "parent_id": "310000"},
    "documents": {**IN_SHANGHAI, "kind": "news", "coverage": "full"},
    "passages": OF_DOCUMENT,
    "measures": OF_DOCUMENT,
    "terms": TERM,
    "observations": {**FIGURE, "nature": "observed"},
    "targets": {**FIGURE, "nature": "target"},
    "indicators": {"unit": "count"},
    "categories": {},
    "cases": {**OF_PASSAGE, "beneficiary": "…"},
}


@pytest.fixture(params=FACTS)
def resource(request, db):
    """A resource with rows."""
    fill(request.param)
    return request.param


def fill(resource):
    """Rows: five pages alike, two that state nothing, some others."""
    place = builders.region("310000", name="上海市")
    builders.figure(place, passage=builders.passage(place))
    size = page_size(resource)
    choices = [0] * 5 * size + [1] * 2 * size + [*range(2, 12)] * (size // 20)
    added(resource, range(len(choices)), choices)


def page_size(resource):
    return 20 if VIEWS[resource].queryset.model._meta.proxy else 200


def touched(resource):
    """Codes of the rows that others change or remove: of every value some."""
    size = page_size(resource)
    numbers = [*range(0, 2 * size, 5), *range(5 * size, 8 * size, 5)]
    return [code_of(resource, number) for number in numbers]


def added(resource, numbers, choices):
    """Codes of new rows, each with so manieth value in every column."""
    model = VIEWS[resource].queryset.model
    rows = []
    for number, choice in zip(numbers, choices, strict=True):
        row = model(code=code_of(resource, number), **FACTS[resource])
        if issubclass(model, Record):
            row.publication = "published"
        if resource in ("passages", "measures"):
            row.locator = str(number)
        for name in VIEWS[resource].orderings:
            if name in VALUES:
                setattr(row, name, VALUES[name][choice % len(VALUES[name])])
        if getattr(row, "value", None) is not None:
            row.unit = "count"
        if getattr(row, "expires_on", ""):
            row.expiry_basis = "printed"
        rows.append(row)
    model._base_manager.bulk_create(rows)
    return [row.code for row in rows]


def code_of(resource, number):
    """The code of a row by its number; codes are not in the order of making."""
    key = f"{number * 7919 % 100_003:06}"
    facts = FACTS[resource]
    if owner := facts.get("document_id") or facts.get("passage_id"):
        return f"{owner}.{key}" if resource != "cases" else f"310000-{key}"
    return f"c{key}" if resource in ("indicators", "categories") else f"310000-{key}"


def in_order(resource, ordering):
    """All codes as the ordering puts them, what is not stated last."""
    name, falling = ordering.removeprefix("-"), ordering.startswith("-")
    rows = VIEWS[resource].queryset.all().values_list(name, "code")
    lacking = (None, "") if VALUES.get(name) is DATES else (None,)
    stated = sorted((row for row in rows if row[0] not in lacking), reverse=falling)
    others = sorted(
        (row for row in rows if row[0] in lacking), key=str, reverse=falling
    )
    return [code for _value, code in stated + others]


def meddle(resource, turn):
    """What others do between two pages: rows come everywhere, change and go."""
    queryset = VIEWS[resource].queryset
    added(resource, range(5000 + 4 * turn, 5004 + 4 * turn), [0, 0, 1, turn])
    codes = touched(resource)
    gone, *changed = (codes[(3 * turn + n) % len(codes)] for n in range(3))
    if issubclass(queryset.model, Record):
        queryset.filter(pk=gone).update(publication="withdrawn")
    else:
        queryset.filter(pk=gone).delete()
    values = {
        name: VALUES[name][turn % len(VALUES[name])]
        for name in VIEWS[resource].orderings
        # Those that come with other columns stay.
        if name in VALUES and name not in ("value", "expires_on")
    }
    if values:
        queryset.filter(pk__in=changed).update(**values)


def walk(client, address, rel, meet, every=3):
    """The codes of every page from there on, and the last page's answer.

    Others meet it after every so manieth page.
    """
    pages, answer = [], None
    while address:
        assert len(pages) < 40, "the walk has no end"
        answer = client.get(address).json()
        pages.append([row["code"] for row in answer["results"]])
        if len(pages) % every == 1 % every:
            meet()
        address = answer[rel]
    return pages, answer


def astray(client, resource, ordering, meet):
    """Whether the walk there, and that back, meet the untouched in any other way."""
    others = set(touched(resource))
    expected = [c for c in in_order(resource, ordering) if c not in others]
    known = set(expected)
    address = f"/api/v1/{resource}/?ordering={ordering}"
    address += f"&page_size={page_size(resource)}&fields=code&count=none"
    there, end = walk(client, address, "next", meet)
    back, _start = walk(client, end["previous"], "previous", meet)
    return [
        [code for page in pages for code in page if code in known] != expected
        for pages in (there, [*back[::-1], there[-1]])
    ]


def test_a_walk_meets_what_nobody_touches_once_and_in_order(client, resource):
    turns = count()
    wrong = []
    for ordering in [s + name for name in VIEWS[resource].orderings for s in ("", "-")]:
        with journal.preview():
            found = astray(
                client, resource, ordering, lambda: meddle(resource, next(turns))
            )
        if any(found):
            wrong.append(ordering)
    assert wrong == []


def test_so_does_a_walk_beside_others_who_commit(client, transactional_db):
    fill("funds")
    turns = count()

    def others():
        with journal.change(by="others", reason="", path="test"):
            meddle("funds", next(turns))

    with several(1) as run:
        for ordering in ("name", "-launched", "-updated_at"):
            assert not any(astray(client, "funds", ordering, lambda: run([others])))


# Writes between pages: the row, and what it becomes; beyond the rows a new one.
WRITES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([*DATES, "gone"])), max_size=2
)


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    launched=st.lists(st.sampled_from(DATES), min_size=1, max_size=10),
    size=st.integers(1, 4),
    ordering=st.sampled_from(["launched", "-launched"]),
    writes=st.lists(WRITES, max_size=12),
)
def test_small_walks_meet_the_untouched_once(
    client, shanghai, launched, size, ordering, writes
):
    codes = [f"310000-p{number:02}" for number in range(len(launched))]
    changed = {f"310000-p{number:02}" for turn in writes for number, _to in turn}
    turns = iter(writes)

    def others():
        for number, become in next(turns, []):
            row = Program.objects.filter(code=f"310000-p{number:02}")
            if not row:
                builders.program(shanghai, f"310000-p{number:02}")
            if become == "gone":
                row.update(publication="withdrawn")
            else:
                row.update(launched=become)

    with journal.preview():
        for code, when in zip(codes, launched, strict=True):
            builders.program(shanghai, code, launched=when)
        expected = [c for c in in_order("programs", ordering) if c not in changed]
        address = f"/api/v1/programs/?ordering={ordering}&page_size={size}&fields=code"
        pages, end = walk(client, address, "next", others, every=1)
        back, _start = walk(client, end["previous"], "previous", others, every=1)
    for met in (pages, [*back[::-1], pages[-1]]):
        assert [c for page in met for c in page if c in set(expected)] == expected


@pytest.fixture
def shanghai(db):
    return builders.region("310000", name="上海市")
