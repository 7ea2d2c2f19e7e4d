"""What no one means: odd and endless values are refused, for every parameter."""

from urllib.parse import quote

import pytest

# Never right, for any parameter.
WRONG = {"NUL": "a\x00b", "long": "9" * 10_000}
# Text, which a search takes: outside the first plane of Unicode, right to left.
ODD = {"odd": "𠮷\u202e\u200fabc"}
TEXTS = ("search", "purpose")


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
    """A function that gives, for a value, the answers that were not expected."""

    def ask(value, expected):
        text = quote(value)
        answers = {
            f"{address}?{name}": client.get(f"{address}?{name}={text}").status_code
            for address, name in asked
        }
        return {a: status for a, status in answers.items() if status not in expected}

    return ask


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_every_parameter_refuses(statuses, value):
    assert statuses(value, {400}) == {}


def test_no_parameter_but_texts_takes_odd_characters(statuses):
    found = statuses(ODD["odd"], {400})
    assert {a for a in found if a.rpartition("?")[2] not in TEXTS} == set()
    assert set(found.values()) <= {200}


@pytest.mark.parametrize("value", (WRONG | ODD).values(), ids=WRONG | ODD)
def test_no_record_has_such_a_code(client, shipped, value):
    schema = client.get("/api/v1/schema/").json()
    text = quote(value)
    paths = [path for path in schema["paths"] if "{" in path]
    for path in paths:
        address = path.replace("{code}", text).replace("{name}", text)
        assert client.get(address).status_code in {400, 404}, path


def test_a_parameter_with_an_odd_name_is_refused(client, db):
    for name in (*WRONG.values(), *ODD.values()):
        assert client.get("/api/v1/programs/", {name: "1"}).status_code == 400


# 6,000 characters are the longest text of a parameter; a hundred codes fit in that.
@pytest.mark.parametrize(("length", "said"), [(6000, False), (6001, True)])
def test_texts_of_six_thousand_characters_are_read(client, db, length, said):
    answer = client.get("/api/v1/programs/", {"kind": "x" * length})
    assert answer.status_code == 400
    assert ("6000" in answer.json()["detail"]) is said


@pytest.mark.parametrize(
    ("day", "status"),
    [("1899-12-31", 400), ("1900-01-01", 200), ("2999-12-31", 200)],
)
def test_days_from_1900_to_2999_are_read(client, db, day, status):
    assert client.get(f"/api/v1/programs/?valid_on={day}").status_code == status
