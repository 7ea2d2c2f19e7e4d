"""What no one means: odd and endless values are refused, for every parameter."""

from urllib.parse import quote

import pytest

# Never right, for any parameter.
WRONG = {"NUL": "a\x00b", "long": "9" * 10_000}
# Text, which only a search may take.
ODD = {"outside the BMP": "𠮷", "right to left": "\u202e\u200fabc", "half": "%ED%A0%80"}


@pytest.fixture
def asked(client, shipped):
    """(address, parameter) for each parameter of every operation."""
    schema = client.get("/api/v1/schema/").json()
    found = []
    for path, told in schema["paths"].items():
        given = told["get"].get("parameters", [])
        address = path
        for one in given:
            if one["in"] == "path":
                text = str(one.get("example", "310000-nosuch"))
                address = address.replace(f"{{{one['name']}}}", text)
        found += [(address, one["name"]) for one in given if one["in"] == "query"]
    assert len(found) > 300
    return found


@pytest.fixture
def statuses(client, asked):
    """A function that gives what each parameter answers to a value, where unexpected."""

    def ask(value, expected):
        text = value if value.startswith("%") else quote(value)
        answers = {
            f"{address}?{name}": client.get(f"{address}?{name}={text}").status_code
            for address, name in asked
        }
        return {a: status for a, status in answers.items() if status not in expected}

    return ask


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_every_parameter_refuses(statuses, value):
    assert statuses(value, {400}) == {}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_no_parameter_stumbles_over(statuses, value):
    found = statuses(value, {400})
    assert {a for a in found if not a.endswith("?search")} == set()
    assert set(found.values()) <= {200}


@pytest.mark.parametrize("value", (WRONG | ODD).values(), ids=WRONG | ODD)
def test_no_record_has_such_a_code(client, shipped, value):
    schema = client.get("/api/v1/schema/").json()
    text = value if value.startswith("%") else quote(value)
    paths = [path for path in schema["paths"] if "{" in path]
    for path in paths:
        address = path.replace("{code}", text).replace("{name}", text)
        assert client.get(address).status_code in {400, 404}, path


def test_a_parameter_with_an_odd_name_is_refused(client, db):
    for name in (*WRONG.values(), *ODD.values()):
        assert client.get("/api/v1/programs/", {name: "1"}).status_code == 400
