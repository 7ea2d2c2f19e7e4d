"""How many queries each route costs: the same for one row and for 200, as on file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.models import Region
from tests import builders
from tests.contracts import assert_kept
from tests.programs.api.test_contracts import EXAMPLES
from tests.programs.api.test_walks import VIEWS, added

# What a slim list may cost: the revision, the keys, how many there are, the rows.
MOST = 4


@pytest.fixture
def registry(shipped):
    """What ships, and of every resource more than 200 rows besides."""
    place = Region.objects.get(code="310000")
    source = builders.passage(place, document=builders.document(place))
    builders.figure(place, passage=source)
    for number, resource in enumerate(VIEWS):
        added(resource, range(1000 * number, 1000 * number + 201), range(201))


def selects(client, address):
    """How many queries the answer takes; beginning and ending don't count.

    Not the first of its kind in a process, which works out what such answers read.
    """
    b"".join(client.get(f"/api/v1/{address}"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(f"/api/v1/{address}")
        if answer.streaming:
            answer.getvalue()
    assert answer.status_code == 200, answer.content
    return sum("SELECT" in query["sql"] for query in queries)


def allowed(resource, name):
    """The values that a parameter of the list takes; none where there is none."""
    for parameter in VIEWS[resource]().parameters(detail=False):
        if parameter.name == name:
            return parameter.schema.get("items", parameter.schema)["enum"]
    return []


def questions(resource):
    """What can be included in a list: nothing, each, everything."""
    names = allowed(resource, "include")
    asked = [f"include={name}" for name in names]
    everything = [f"include={','.join(names)}"] if len(names) > 1 else []
    return ["", *asked, *everything]


def others(resource):
    """The formats besides JSON."""
    return [name for name in allowed(resource, "format") if name != "json"]


def test_a_list_costs_the_same_for_few_rows_and_for_200(client, registry):
    lines = ["resource\tquestion\tqueries"]
    for resource in VIEWS:
        for question in questions(resource):
            address = f"{resource}/?{question}&page_size="
            few, many, most = (selects(client, f"{address}{n}") for n in (2, 50, 200))
            # A page on which no target was observed asks for no observations.
            assert few <= many == most, address
            assert question or most <= MOST, address
            lines.append(f"{resource}\t{question}\t{most}")
    assert_kept("queries.tsv", "\n".join([*lines, ""]))


def test_records_and_whole_lists_cost_what_is_on_file(client, shipped):
    lines = ["address\tqueries"]
    for resource, (code, question) in EXAMPLES.items():
        if resource == "branches":
            # None is shipped.
            continue
        formats = [f"{resource}/?{question}&format={name}" for name in others(resource)]
        lines += [
            f"{address}\t{selects(client, address)}"
            for address in [f"{resource}/{code}/", *formats]
        ]
    assert_kept("queries-of-records-and-files.tsv", "\n".join([*lines, ""]))
