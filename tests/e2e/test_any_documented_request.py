"""No documented request is a 500, and every response is as documented: schemathesis makes thousands of requests.

It makes them from the OpenAPI document, valid ones and ones that break it. FUZZ_FULL=1 makes ten times as many.
"""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from codegen.openapi import document
from local.stack.gateway import AT_ONCE
from local.stack.seed import connect_to_axema
from local.stack.stack import LocalStack
from tests.axema import steer
from tests.e2e.client import Bridge
from tests.e2e.identity import Identity
from tests.fuzz.verdict import check

EXAMPLES = 800 if os.environ.get("FUZZ_FULL") else 80
"""Valid requests to each operation, and as many invalid ones: 2,200 in all, as some operations have few valid ones."""

COMPANY_ID = str(uuid.uuid4())
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]

# Random credentials would be refused.
config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
schema = schemathesis.openapi.from_dict(document("0", "http://127.0.0.1", [COMPANY_ID]), config=config)
operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

pytestmark = pytest.mark.needs_embedded_api("It answers paths that match no route in its own format.")


@pytest.fixture(scope="module", autouse=True)
def _company(stack: LocalStack) -> None:
    steer(stack.axema_url, COMPANY_ID, users=1)
    connect_to_axema(stack.deployment, COMPANY_ID)


@pytest.fixture(scope="module")
def caller(stack: LocalStack) -> dict[str, str]:
    """A superadmin of the company. Without a CompanyId, a request is not about the company of the other tests."""
    return {"Authorization": f"Bearer {Identity(stack.identity_url).issue('superadmin', company_id=COMPANY_ID)}"}


def requests_to(operation: Any, mode: GenerationMode) -> list[schemathesis.Case[Any]]:
    """Random requests, the same ones each time."""
    found = []

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def collect(case: schemathesis.Case[Any]) -> None:
        found.append(case)

    collect()
    return found


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name)
@pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)
def test_no_documented_request_is_a_500_or_has_an_undocumented_response(
    bridge: Bridge, caller: dict[str, str], operation: Any, mode: GenerationMode
) -> None:
    def send(case: schemathesis.Case[Any]) -> None:
        response = case.call(base_url=bridge.stack.api_url, headers=caller, timeout=60)
        check(response.status_code, response.text, response.headers["content-type"][0], [])
        case.validate_response(response, checks=CHECKS)

    cases = requests_to(operation, mode)
    assert len(cases) >= (EXAMPLES / 2 if mode is GenerationMode.NEGATIVE else 2)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, cases))


def test_stack_serves_the_document(bridge: Bridge) -> None:
    served = bridge.call("GET", "/openapi.json", token=None).json()
    assert served == document(served["info"]["version"], bridge.stack.api_url)
