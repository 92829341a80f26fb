"""Access to the deployed API: every kind of caller calls every operation."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import hash_of
from bokabridge.auth.principal import READ
from bokabridge.operations.index import OPERATIONS
from local.companies import COMPANIES
from local.identity.realm import CLIENT_ID
from local.identity.users import USERS
from local.stack.package import API_ID
from local.stack.stack import LocalStack
from tests.e2e.callers import ADMITTED, NAMES, Caller, callers, new_api_key
from tests.e2e.client import JOBS, Bridge
from tests.e2e.gateway import Gateway, status_and_code
from tests.e2e.identity import Identity
from tests.e2e.observed import logged

RESPONSES_TO_ADMITTED_CALLERS = {
    "CreateAxemaUserSync": (400, "AxemaNotConfigured"),
    "QueryAxemaUserSyncJobs": (200, ""),
    "GetAxemaUserSyncJob": (404, "NotFound"),
    "QueryAxemaUserSyncIssues": (404, "NotFound"),
    "QueryAxemaUserSyncChanges": (404, "NotFound"),
    "CancelAxemaUserSync": (404, "NotFound"),
    "SyncAxemaUser": (400, "AxemaNotConfigured"),
    "UndoAxemaUserSync": (404, "NotFound"),
    "QueryAxemaUsers": (200, ""),
    "GetAxemaCodeLockSetting": (404, "NotFound"),
    "AddAxemaCodeLockSetting": (400, "NotEmpty"),
    "UpdateAxemaCodeLockSetting": (404, "NotFound"),
    "TestAxemaCodeLockSetting": (400, "AxemaNotConfigured"),
    "DeleteAxemaCodeLockSetting": (404, "NotFound"),
    "GetAxemaHealth": (404, "NotFound"),
    "QueryAxemaHealth": (200, ""),
    "CustomerQuery": (200, ""),
    "CreateVossUsage": (404, "RejectedByVoss"),
    "QueryVossUsages": (200, ""),
    "GetVossUsage": (404, "NotFound"),
    "SettleVossUsage": (404, "NotFound"),
    "GetVossProducts": (200, ""),
}
"""The responses to a company that has no data, for an id that does not exist."""

BY_NAME = {operation.name: operation for operation in OPERATIONS}


@dataclass(frozen=True)
class Walk:
    """The responses to each caller's call of each operation."""

    callers: dict[str, Caller]
    responses: dict[tuple[str, str], urllib3.BaseHTTPResponse]


