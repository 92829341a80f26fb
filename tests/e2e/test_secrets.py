"""Stored secrets on the deployed stack: they stay with their host, and settings can be deleted and saved again."""

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
from tests.e2e.client import COMPLETED, FAILED, JOBS, PROCESSING, Bridge
from tests.e2e.settings import (
    SETTINGS,
    company_without_settings,
    local_members,
    refusal,
    schedule_of,
    succeeded,
    vaka_online_members,
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


def test_deleted_settings_leave_customers_and_jobs_and_can_be_saved_again(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 5)
    given = {**vaka_online_members(company), "Schedule": "rate(1 day)"}
    succeeded(bridge.call("POST", SETTINGS, body=given))
    job = bridge.sync(company)
    assert schedule_of(bridge, company) is not None

    assert succeeded(bridge.call("DELETE", SETTINGS, CompanyId=company)) == {}
    for method in ("GET", "PUT", "DELETE"):
        assert refusal(bridge.call(method, SETTINGS, CompanyId=company))[:2] == (404, "NotFound")
    assert schedule_of(bridge, company) is None
    secrets = bridge.stack.deployment.client("secretsmanager")
    with pytest.raises(secrets.exceptions.InvalidRequestException):
        secrets.get_secret_value(SecretId=SECRETS_PREFIX + company)
    refused = bridge.call("POST", JOBS, body={"CompanyId": company})
    assert refusal(refused)[:2] == (400, "AxemaNotConfigured")
    assert len(bridge.call("GET", "/customers", CompanyId=company).json()["Results"]) == 5
    assert bridge.job(company, job["Id"])["Status"] == COMPLETED

    succeeded(bridge.call("POST", SETTINGS, body=given))
    again = bridge.sync(company)
    assert bridge.counters(company, again["Id"])["unchanged"] == 5


def test_delete_during_a_sync_is_a_conflict(bridge: Bridge) -> None:
    company = bridge.new_company(100, pageSize=10, latencyMs=300)
    job = bridge.start(company)
    assert refusal(bridge.call("DELETE", SETTINGS, CompanyId=company))[:2] == (409, "Conflict")
    bridge.wait(company, job["Id"], lambda job: job["Status"] == PROCESSING)
    assert refusal(bridge.call("DELETE", SETTINGS, CompanyId=company))[:2] == (409, "Conflict")
    bridge.steer(company, latencyMs=0)
    assert bridge.finished(company, job["Id"])["Status"] == COMPLETED
    succeeded(bridge.call("DELETE", SETTINGS, CompanyId=company))


def test_delete_and_start_at_once_are_not_both_carried_out(bridge: Bridge) -> None:
    for _ in range(4):
        company = bridge.new_company(3)
        responses: dict[str, int] = {}

        def call(method: str, path: str, company: str = company, responses: dict[str, int] = responses) -> None:
            responses[method] = bridge.call(method, path, CompanyId=company).status

        calls = [threading.Thread(target=call, args=pair) for pair in (("DELETE", SETTINGS), ("POST", JOBS))]
        for each in calls:
            each.start()
        for each in calls:
            each.join()
        assert responses in ({"DELETE": 200, "POST": 400}, {"DELETE": 409, "POST": 200})
        jobs = bridge.call("GET", JOBS, CompanyId=company).json()["Results"]
        if jobs:
            assert bridge.finished(company, jobs[0]["Id"])["Status"] == COMPLETED
