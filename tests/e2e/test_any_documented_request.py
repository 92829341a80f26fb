"""No request is a 500: schemathesis makes requests from the OpenAPI document, valid ones and ones that break it.

FUZZ_FULL=1 first makes every request at the bounds of each member: 1,100 requests in 4 minutes.
"""

import os
import uuid
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from codegen.openapi import document
from local.stack.seed import connect_to_axema
from local.stack.stack import LocalStack
from tests.axema import steer
from tests.e2e.client import Bridge
from tests.e2e.identity import Identity
from tests.fuzz.verdict import check

FULL = bool(os.environ.get("FUZZ_FULL"))
COMPANY_ID = str(uuid.uuid4())
EXAMPLES = 15 if FULL else 10
"""Random requests for each operation."""

# Other methods do not reach a function: API Gateway refuses them. Random credentials would be refused, too.
config = SchemathesisConfig.from_dict(
    {
        "seed": 11,
        "generation": {"with-security-parameters": False},
        "phases": {"coverage": {"enabled": FULL, "unexpected-methods": []}},
    }
)
schema = schemathesis.openapi.from_dict(document("0", "http://127.0.0.1", [COMPANY_ID]), config=config)


pytestmark = pytest.mark.needs_embedded_api("It answers paths that match no route in its own format.")


@pytest.fixture(scope="module", autouse=True)
def _company(stack: LocalStack) -> None:
    steer(stack.axema_url, COMPANY_ID, users=1)
    connect_to_axema(stack.deployment, COMPANY_ID)


@cache
def superadmin_of_the_company(identity_url: str) -> dict[str, str]:
    """Without a CompanyId, a request is about this company, and not about the one of the other tests."""
    return {"Authorization": f"Bearer {Identity(identity_url).issue('superadmin', company_id=COMPANY_ID)}"}


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_documented_request_is_a_500(bridge: Bridge, case: schemathesis.Case[Any]) -> None:
    headers = superadmin_of_the_company(bridge.stack.identity_url)
    response = case.call(base_url=bridge.stack.api_url, headers=headers, timeout=60)
    check(response.status_code, response.text, response.headers["content-type"][0], [])
