"""The pages of the reference: every route and parameter, in the reader's language."""

import pytest

from registry.api import openapi, sections

PAGE = "/api/v1/docs/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client):
    return client.get("/api/v1/schema/", headers={"accept-language": "en"}).json()


@pytest.fixture
def page(client):
    def read(tag="", language="en"):
        address = f"{PAGE}{tag}/" if tag else PAGE
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_the_first_page_leads_to_every_resource(page, schema):
    text = page()
    for tag in schema["tags"]:
        assert f'href="{PAGE}{tag["name"]}/"' in text


def test_every_parameter_and_field_is_on_the_page_of_its_resource(page, schema):
    lacking = []
    for tag in schema["tags"]:
        text = page(tag["name"])
        for route in sections.routes(schema, tag["name"]):
            names = [one["name"] for one in [*route["choosing"], *route["shaping"]]]
            names += [one["name"] for one in route["fields"]]
            lacking += [
                f"{route['path']}: {name}"
                for name in [*names, route["path"]]
                if f"<code>{name}</code>" not in text
            ]
    assert lacking == []


def test_parameters_that_leave_out_are_told_beside_the_others(page):
    assert "<code>kind__not</code>" in page("programs")


def test_it_is_chinese_for_who_reads_chinese(page):
    assert "各类金融项目。" in page("programs", "zh-hans")


def test_every_status_of_the_schema_is_explained(page, schema):
    text = page()
    statuses = {s for one in openapi.operations(schema) for s in one["responses"]}
    for status in statuses - {"200"}:
        assert f"<code>{status}</code>" in text


def test_links_that_try_something_answer(client, shipped, schema):
    """Each parameter once, wherever it is first told; most are the same everywhere."""
    addresses: dict[str, str] = {}
    for tag in schema["tags"]:
        for route in sections.routes(schema, tag["name"]):
            for one in [*route["choosing"], *route["shaping"]]:
                # Drafts are shown to nobody without a token.
                if one["example"] and one["name"] != "publication":
                    addresses.setdefault(one["name"], one["address"])
    assert len(addresses) > 60
    answers = {address: client.get(address) for address in addresses.values()}
    assert {
        a: answer.content for a, answer in answers.items() if answer.status_code != 200
    } == {}


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}programs/"])
def test_a_parameter_is_refused(client, address):
    answer = client.get(f"{address}?colour=red")
    assert answer.status_code == 400
    assert "colour" in answer.content.decode()


def test_there_is_no_page_of_a_resource_that_is_none(client):
    assert client.get(f"{PAGE}nosuch/").status_code == 404
