"""Health on the deployed stack: of one company, and of all."""

from typing import Any

from tests.e2e.client import FAILED, Bridge

HEALTH = "/codelock/axema/health"
SETTINGS = "/codelock/axema/settings"


def health(bridge: Bridge, company: str) -> dict[str, Any]:
    response = bridge.call("GET", HEALTH, CompanyId=company)
    assert response.status == 200, response.data
    found: dict[str, Any] = response.json()
    return found


def listed(bridge: Bridge, **query: Any) -> list[dict[str, Any]]:
    response = bridge.call("GET", f"{HEALTH}/companies", **query)
    assert response.status == 200, response.data
    found: list[dict[str, Any]] = response.json()["Results"]
    return found


def test_health_follows_a_company_from_its_first_sync_to_a_failure(bridge: Bridge) -> None:
    company = bridge.new_company(30)
    new = health(bridge, company)
    assert (new["Active"], new["Paused"], new["FailuresInRow"]) == (True, False, 0)
    assert not {"LastCompletedDate", "LastCompletedId", "UsersFound", "UsersMissing", "RunningId"} & new.keys()
    first = bridge.sync(company)
    bridge.steer(company, removed=2)
    assert bridge.sync(company, DryRun=True)["Id"] != health(bridge, company)["LastCompletedId"] == first["Id"]
    second = bridge.sync(company)
    good = health(bridge, company)
    assert (good["LastCompletedId"], good["UsersFound"], good["UsersMissing"]) == (second["Id"], 28, 2)
    bridge.steer(company, malformed="wrongShape")
    assert bridge.sync(company)["Status"] == FAILED
    assert health(bridge, company) == {**good, "FailuresInRow": 1}


def test_running_job_is_named_until_it_is_cancelled(bridge: Bridge) -> None:
    company = bridge.new_company(200, pageSize=20, latencyMs=200)
    job = bridge.start(company)
    assert health(bridge, company)["RunningId"] == job["Id"]
    assert bridge.call("DELETE", f"/codelock/axema/usersync/{job['Id']}", CompanyId=company).status == 200
    bridge.finished(company, job["Id"])
    after = health(bridge, company)
    assert ("RunningId" in after, after["FailuresInRow"]) == (False, 0)


def test_companies_are_listed_worst_first_with_and_without_a_schedule(bridge: Bridge) -> None:
    unscheduled, scheduled = bridge.new_company(1), bridge.new_company(1)
    body = {"CompanyId": scheduled, "Schedule": "rate(12 hours)"}
    assert bridge.call("PUT", SETTINGS, body=body).status == 200
    bridge.steer(scheduled, malformed="wrongShape")
    assert bridge.sync(scheduled)["Status"] == FAILED
    ids = [each["CompanyId"] for each in listed(bridge, Take=1000)]
    assert ids.index(scheduled) < ids.index(unscheduled)
    at = ids.index(unscheduled)
    assert [each["CompanyId"] for each in listed(bridge, Skip=at, Take=1)] == [unscheduled]
    assert "NextRun" in health(bridge, scheduled)
    for token in ("write", "read"):
        assert bridge.call("GET", f"{HEALTH}/companies", token=token).status == 403
        assert bridge.call("GET", HEALTH, token=token, CompanyId=unscheduled).status == 403
