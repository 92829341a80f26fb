"""Axema settings on the deployed stack, from HTTP to a sync."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.axema.credentials import credentials
from local.companies import COMPANIES
from local.stack.seed import SECRETS_PREFIX
from tests.e2e.client import COMPLETED, FAILED, JOBS, Bridge
from tests.e2e.gateway import Gateway, status_and_code
from tests.e2e.settings import (
    SETTINGS,
    company_without_settings,
    local_members,
    refusal,
    succeeded,
    vaka_online_members,
)


def test_company_saves_its_own_system_and_syncs_from_it(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 30)
    assert refusal(bridge.call("GET", SETTINGS, CompanyId=company))[:2] == (404, "NotFound")
    assert refusal(bridge.call("PUT", SETTINGS, body=local_members(bridge, company)))[:2] == (404, "NotFound")

    given = local_members(bridge, company)
    saved = succeeded(bridge.call("POST", SETTINGS, body=given))
    assert saved == {
        "CompanyId": company,
        "IntegrationType": 1,
        "ApiEndpoint": given["ApiEndpoint"],
        "ApiPort": given["ApiPort"],
        "Username": given["Username"],
        "Active": True,
        "NameOrder": "LastFirst",
        "ScheduleTimezone": "Europe/Stockholm",
        "HoldChangesPercent": 20,
        "HoldMissingPercent": 20,
        "DeactivateAfterDays": 0,
        "Created": saved["Created"],
        "Updated": saved["Updated"],
    }
    assert refusal(bridge.call("POST", SETTINGS, body=given))[:2] == (409, "Conflict")
    assert succeeded(bridge.call("GET", SETTINGS, CompanyId=company)) == saved

    changed = succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "nameOrder": "firstlast"}))
    assert changed == saved | {"NameOrder": "FirstLast", "Updated": changed["Updated"]}
    assert changed["Updated"] > saved["Updated"]
    job = bridge.sync(company)
    assert (job["Status"], job["UsersCreated"]) == (COMPLETED, 30)


def test_company_moves_from_its_own_system_to_vaka_online(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 5)
    succeeded(bridge.call("POST", SETTINGS, body=local_members(bridge, company)))
    moved = succeeded(bridge.call("PUT", SETTINGS, body=vaka_online_members(company)))
    assert (moved["IntegrationType"], "ApiEndpoint" in moved) == (2, False)
    bridge.sync(company)
    again = bridge.sync(company)
    assert bridge.counters(company, again["Id"])["unchanged"] == 5


def test_sync_of_an_inactive_company_cannot_start(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 5)
    succeeded(bridge.call("POST", SETTINGS, body={**vaka_online_members(company), "Active": False}))
    refused = bridge.call("POST", JOBS, body={"CompanyId": company})
    assert refusal(refused)[:2] == (400, "AxemaNotConfigured")
    assert bridge.call("GET", JOBS, CompanyId=company).json() == {"Results": []}
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "Active": True}))
    assert bridge.sync(company)["Status"] == COMPLETED


@pytest.mark.parametrize(
    ("members", "fields"),
    [
        ({}, ["IntegrationType"]),
        ({"IntegrationType": 1}, ["ApiEndpoint", "ApiPort", "Username", "Password"]),
        ({"IntegrationType": "CloudBasedApi"}, ["DeviceId", "ClientId", "ClientSecret", "ApiKey"]),
        ({"IntegrationType": 3, "ApiPort": 0, "Active": "perhaps"}, ["IntegrationType", "ApiPort", "Active"]),
        ({"ApiEndpoint": "evil@127.0.0.1", "ApiPort": "x"}, ["ApiEndpoint", "ApiPort"]),
        ({"ApiEndpoint": "host:80"}, ["ApiEndpoint"]),
        ({"ApiEndpoint": "host/path"}, ["ApiEndpoint"]),
        ({"ApiEndpoint": "169.254.169.254", "ApiPort": 80, "Username": "a", "Password": "b"}, ["ApiEndpoint"]),
        ({"NameOrder": "Both", "Schedule": "daily"}, ["NameOrder", "Schedule"]),
        ({"Schedule": "cron(0 4 * * * *)", "ScheduleTimezone": "Nowhere"}, ["Schedule", "ScheduleTimezone"]),
        ({"Username": "a:b", "ApiKey": "a\nb"}, ["Username", "ApiKey"]),
        (
            {"IntegrationType": 1, "ApiEndpoint": "", "ApiPort": " ", "Password": "a"},
            ["ApiEndpoint", "ApiPort", "Username"],
        ),
    ],
)
def test_missing_and_invalid_members_are_a_400_that_names_each_field(
    bridge: Bridge, members: dict[str, Any], fields: list[str]
) -> None:
    company = str(uuid.uuid4())
    for path in (SETTINGS, f"{SETTINGS}/test"):
        if members or path == SETTINGS:
            status, _, named = refusal(bridge.call("POST", path, body={"CompanyId": company, **members}))
            assert (status, named) == (400, fields)
    assert bridge.call("GET", SETTINGS, CompanyId=company).status == 404


def test_reader_may_only_read_settings(bridge: Bridge, gateway: Gateway) -> None:
    assert bridge.call("GET", SETTINGS, token="read").status == 200
    written = [("POST", SETTINGS), ("PUT", SETTINGS), ("DELETE", SETTINGS), ("POST", f"{SETTINGS}/test")]
    for method, path in written:
        assert refusal(bridge.call(method, path, token="read", body={}))[:2] == (403, "Invalid Role")
        assert bridge.call(method, path, token="none", body={}).status == 403
        assert status_and_code(bridge.call(method, path, token=None, body={})) == gateway.unauthorized
        foreign = {"CompanyId": COMPANIES[1].id}
        assert refusal(bridge.call(method, path, token="write", body=foreign))[:2] == (403, "Forbidden")


def tried(bridge: Bridge, **members: Any) -> dict[str, Any]:
    began = time.monotonic()
    result = succeeded(bridge.call("POST", f"{SETTINGS}/test", body=members))
    assert time.monotonic() - began < 20
    assert set(result) == {"Success", "Message"}
    return result


def refused_by_axema(bridge: Bridge, members: dict[str, Any], words: str) -> None:
    result = tried(bridge, **members)
    assert result["Success"] is False
    assert words in result["Message"]


@pytest.mark.needs_embedded_api("In a container 127.0.0.1 is the container, not the simulators' machine.")
def test_trial_of_an_unsaved_connection_says_what_is_wrong(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 3)
    local, vaka_online = local_members(bridge, company), vaka_online_members(company)
    refused_by_axema(bridge, local | {"Password": "wrong"}, "user name or the password")
    refused_by_axema(bridge, vaka_online | {"ClientSecret": "wrong"}, "rejected the credentials")
    refused_by_axema(bridge, vaka_online | {"ApiKey": "wrong"}, "refused the API key")
    refused_by_axema(bridge, vaka_online | {"DeviceId": "another"}, "does not know the VAKA system")
    for members in (local, vaka_online):
        assert tried(bridge, **members)["Success"] is True
    assert bridge.call("GET", SETTINGS, CompanyId=company).status == 404


@pytest.mark.needs_embedded_api("In a container 127.0.0.1 is the container, not the simulators' machine.")
def test_trial_of_saved_settings_replaces_their_members_for_itself_only(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 3)
    nothing = bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": company})
    assert refusal(nothing)[:2] == (400, "AxemaNotConfigured")
    succeeded(bridge.call("POST", SETTINGS, body=vaka_online_members(company)))
    assert tried(bridge, CompanyId=company)["Success"] is True
    assert tried(bridge, CompanyId=company, ApiKey="wrong")["Success"] is False
    assert tried(bridge, CompanyId=company)["Success"] is True


def test_seventh_trial_within_a_minute_is_a_429(bridge: Bridge) -> None:
    company, other = bridge.new_company(1), bridge.new_company(1)
    with ThreadPoolExecutor(4) as pool:
        bodies = [{"CompanyId": company}] * 9
        responses = list(pool.map(lambda body: bridge.call("POST", f"{SETTINGS}/test", body=body), bodies))
    assert sorted(response.status for response in responses) == [200] * 6 + [429] * 3
    for response in responses:
        if response.status == 429:
            assert refusal(response)[1] == "TooManyRequests"
            assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": other}).status == 200


@pytest.mark.parametrize("way", ["saved", "edited"])
def test_next_sync_of_a_warm_function_uses_a_rotated_secret(bridge: Bridge, way: str) -> None:
    company = bridge.new_company(5)
    assert bridge.sync(company)["Status"] == COMPLETED
    bridge.steer(company, credentialsVersion=1)
    failed = bridge.sync(company)
    assert (failed["Status"], failed["ErrorMessage"].split(".")[0]) == (FAILED, "Axema rejected the credentials")
    axema = credentials(company, 1)
    members = {"ClientSecret": axema.client_secret, "ApiKey": axema.api_key}
    if way == "saved":
        succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, **members}))
    else:  # by an operator, who leaves the secret's other members as they are
        client = bridge.stack.deployment.client("secretsmanager")
        stored = json.loads(client.get_secret_value(SecretId=SECRETS_PREFIX + company)["SecretString"])
        client.put_secret_value(SecretId=SECRETS_PREFIX + company, SecretString=json.dumps({**stored, **members}))
    assert bridge.sync(company)["Status"] == COMPLETED
