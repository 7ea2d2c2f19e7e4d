"""The schema tells all that the API answers, and the same each time."""

import json

import pytest
from django.contrib.admindocs.views import simplify_regex
from drf_spectacular.validation import validate_schema

from programs.api import urls
from programs.api.told import EXAMPLES
from registry.api import openapi
from tests.contracts import assert_kept

ADDRESS = "/api/v1/schema/"
# Values that nobody can make up, and what the shipped data have none of.
OPAQUE = {"cursor", "uscc", "licence"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client):
    return client.get(ADDRESS, headers={"accept-language": "en"}).json()


def parameters(schema):
    return [
        (operation["operationId"], parameter)
        for operation in openapi.operations(schema)
        for parameter in operation.get("parameters", [])
    ]


def test_the_contract_is_as_agreed(schema):
    text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    assert_kept("openapi.json", text)


def test_it_is_openapi_3_1(schema):
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"


def test_every_route_is_told(schema):
    pages = {"docs", "docs-resource"}
    routes = {
        "/api/v1" + simplify_regex(str(one.pattern))
        for one in urls.urlpatterns
        if one.name and one.name not in pages
    }
    told = {path.replace("{", "<").replace("}", ">") for path in schema["paths"]}
    assert told == routes


def test_every_operation_has_a_name_of_its_own(schema):
    names = [one["operationId"] for one in openapi.operations(schema)]
    assert len(names) == len(set(names))


def test_every_operation_says_what_it_is_in_both_languages(client, schema):
    chinese = client.get(ADDRESS, headers={"accept-language": "zh-hans"}).json()
    lacking = [
        one["operationId"]
        for one, other in zip(
            openapi.operations(schema), openapi.operations(chinese), strict=True
        )
        for part in ("summary", "description")
        if not one[part] or one[part] == other[part]
    ]
    assert lacking == [], "list the docstrings in programs/api/told.py, and translate"


def test_every_parameter_has_a_meaning_and_an_example(schema):
    assert [
        f"{operation}: {parameter['name']}"
        for operation, parameter in parameters(schema)
        if not parameter["description"]
        or ("example" not in parameter and parameter["name"] not in OPAQUE)
        if "branches" not in operation or "code" not in parameter["name"]
    ] == []


def test_every_operation_tells_its_refusals(schema):
    for operation in openapi.operations(schema):
        assert operation["responses"].keys() >= {"200", "304", "400", "401", "429"}


def test_what_may_be_withdrawn_or_merged_tells_so(schema):
    record = schema["paths"]["/api/v1/programs/{code}/"]["get"]
    assert record["responses"].keys() >= {"301", "404", "410"}


def test_a_list_tells_its_formats(schema):
    told = schema["paths"]["/api/v1/programs/"]["get"]["responses"]["200"]["content"]
    assert told.keys() >= {"application/json", "application/x-ndjson", "text/csv"}


def test_references_lead_somewhere(schema):
    for line in json.dumps(schema, indent=0).splitlines():
        if line.startswith('"$ref"'):
            part = schema
            for name in line.split('"')[3].removeprefix("#/").split("/"):
                part = part[name]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", "application/json; charset=utf-8"),
        ("?format=json", "application/json; charset=utf-8"),
        ("?format=yaml", "application/yaml; charset=utf-8"),
    ],
)
def test_it_is_written_as_asked(client, query, kind):
    assert client.get(ADDRESS + query)["Content-Type"] == kind


@pytest.mark.parametrize("query", ["?format=xml", "?lang=en", "?format="])
def test_what_it_does_not_know_is_refused(client, query):
    answer = client.get(ADDRESS + query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_options_tells_the_parameters_of_the_route(client):
    told = client.options("/api/v1/programs/310000-a/diff/").json()["parameters"]
    assert [one["name"] for one in told] == ["from", "to"]


def test_options_is_strict_too(client):
    assert client.options("/api/v1/programs/?colour=red").status_code == 400


@pytest.mark.parametrize("resource", [name for name, code in EXAMPLES.items() if code])
def test_the_code_of_the_examples_is_in_the_shipped_data(client, shipped, resource):
    address = f"/api/v1/{resource}/{EXAMPLES[resource]}/?fields=code"
    assert client.get(address).status_code == 200
