"""Schemathesis: whatever the schema allows, and what it does not, is answered by it."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from registry import wsgi

# The whole number on the database that production uses.
EXAMPLES = 100 if connection.vendor == "postgresql" else 15
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", EXAMPLES))

# That parameters exclude one another, and that codes must exist, no schema can tell.
NOT_TOLD = positive_data_acceptance


@pytest.fixture
def schema(client, shipped):
    contract = client.get("/api/v1/schema/").json()
    found = schemathesis.openapi.from_dict(contract)
    found.app = wsgi.application
    # As Django's own test client does: the test's connection stays open.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_operation_answers_as_its_schema_says(schema):
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of(
                operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
                operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
            )
        )
        def ask(case):
            # This client unpacks nothing.
            case.call_and_validate(
                headers={"Accept-Encoding": "identity"}, excluded_checks=[NOT_TOLD]
            )

        ask()
