"""The Axema simulator as tests use it: started, steered, and connected to by the real adapter."""

import json
from typing import Any

import urllib3

from bokabridge.adapters.axema.vaka_online import VakaOnlineSource, users_url
from bokabridge.adapters.token import TokenSource
from bokabridge.usersync.people import Record
from bokabridge.usersync.ports import AxemaSource
from bokabridge.usersync.settings import AxemaSecret
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
    axema = credentials(company_id)
    return AxemaSecret(axema.client_id, axema.client_secret, axema.api_key)


def connect(
    axema_url: str, company_id: str, *, secret: AxemaSecret | None = None, give_up_after: float = 5
) -> VakaOnlineSource:
    """The real adapter on the simulator."""
    url = users_url(axema_url, credentials(company_id).device_id)
    tokens = TokenSource(f"{axema_url}/oauth2/v2.0/token", "scope", "Axema")
    return VakaOnlineSource(url, tokens, secret or secret_of(company_id), give_up_after=give_up_after)


def read_all(source: AxemaSource, cursor: str | None = None, page_number: int = 1) -> list[list[Record]]:
    """All the pages from a cursor on."""
    pages = []
    while True:
        page = source.fetch(cursor, page_number)
        pages.append(page.records)
        if page.next_cursor is None:
            return pages
        cursor, page_number = page.next_cursor, page_number + 1
