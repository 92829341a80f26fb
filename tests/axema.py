"""The Axema simulator for tests: its controls and counters, its credentials, and the real sources connected to it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import urllib3

from bokabridge.adapters.axema.local_endpoint import LocalEndpointSource
from bokabridge.adapters.axema.sources import AxemaSystems
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import SecretStore, SettingsStore
from bokabridge.usersync.people import Record
from bokabridge.usersync.source_ports import AxemaSource
from local.axema.credentials import credentials


def steer(axema_url: str, company_id: str, **controls: Any) -> None:
    """Set the simulator's controls of one company."""
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
    """The credentials that the simulator accepts once its control `credentialsVersion` has this value."""
    axema = credentials(company_id, version)
    return AxemaSecret({"password": axema.password, "client_secret": axema.client_secret, "api_key": axema.api_key})


def settings_of(company_id: str) -> AxemaSettings:
    """Settings that connect to the simulator as VAKA Online."""
    axema, now = credentials(company_id), datetime(2026, 11, 21, 12, tzinfo=UTC)
    return AxemaSettings(company_id, VakaOnline(axema.device_id, axema.client_id), now, now)


def local_settings_of(axema_url: str, company_id: str) -> AxemaSettings:
    """Settings that connect to the simulator as the company's own system."""
    return replace(settings_of(company_id), connection=_local_endpoint(axema_url, company_id))


def _local_endpoint(axema_url: str, company_id: str) -> LocalEndpoint:
    address = urlsplit(axema_url)
    return LocalEndpoint(str(address.hostname), int(address.port or 0), credentials(company_id).username)


def systems(
    axema_url: str, secrets: SecretStore, settings: SettingsStore | None = None, **options: Any
) -> AxemaSystems:
    """Both kinds of Axema system, played by the simulator."""
    guard, tokens = Guard(SystemResolver(), allows_private=True), _tokens(axema_url)
    return AxemaSystems(
        settings or InMemorySettings(),
        secrets,
        {
            LocalEndpoint: partial(LocalEndpointSource, guard=guard),
            VakaOnline: partial(VakaOnlineSource, api_url=axema_url, tokens=tokens),
        },
        **options,
    )


def connect(
    axema_url: str,
    company_id: str,
    *,
    client_id: str | None = None,
    secret: AxemaSecret | None = None,
    give_up_after_seconds: float = 5,
) -> VakaOnlineSource:
    """A source that reads the simulator as VAKA Online."""
    axema = credentials(company_id)
    return VakaOnlineSource(
        VakaOnline(axema.device_id, client_id or axema.client_id),
        secret or secret_of(company_id),
        api_url=axema_url,
        tokens=_tokens(axema_url),
        give_up_after_seconds=give_up_after_seconds,
    )


def _tokens(axema_url: str) -> TokenSource:
    return TokenSource(f"{axema_url}/oauth2/v2.0/token", "scope", "Axema")


def connect_locally(
    axema_url: str, company_id: str, *, secret: AxemaSecret | None = None, give_up_after_seconds: float = 5
) -> LocalEndpointSource:
    """A source that reads the simulator as the company's own system."""
    return LocalEndpointSource(
        _local_endpoint(axema_url, company_id),
        secret or secret_of(company_id),
        guard=Guard(SystemResolver(), allows_private=True),
        give_up_after_seconds=give_up_after_seconds,
    )


def read_all(source: AxemaSource, cursor: str | None = None, page_number: int = 1) -> list[list[Record]]:
    """The records of every page, starting at this cursor."""
    pages = []
    while True:
        page = source.fetch(cursor, page_number)
        pages.append(page.records)
        if page.next_cursor is None:
            return pages
        cursor, page_number = page.next_cursor, page_number + 1
