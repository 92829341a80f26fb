"""Axema settings of the deployed stack, as tests save them and read refusals of them."""

import uuid
from typing import Any
from urllib.parse import urlsplit

import urllib3

from local.axema.credentials import credentials
from tests.axema import steer
from tests.e2e.client import Bridge

SETTINGS = "/codelock/axema/settings"


def local_members(bridge: Bridge, company: str) -> dict[str, Any]:
    """Members that connect to the simulator as the company's own system."""
    address, axema = urlsplit(bridge.stack.axema_url), credentials(company)
    return {
        "CompanyId": company,
        "ApiEndpoint": address.hostname,
        "ApiPort": address.port,
        "Username": axema.username,
        "Password": axema.password,
    }


def vaka_online_members(company: str) -> dict[str, Any]:
    """Members that connect to the simulator as VAKA Online."""
    axema = credentials(company)
    return {
        "CompanyId": company,
        "DeviceId": axema.device_id,
        "ClientId": axema.client_id,
        "ClientSecret": axema.client_secret,
        "ApiKey": axema.api_key,
    }


def company_without_settings(bridge: Bridge, users: int, **controls: Any) -> str:
    company = str(uuid.uuid4())
    steer(bridge.stack.axema_url, company, users=users, **controls)
    return company


def succeeded(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    assert response.status == 200, response.data
    body: dict[str, Any] = response.json()
    return body


def refusal(response: urllib3.BaseHTTPResponse) -> tuple[int, str, list[str]]:
    """Status, error code, and the fields that the response names."""
    status = response.json()["ResponseStatus"]
    return response.status, status["ErrorCode"], [error["FieldName"] for error in status.get("Errors", [])]


def schedule_of(bridge: Bridge, company: str) -> dict[str, Any] | None:
    """The company's schedule in EventBridge Scheduler."""
    scheduler = bridge.stack.deployment.client("scheduler")
    group = bridge.stack.deployment.outputs["UserSyncScheduleGroup"]
    try:
        found: dict[str, Any] = scheduler.get_schedule(Name=f"axema-{company}", GroupName=group)
    except scheduler.exceptions.ResourceNotFoundException:
        return None
    return found


def put_soon(bridge: Bridge, company: str) -> None:
    """Let the company's schedule start a sync within a minute, which no settings allow."""
    found = schedule_of(bridge, company)
    assert found is not None
    members = ("Name", "GroupName", "FlexibleTimeWindow", "Target", "ScheduleExpressionTimezone")
    given = {name: found[name] for name in members}
    bridge.stack.deployment.client("scheduler").update_schedule(ScheduleExpression="rate(1 minute)", **given)
