"""The Axema simulator as tests use it: started, steered, and connected to by the real adapter."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

from bokabridge.adapters.axema.local_endpoint import LocalEndpointSource
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource, users_url
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.settings.model import AxemaSecret, AxemaSettings, LocalConnection, VakaOnlineConnection
from bokabridge.usersync.people import Record
from bokabridge.usersync.ports import AxemaSource
from local.axema.credentials import credentials


def steer(axema_url: str, company_id: str, **controls: Any) -> None:
    """Sets controls of one company in the simulator."""
    body = json.dumps({"company": company_id, **controls})
    response = urllib3.request("PUT", f"{axema_url}/_control", body=body, headers={"Content-Type": "application/json"})
    assert response.status == 200, response.data


def state(axema_url: str, company_id: str) -> dict[str, Any]:
    """The simulator's counters of one company."""
    companies: dict[str, dict[str, Any]] = urllib3.request("GET", f"{axema_url}/_state").json()["companies"]
    return companies[company_id]


def secret_of(company_id: str) -> AxemaSecret:
    """The credentials that the simulator accepts for a company."""
    return rotated_secret_of(company_id, 0)


def rotated_secret_of(company_id: str, version: int) -> AxemaSecret:
    """The credentials that it accepts after the control `credentialsVersion`."""
    axema = credentials(company_id, version)
    return AxemaSecret(axema.password, axema.client_secret, axema.api_key)


def settings_of(company_id: str) -> AxemaSettings:
    """Settings with which the simulator is reached as VAKA Online."""
    axema, now = credentials(company_id), datetime(2026, 11, 21, 12, tzinfo=UTC)
    return AxemaSettings(company_id, VakaOnlineConnection(axema.device_id, axema.client_id), now, now)


def local_settings_of(axema_url: str, company_id: str) -> AxemaSettings:
    """Settings with which the simulator is reached as the company's own system."""
    address = urlsplit(axema_url)
    connection = LocalConnection(str(address.hostname), int(address.port or 0), credentials(company_id).username)
    return replace(settings_of(company_id), connection=connection)


def connect(
    axema_url: str,
    company_id: str,
    *,
    client_id: str | None = None,
    secret: AxemaSecret | None = None,
    give_up_after: float = 5,
) -> VakaOnlineSource:
    """The VAKA Online adapter on the simulator."""
    axema = credentials(company_id)
    url = users_url(axema_url, axema.device_id)
    tokens = TokenSource(f"{axema_url}/oauth2/v2.0/token", "scope", "Axema")
    return VakaOnlineSource(
        url, tokens, client_id or axema.client_id, secret or secret_of(company_id), give_up_after=give_up_after
    )


def connect_locally(
    axema_url: str, company_id: str, *, secret: AxemaSecret | None = None, give_up_after: float = 5
) -> LocalEndpointSource:
    """The local endpoint's adapter on the simulator."""
    connection = local_settings_of(axema_url, company_id).connection
    assert isinstance(connection, LocalConnection)
    guard = Guard(SystemResolver(), allows_private=True)
    return LocalEndpointSource(connection, secret or secret_of(company_id), guard, give_up_after=give_up_after)


def read_all(source: AxemaSource, cursor: str | None = None, page_number: int = 1) -> list[list[Record]]:
    """All the pages from a cursor on."""
    pages = []
    while True:
        page = source.fetch(cursor, page_number)
        pages.append(page.records)
        if page.next_cursor is None:
            return pages
        cursor, page_number = page.next_cursor, page_number + 1
