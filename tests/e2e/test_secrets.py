"""Stored secrets on the deployed stack: they stay with their host, and can be saved again."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.dynamodb.settings import DynamoSettings
from local.stack.seed import SECRETS_PREFIX
from tests.axema import local_settings_of, secret_of
from tests.e2e.client import COMPLETED, FAILED, Bridge
from tests.e2e.settings import (
    SETTINGS,
    company_without_settings,
    local_members,
    refusal,
    succeeded,
)
from tests.servers import serving

pytestmark = pytest.mark.needs_embedded_api("In a container 127.0.0.1 is the container, not the simulators' machine.")


@dataclass
class Thief:
    """A server under another name than the company's system: it lists users to everybody, and keeps the passwords."""

    url: str = ""
    logins: list[str] = field(default_factory=list)

    def respond(self, request: Request) -> Response:
        encoded = request.headers["Authorization"].removeprefix("Basic ")
        self.logins.append(base64.b64decode(encoded).decode())
        return Response('{"users": [], "total": 0}', content_type="application/json")

    @property
    def members(self) -> dict[str, Any]:
        return {
            "ApiEndpoint": "localhost",
            "ApiPort": urlsplit(self.url).port,
            "Username": "thief",
            "Password": "dummy",
        }


@pytest.fixture
def thief() -> Iterator[Thief]:
    server = Thief()
    with serving(server.respond) as server.url:
        yield server


def test_warm_page_function_does_not_send_the_old_password_to_a_new_host(bridge: Bridge, thief: Thief) -> None:
    company = company_without_settings(bridge, 5)
    succeeded(bridge.call("POST", SETTINGS, body=local_members(bridge, company)))
    assert bridge.sync(company)["Status"] == COMPLETED
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, **thief.members}))
    bridge.sync(company)
    assert set(thief.logins) == {"thief:dummy"}


def test_secret_of_release_0_2_0_works_and_is_bound_at_the_next_save(bridge: Bridge, thief: Thief) -> None:
    company = company_without_settings(bridge, 5)
    table = bridge.stack.deployment.outputs["UserSyncTableName"]
    store = DynamoSettings(bridge.stack.deployment.client("dynamodb"), table)
    store.add(local_settings_of(bridge.stack.axema_url, company))
    secrets = bridge.stack.deployment.client("secretsmanager")
    text = json.dumps({"Password": secret_of(company).get("password")})
    secrets.create_secret(Name=SECRETS_PREFIX + company, SecretString=text)
    assert bridge.sync(company)["Status"] == COMPLETED
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "NameOrder": "FirstLast"}))
    stored = json.loads(secrets.get_secret_value(SecretId=SECRETS_PREFIX + company)["SecretString"])
    assert stored["BoundTo"]["ApiEndpoint"] == "127.0.0.1"
    assert bridge.sync(company)["Status"] == COMPLETED
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, **thief.members}))
    bridge.sync(company)
    assert set(thief.logins) == {"thief:dummy"}


def test_secret_put_in_place_by_hand_is_not_sent_to_a_host_it_does_not_name(bridge: Bridge, thief: Thief) -> None:
    company = company_without_settings(bridge, 5)
    succeeded(bridge.call("POST", SETTINGS, body=local_members(bridge, company)))
    secrets = bridge.stack.deployment.client("secretsmanager")
    old = secrets.get_secret_value(SecretId=SECRETS_PREFIX + company)["SecretString"]
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, **thief.members}))
    secrets.put_secret_value(SecretId=SECRETS_PREFIX + company, SecretString=old)
    bridge.sync(company)
    succeeded(bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": company}))
    assert set(thief.logins) <= {"thief:dummy"}


def test_trial_during_a_change_of_the_host_does_not_mix(bridge: Bridge, thief: Thief) -> None:
    company = company_without_settings(bridge, 5)
    own = local_members(bridge, company)
    succeeded(bridge.call("POST", SETTINGS, body=own))
    is_over = threading.Event()

    def save() -> None:
        for _ in range(6):
            for members in (thief.members, own):
                bridge.call("PUT", SETTINGS, body={"CompanyId": company, **members})
        is_over.set()

    saver = threading.Thread(target=save)
    saver.start()
    while not is_over.is_set():
        bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": company})
    saver.join()
    assert set(thief.logins) <= {"thief:dummy"}
    succeeded(bridge.call("PUT", SETTINGS, body=own))
    assert bridge.sync(company)["Status"] == COMPLETED


def test_concurrent_saves_of_two_hosts_do_not_mix(bridge: Bridge, thief: Thief) -> None:
    company = company_without_settings(bridge, 5)
    own = local_members(bridge, company)
    succeeded(bridge.call("POST", SETTINGS, body=own))
    statuses: list[int] = []

    def save(members: dict[str, Any]) -> None:
        body = {"CompanyId": company, **members}
        statuses.extend(bridge.call("PUT", SETTINGS, body=body).status for _ in range(5))

    savers = [threading.Thread(target=save, args=(members,)) for members in (own, thief.members)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert set(statuses) <= {200, 409}
    bridge.sync(company)
    assert set(thief.logins) <= {"thief:dummy"}
    settings = succeeded(bridge.call("GET", SETTINGS, CompanyId=company))
    assert (settings["ApiEndpoint"] == "localhost") == bool(thief.logins)


def test_save_over_a_secret_that_is_scheduled_for_deletion_restores_it(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 5)
    own = local_members(bridge, company)
    succeeded(bridge.call("POST", SETTINGS, body=own))
    secrets = bridge.stack.deployment.client("secretsmanager")
    secrets.delete_secret(SecretId=SECRETS_PREFIX + company, RecoveryWindowInDays=30)
    failed = bridge.sync(company)
    assert failed["Status"] == FAILED
    assert "Save the Axema settings again" in failed["ErrorMessage"]
    moved = {"CompanyId": company, "ApiPort": 8080}
    assert refusal(bridge.call("PUT", SETTINGS, body=moved)) == (400, "NotEmpty", ["Password"])
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "Password": own["Password"]}))
    assert bridge.sync(company)["Status"] == COMPLETED