@pytest.fixture(scope="module")
def walk(stack: LocalStack, gateway: Gateway) -> Walk:
    bridge = Bridge(stack)
    own = str(uuid.uuid4())
    all_callers = callers(stack, gateway, own, str(uuid.uuid4()))
    members = {
        "CreateVossUsage": {"CompanyId": own, "ArticleNumber": "KONSULT-TIM", "Quantity": "1"},
        "SettleVossUsage": {"Outcome": "Billed", "Note": "Line 4711."},
        "QueryAxemaUsers": {"Search": "4711"},
    }

    def call(pair: tuple[str, str]) -> urllib3.BaseHTTPResponse:
        operation, caller = BY_NAME[pair[0]], all_callers[pair[1]]
        of_all_companies = operation.name == "QueryAxemaHealth"  # takes no CompanyId
        query = {**members.get(operation.name, {}), **({} if of_all_companies else caller.query)}
        path = operation.path_with(Id=str(uuid.uuid4()), AxemaUserId="4711")
        return bridge.call_with(caller.headers, operation.method, path, **query)

    pairs = [(operation, name) for operation in BY_NAME for name in all_callers]
    with ThreadPoolExecutor(8) as pool:
        return Walk(all_callers, dict(zip(pairs, pool.map(call, pairs), strict=True)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("operation", BY_NAME)
def test_every_caller_gets_what_the_declared_roles_allow(walk: Walk, operation: str, name: str) -> None:
    expected = walk.callers[name].expected(BY_NAME[operation])
    response = walk.responses[operation, name]
    assert status_and_code(response) == (RESPONSES_TO_ADMITTED_CALLERS[operation] if expected == ADMITTED else expected)
    if response.status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_deployed_api_has_the_declared_routes_behind_the_authorizer(stack: LocalStack) -> None:
    deployed = stack.deployment.client("apigateway").get_resources(restApiId=API_ID, embed=["methods"])["items"]
    methods = {
        (name, resource["path"]): method["authorizationType"]
        for resource in deployed
        for name, method in resource.get("resourceMethods", {}).items()
    }
    declared = {(operation.method, operation.path): "CUSTOM" for operation in OPERATIONS}
    router = {("ANY", path): "NONE" for path in ("/", "/{proxy+}", *(operation.path for operation in OPERATIONS))}
    assert methods == declared | router


def secrets(headers: dict[str, str]) -> set[str]:
    """The strings that no log may contain: whole values, and the claims and signature of a token."""
    values = {value.removeprefix("Bearer ").removeprefix("Basic ") for value in headers.values()}
    parts = {part for value in values for part in value.split(".")[1:] if len(part) > 10}
    return values | parts | {value.lower() for value in values}


@pytest.mark.needs_embedded_api("Under `sam local` the functions log to its terminal.")
def test_no_credential_is_in_a_log_or_an_error(stack: LocalStack, walk: Walk) -> None:
    sent = {secret for caller in walk.callers.values() for secret in secrets(caller.headers)}
    refused = sum(caller.expected(operation)[0] == 401 for caller in walk.callers.values() for operation in OPERATIONS)
    deadline = time.monotonic() + 120
    while sum('"message":"refused"' in line for line in logged(stack, "authorizer")) < refused:
        assert time.monotonic() < deadline, "The authorizer's log does not have a line for each refused call."
    visible = "\n".join(logged(stack)) + "\n".join(response.data.decode() for response in walk.responses.values())
    assert {secret for secret in sent if secret in visible} == set()


def test_another_companys_job_is_not_found(bridge: Bridge) -> None:
    company = bridge.new_company(1)
    job = bridge.sync(company)
    assert bridge.call("GET", f"{JOBS}/{job['Id']}", token="write").status == 404
    assert bridge.call("GET", f"{JOBS}/{job['Id']}", token="superadmin", CompanyId=company).status == 200


def test_unknown_route_has_the_same_error_body(bridge: Bridge, gateway: Gateway) -> None:
    assert status_and_code(bridge.call("GET", "/nothing")) == gateway.no_operation


def test_tokens_and_api_keys_in_the_stack_file_work_as_their_names_say(bridge: Bridge, gateway: Gateway) -> None:
    statuses = {name: bridge.call("GET", "/customers", token=name).status for name in bridge.stack.tokens}
    admitted = dict.fromkeys(("write", "read", "superadmin", "otherCompany"), 200)
    assert statuses == {**admitted, "none": 403, "expired": gateway.unauthorized[0]}
    for company, status in ((COMPANIES[0], 200), (COMPANIES[1], 403)):
        headers = {"x-api-key": bridge.stack.api_keys["write"]}
        assert bridge.call_with(headers, "GET", "/customers", CompanyId=company.id).status == status


def test_the_use_of_an_api_key_is_recorded_and_a_refused_use_is_not(bridge: Bridge, gateway: Gateway) -> None:
    company = str(uuid.uuid4())
    used, revoked = (new_api_key(bridge.stack, company, READ, active=active) for active in (True, False))
    statuses = [bridge.call_with({"x-api-key": key}, "GET", "/customers").status for key in (used, revoked)]
    assert statuses == [200, gateway.unauthorized[0]]
    table = bridge.stack.deployment.outputs["ApiKeysTableName"]
    store = DynamoApiKeys(bridge.stack.deployment.client("dynamodb"), table)
    stored = {key.key_hash: key.last_used_at for key in store.list() if key.company_id == company}
    last_used_at = stored.pop(hash_of(used))
    assert last_used_at is not None
    assert datetime.now(UTC) - last_used_at < timedelta(hours=1, minutes=1)
    assert list(stored.values()) == [None]


def sign_in(stack: LocalStack, user: dict[str, str]) -> dict[str, Any]:
    form = {
        "grant_type": "password",
        "client_id": CLIENT_ID,
        "username": user["Username"],
        "password": user["Password"],
    }
    url = f"{Identity(stack.identity_url).issuer}/protocol/openid-connect/token"
    response = urllib3.PoolManager().request_encode_body("POST", url, fields=form, encode_multipart=False)
    assert response.status == 200
    granted: dict[str, Any] = response.json()
    return granted


def test_token_signed_with_a_rotated_key_is_accepted_and_older_tokens_stay_valid(bridge: Bridge) -> None:
    users = bridge.stack.describe()["Users"]
    assert set(users) == set(USERS)
    Identity(bridge.stack.identity_url).rotate_keys()
    token = sign_in(bridge.stack, users["write"])["access_token"]
    deadline = (
        time.monotonic() + 60
    )  # the authorizer fetches unknown keys at most every 10 s, and another test sends one
    while bridge.call_with({"Authorization": f"Bearer {token}"}, "GET", "/customers").status != 200:
        assert time.monotonic() < deadline, "The authorizer did not fetch the new key."
        time.sleep(0.5)
    assert bridge.call("GET", "/customers", token="write").status == 200, "The realm still publishes the old key."
