"""Walks through all pages, both ways, while rows come, change and go.

What nobody touches is met once and in order: for every ordering of every resource, with
1,000 rows of one value and some that state none (100 where a resource shows some rows
of another's table).
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from programs.api.urls import router
from registry import journal
from registry.models import Record
from tests import builders

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
    """A resource with rows: a thousand alike, as many as a page that state nothing."""
    place = builders.region("310000", name="上海市")
    builders.figure(place, passage=builders.passage(place))
    size = page_size(request.param)
    choices = [0] * 5 * size + [1] * 2 * size + [*range(2, 12)] * (size // 20)
    added(request.param, range(len(choices)), choices)
    return request.param


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


def walk(client, address, rel, meet):
    """The codes of every page from there on, and the last page's answer."""
    pages = []
    while address:
        assert len(pages) < 20, "the walk has no end"
        answer = client.get(address).json()
        pages.append([row["code"] for row in answer["results"]])
        if len(pages) % 3 == 1:
            meet()
        address = answer[rel]
    return pages, answer


def test_a_walk_meets_what_nobody_touches_once_and_in_order(client, resource):
    others, turns = set(touched(resource)), count()
    wrong = []
    for ordering in [s + name for name in VIEWS[resource].orderings for s in ("", "-")]:
        expected = [c for c in in_order(resource, ordering) if c not in others]
        address = f"/api/v1/{resource}/?ordering={ordering}"
        address += f"&page_size={page_size(resource)}&fields=code&count=none"
        with journal.preview():
            there, end = walk(
                client, address, "next", lambda: meddle(resource, next(turns))
            )
            back, _start = walk(
                client,
                end["previous"],
                "previous",
                lambda: meddle(resource, next(turns)),
            )
        for pages in (there, [*back[::-1], there[-1]]):
            known = set(expected)
            if [code for page in pages for code in page if code in known] != expected:
                wrong.append(ordering)
    assert wrong == []
