"""Deleting a company's Axema settings on the deployed stack."""

import threading

import pytest

from local.stack.seed import SECRETS_PREFIX
from tests.e2e.client import COMPLETED, JOBS, PROCESSING, Bridge
from tests.e2e.settings import (
    SETTINGS,
    company_without_settings,
    refusal,
    schedule_of,
    succeeded,
    vaka_online_members,
)


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
    company = bridge.new_company(100, pageSize=10, latencyMs=3000)  # 30 s, because a busy machine is slow to call
    job = bridge.start(company)
    assert refusal(bridge.call("DELETE", SETTINGS, CompanyId=company))[:2] == (409, "Conflict")
    bridge.wait(company, job["Id"], lambda job: job["Status"] == PROCESSING)
    assert refusal(bridge.call("DELETE", SETTINGS, CompanyId=company))[:2] == (409, "Conflict")
    bridge.steer(company, latencyMs=0)
    assert bridge.finished(company, job["Id"])["Status"] == COMPLETED
    succeeded(bridge.call("DELETE", SETTINGS, CompanyId=company))


def test_delete_and_start_at_once_are_not_both_carried_out(bridge: Bridge) -> None:
    for _ in range(4):
        company = bridge.new_company(3, latencyMs=6000)  # the sync is not over before the other call comes
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
