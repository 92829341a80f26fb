"""Undoing a sync on the deployed stack."""

from typing import Any

import pytest

from tests.e2e.client import COMPLETED, JOBS, Bridge
from tests.e2e.waiting import wait_for

pytestmark = pytest.mark.needs_embedded_api("It tests the workflow, which runs on the embedded stack in both cases.")


def customers(bridge: Bridge, company: str, **query: Any) -> dict[str, dict[str, Any]]:
    """The company's customers by id, without the date of their last change."""
    found = bridge.call("GET", "/customers", CompanyId=company, Take=1000, **query).json()["Results"]
    return {each["Id"]: {name: each[name] for name in each if name != "Updated"} for each in found}


def undone(bridge: Bridge, company: str, job: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The job of a whole undo of this job."""
    response = bridge.call("POST", f"{JOBS}/{job['Id']}/undo", body={"CompanyId": company, **members})
    assert response.status == 200, response.data
    return bridge.finished(company, response.json()["Id"])


def changed(bridge: Bridge, company: str, job: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((change["CustomerId"], change["Kind"]) for change in bridge.changes(company, job["Id"], Take=1000))


def test_undo_restores_customers_and_makes_new_ones_inactive(bridge: Bridge) -> None:
    company = bridge.new_company(60, pageSize=25)
    bridge.sync(company)
    before = customers(bridge, company)
    bridge.steer(company, changed=5, users=63)
    job = bridge.sync(company)
    assert (job["UsersCreated"], job["UsersUpdated"]) == (3, 5)
    after = customers(bridge, company)

    planned = undone(bridge, company, job, DryRun=True)
    assert customers(bridge, company) == after
    undo = undone(bridge, company, job)
    assert (undo["Status"], undo["UsersFound"], undo["UsersUpdated"]) == (COMPLETED, 8, 8)
    assert changed(bridge, company, undo) == changed(bridge, company, planned)
    assert customers(bridge, company, Visible="true") == before
    assert len(customers(bridge, company, Visible="false")) == 3
    assert bridge.call("GET", f"{JOBS}/{undo['Id']}/issues", CompanyId=company).json()["Undoes"] == job["Id"]

    again = undone(bridge, company, undo)
    assert (again["UsersUpdated"], customers(bridge, company)) == (8, after)
    undone(bridge, company, job)
    assert bridge.sync(company)["UsersUpdated"] == 8, "The next sync writes Axema's values again."
    assert customers(bridge, company) == after
    health = bridge.call("GET", "/codelock/axema/health", CompanyId=company).json()
    assert (health["UsersFound"], health["FailuresInRow"]) == (63, 0)


def test_refused_undos_say_why(bridge: Bridge) -> None:
    company = bridge.new_company(40, pageSize=10, latencyMs=200)
    unknown = f"{JOBS}/019b0000-0000-7000-8000-000000000001/undo"
    assert bridge.call("POST", unknown, token="read").status == 403
    assert bridge.call("POST", unknown).status == 404
    job = bridge.start(company)

    def refusal(job: dict[str, Any]) -> tuple[int, str]:
        response = bridge.call("POST", f"{JOBS}/{job['Id']}/undo", body={"CompanyId": company})
        return response.status, response.json()["ResponseStatus"]["Message"].partition(".")[0]

    assert refusal(job) == (409, "The job is not over yet")
    bridge.wait(company, job["Id"], lambda job: job.get("UsersCreated", 0) > 0)
    bridge.call("DELETE", f"{JOBS}/{job['Id']}", CompanyId=company)
    cancelled = bridge.finished(company, job["Id"])
    wait_for(lambda: bridge.call("POST", JOBS, body={"CompanyId": company, "DryRun": True}).status == 200, 20)
    newest = bridge.call("GET", JOBS, CompanyId=company, Take=1).json()["Results"][0]
    bridge.finished(company, newest["Id"])
    assert refusal(newest) == (409, "A preview changes nothing, so there is nothing to undo")
    assert undone(bridge, company, cancelled)["UsersUpdated"] == cancelled["UsersCreated"]
    assert customers(bridge, company, Visible="true") == {}
