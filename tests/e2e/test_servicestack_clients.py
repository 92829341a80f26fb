"""PyPI's and npm's ServiceStack clients, unmodified, with DTOs from our own /types, call every operation.

The Python DTOs read camelCase only. Our API answers in PascalCase, like BokaMera, so this client sees empty DTOs and,
of an error, its status. With `?jsconfig=eccn` it reads everything.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.operations.index import OPERATIONS
from local.axema.people import person
from local.stack.paths import ROOT
from local.stack.stack import LocalStack
from tests.data import COMPANY_ID
from tests.e2e.client import JOBS, Bridge
from tests.e2e.clients.client import METHODS, Client
from tests.e2e.clients.launch import npm_client, pypi_client
from tests.e2e.settings import company_without_settings, vaka_online_members
from tests.e2e.voss.bridge import VossBridge, disputed
from tests.servers import serving

pytestmark = pytest.mark.needs_embedded_api("Other routes of an operation have no authorizer there.")

UNKNOWN_ID = str(uuid.UUID(int=7))
PATHS = {operation.name: operation.path for operation in OPERATIONS}
OVERRIDE = {"X-Http-Method-Override": "GET"}
USAGE = {"CompanyId": COMPANY_ID, "ArticleNumber": "KONSULT-TIM", "Quantity": 6}


@pytest.fixture(scope="module", params=["PyPI", "PyPI with jsconfig=eccn", "npm"])
def client(
    request: pytest.FixtureRequest, stack: LocalStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """Each of the clients, as a superadmin."""
    folder, is_npm = tmp_path_factory.mktemp("a user's project"), request.param == "npm"
    with (npm_client if is_npm else pypi_client)(folder, stack.api_url) as process:
        client = Client(process, stack.api_url, reads_pascal_case=is_npm, tokens=stack.tokens, token="superadmin")
        if "eccn" in request.param:
            client = replace(client, reads_pascal_case=True, query={"jsconfig": "eccn"})
        yield client


@pytest.fixture
def usage_id(stack: LocalStack) -> str:
    """A disputed usage."""
    return disputed(VossBridge(stack), f"e2e-{uuid.uuid4()}")


def latest_job(bridge: Bridge, company: str) -> str:
    found: str = bridge.call("GET", JOBS, CompanyId=company).json()["Results"][0]["Id"]
    return found


def call_syncs(bridge: Bridge, client: Client, call: Callable[..., Any], company: str) -> None:
    """Call the operations on syncs and people."""
    own = {"CompanyId": company}
    assert client.shows(call("CreateAxemaUserSync", **own), CompanyId=company, StatusName="Pending")
    job = {**own, "Id": latest_job(bridge, company)}
    bridge.finished(company, job["Id"])
    assert client.shows(call("GetAxemaUserSyncJob", **job), Id=job["Id"], StatusName="Completed", UsersFound=3)
    assert len(seen(call("QueryAxemaUserSyncJobs", **own, Status="Completed"), "Id")) == client.reads_pascal_case
    assert client.shows(call("QueryAxemaUserSyncIssues", **job), Trigger="Request")
    changes = call("QueryAxemaUserSyncChanges", **job, Kind="Create")
    assert len(seen(changes, "CustomerId")) == 3 * client.reads_pascal_case
    user_id = str(person(company, 0)["userId"])
    done = call("SyncAxemaUser", **own, AxemaUserId=user_id, DryRun=True)
    assert client.shows(done, AxemaUserId=user_id, Outcome="Unchanged", DryRun=True)
    assert len(seen(call("QueryAxemaUsers", **own, Search=user_id), "NextStep")) == client.reads_pascal_case
    assert client.shows(call("UndoAxemaUserSync", **job, DryRun=True), CompanyId=company, StatusName="Pending")
    undo = {**own, "Id": latest_job(bridge, company)}
    bridge.finished(company, undo["Id"])
    assert client.shows(call("GetAxemaHealth", **own), UsersFound=3, LastCompletedId=job["Id"])
    assert bool(seen(call("QueryAxemaHealth"), "CompanyId")) == client.reads_pascal_case
    bridge.steer(company, latencyMs=1000)
    cancelled = {**own, "Id": bridge.start(company)["Id"]}
    assert client.shows(call("CancelAxemaUserSync", **cancelled), Id=cancelled["Id"])
    bridge.finished(company, cancelled["Id"])


@pytest.mark.parametrize("base_path", ["api", ""])
def test_every_operation_succeeds(bridge: Bridge, client: Client, usage_id: str, base_path: str) -> None:
    client, company = client.with_(base_path=base_path), company_without_settings(bridge, 3)
    own, called = {"CompanyId": company}, set()

    def call(operation: str, **members: Any) -> Any:
        called.add(operation)
        return client.succeed(operation, **members)

    members = vaka_online_members(company)
    assert client.shows(call("TestAxemaCodeLockSetting", **members), Success=True)
    assert client.shows(call("AddAxemaCodeLockSetting", **members), CompanyId=company, Active=True)
    assert client.shows(call("GetAxemaCodeLockSetting", **own), DeviceId=members["DeviceId"])
    assert client.shows(call("UpdateAxemaCodeLockSetting", **own, NameOrder="FirstLast"), NameOrder="FirstLast")

    call_syncs(bridge, client, call, company)
    assert len(seen(call("CustomerQuery", **own, Take=2), "Id")) == 2 * client.reads_pascal_case
    assert client.shows(call("DeleteAxemaCodeLockSetting", **own))

    assert call("CreateVossUsage", **USAGE)["customerbalancechange"]["totalamount"] == 7500
    usage = {"CompanyId": COMPANY_ID, "Id": usage_id}
    assert client.shows(call("GetVossUsage", **usage), Id=usage_id, State="Disputed", Quantity=6)
    listed = seen(call("QueryVossUsages", CompanyId=COMPANY_ID, State="Disputed", Take=1000), "Id")
    assert (usage_id in listed) == client.reads_pascal_case
    assert client.shows(call("SettleVossUsage", **usage, Outcome="Billed", Note="Line 1."), State="Sent", Id=usage_id)
    main, *_ = call("GetVossProducts", ProductType="Main")
    assert client.shows(main, ArticleNumber="BOKA-BAS")
    assert called == set(METHODS)


def seen(response: Any, member: str) -> list[Any]:
    """This member of each result in a list."""
    return [each[member.lower()] for each in response.get("results") or []]


WRONG: dict[str, dict[str, Any]] = {
    **{operation.name: {"CompanyId": "zz"} for operation in OPERATIONS},
    "CreateVossUsage": {"ArticleNumber": "", "Quantity": 0},
    "SettleVossUsage": {"Id": UNKNOWN_ID, "Outcome": "Perhaps", "Note": ""},
    "AddAxemaCodeLockSetting": {"IntegrationType": 2, "CompanyId": str(uuid.uuid4())},
    "TestAxemaCodeLockSetting": {"IntegrationType": 1, "ApiEndpoint": "vaka.example.org", "Username": "a"},
    "GetVossProducts": {"ProductType": "Perhaps"},
    "QueryAxemaHealth": {"Take": 1001},
}
"""Members that each operation refuses."""

WRONG_FIELDS = {
    "SyncAxemaUser": ("CompanyId", "AxemaUserId"),
    "CreateVossUsage": ("CompanyId", "ArticleNumber", "Quantity"),
    "SettleVossUsage": ("Outcome", "Note"),
    "AddAxemaCodeLockSetting": ("DeviceId", "ClientId", "ClientSecret", "ApiKey"),
    "TestAxemaCodeLockSetting": ("ApiPort", "Password"),
    "GetVossProducts": ("ProductType",),
    "QueryAxemaHealth": ("Take",),
}


@pytest.mark.parametrize("operation", METHODS)
def test_wrong_members_are_a_400_that_names_them(client: Client, operation: str) -> None:
    members = {"Id": UNKNOWN_ID, **WRONG[operation]} if "{Id}" in PATHS[operation] else WRONG[operation]
    refused = client.call(operation, **members).refusal
    fields = WRONG_FIELDS.get(operation, ("CompanyId",))
    assert refused == client.refusal(400, refused.code or "", *fields)


def test_every_operation_asks_for_credentials_and_a_role(client: Client) -> None:
    for operation in METHODS:
        for token, status, code in ((None, 401, "Unauthorized"), ("none", 403, "Invalid Role")):
            refused = client.with_(token=token).call(operation).refusal
            assert refused == client.refusal(status, code), operation


def test_what_does_not_exist_is_a_404(bridge: Bridge, client: Client) -> None:
    unknown = {"Id": UNKNOWN_ID, "CompanyId": company_without_settings(bridge, 1)}
    note = {"Outcome": "Billed", "Note": "Line 1."}
    for operation in ("GetAxemaUserSyncJob", "QueryAxemaUserSyncIssues", "GetVossUsage", "SettleVossUsage"):
        members = unknown | (note if operation == "SettleVossUsage" else {})
        assert client.call(operation, **members).refusal == client.refusal(404, "NotFound")
    own = {"CompanyId": unknown["CompanyId"]}
    for operation in ("GetAxemaCodeLockSetting", "UpdateAxemaCodeLockSetting", "DeleteAxemaCodeLockSetting"):
        assert client.call(operation, **own).refusal == client.refusal(404, "NotFound")
    usage = USAGE | {"CompanyId": str(uuid.uuid4())}
    assert client.call("CreateVossUsage", **usage).refusal == client.refusal(404, "RejectedByVoss")


def test_what_cannot_be_done_now_is_a_409(bridge: Bridge, client: Client, usage_id: str) -> None:
    company = bridge.new_company(1, latencyMs=1500)
    own = {"CompanyId": company}
    client.succeed("CreateAxemaUserSync", **own)
    second = client.call("CreateAxemaUserSync", **own)
    assert second.refusal == client.refusal(409, "Conflict")
    assert second.error.get("meta", {}).get("jobid") == (latest_job(bridge, company) if second.error else None)
    assert client.call("AddAxemaCodeLockSetting", **vaka_online_members(company)).refusal.status == 409
    settled = {"CompanyId": COMPANY_ID, "Id": usage_id, "Outcome": "NotBilled", "Note": "Line 1."}
    client.succeed("SettleVossUsage", **settled)
    assert client.call("SettleVossUsage", **settled | {"Outcome": "Billed"}).refusal == client.refusal(409, "Conflict")


@pytest.mark.parametrize("base_path", ["api", ""])
def test_batch_returns_all_responses_or_the_first_error(bridge: Bridge, client: Client, base_path: str) -> None:
    client, first, second = client.with_(base_path=base_path), bridge.new_company(1), bridge.new_company(1)
    started = client.call_all("CreateAxemaUserSync", {"CompanyId": first}, {"CompanyId": second})
    assert (started.status, len(started.response)) == (200, 2)
    for response, company in zip(started.response, (first, second), strict=True):
        assert client.shows(response, CompanyId=company)
    listed = client.call_all("QueryAxemaUserSyncJobs", {"CompanyId": first}, {"CompanyId": second}, **OVERRIDE)
    assert [len(seen(each, "Id")) for each in listed.response] == [int(client.reads_pascal_case)] * 2
    used = client.call_all("CreateVossUsage", USAGE, USAGE)
    assert [each["customerbalancechange"]["totalamount"] for each in used.response] == [7500, 7500]

    failed = client.call_all("CreateVossUsage", USAGE, USAGE | {"ArticleNumber": "NONE"}, USAGE)
    assert failed.refusal == client.refusal(422, "RejectedByVoss")
    invalid = client.call_all("CreateVossUsage", USAGE, USAGE | {"Quantity": 0})
    assert invalid.refusal == replace(client.refusal(400, "", "Quantity"), code=invalid.refusal.code)
    for outcome in (failed, invalid):
        assert outcome.error.get("meta", {}).get("autobatchindex") == ("1" if client.reads_pascal_case else None)


def test_own_route_of_an_operation_can_be_called_by_its_url(bridge: Bridge, client: Client) -> None:
    company = bridge.new_company(2)
    started = client.call_path("POST", f"{JOBS}?CompanyId={company}", {})
    assert started.response["statusname"] == "Pending"
    job = bridge.finished(company, started.response["id"])
    assert client.call_path("GET", f"{JOBS}/{job['Id']}?CompanyId={company}").response["usersfound"] == 2


REAL = {
    "job": ("accept_json", "jsconfig_eccn"),
    "error": ("error_404_json", "jsconfig_error"),
}
"""Answers that ServiceStack gave, without and with `?jsconfig=eccn`."""


@contextmanager
def servicestack(answer: str) -> Iterator[str]:
    """The address of a server that answers as ServiceStack did."""
    captured = json.loads((ROOT / "tests" / "data" / "servicestack_vectors.json").read_text())["vectors"]
    plain, with_eccn = ({vector["name"]: vector["expect"] for vector in captured}[name] for name in REAL[answer])

    def respond(request: Request) -> Response:
        expected = with_eccn if "jsconfig" in request.args else plain
        return Response(expected["body"], expected["status"], content_type=expected["content_type"])

    with serving(respond) as url:
        yield url


def test_client_reads_servicestacks_own_answers_as_it_reads_ours(client: Client) -> None:
    with servicestack("job") as url:
        job = client.with_(api_url=url).succeed("GetAxemaUserSyncJob", Id=UNKNOWN_ID)
        assert client.shows(job, Id="0a1b2c3d-4e5f-6789-abcd-ef0123456789", CompanyId=COMPANY_ID)
    with servicestack("error") as url:
        refused = client.with_(api_url=url).call("GetAxemaUserSyncJob", Id=UNKNOWN_ID).refusal
        assert refused == client.refusal(404, "NotFound")
