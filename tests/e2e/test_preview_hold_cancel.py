"""Previews, held syncs, cancelled syncs, and people who left and come back, on the deployed stack."""

from typing import Any

import pytest

from tests.e2e.client import COMPLETED, FAILED, JOBS, Bridge
from tests.e2e.waiting import wait_for

pytestmark = pytest.mark.needs_embedded_api("It tests the workflow, which runs on the embedded stack in both cases.")

CUSTOMERS = "/customers"
DAY_BYTES = 4


def customers(bridge: Bridge, company: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bridge.call("GET", CUSTOMERS, CompanyId=company, Take=1000, **query).json()["Results"]
    return found


def details(bridge: Bridge, company: str, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = bridge.call("GET", f"{JOBS}/{job['Id']}/issues", CompanyId=company).json()
    return found


def test_preview_lists_what_the_next_sync_does_and_changes_nothing(bridge: Bridge) -> None:
    company = bridge.new_company(120, pageSize=50)
    preview = bridge.sync(company, DryRun=True)
    assert (preview["Status"], preview["UsersCreated"], customers(bridge, company)) == (COMPLETED, 120, [])
    assert details(bridge, company, preview)["DryRun"]
    planned = bridge.changes(company, preview["Id"], Take=1000)
    assert {change["Outcome"] for change in planned} == {"Planned"}
    done = bridge.sync(company)
    assert done["UsersCreated"] == 120
    told = [{**change, "Outcome": "Done"} for change in planned]
    assert bridge.changes(company, done["Id"], Take=1000) == told
    assert {each["Id"] for each in customers(bridge, company)} == {change["CustomerId"] for change in told}


def test_changes_have_the_fields_before_and_after_and_can_be_chosen(bridge: Bridge) -> None:
    company = bridge.new_company(30)
    bridge.sync(company)
    before = {each["Id"]: each for each in customers(bridge, company)}
    bridge.steer(company, changed=2, users=31)
    job = bridge.sync(company)
    updates = bridge.changes(company, job["Id"], Kind="update")
    assert len(updates) == 2
    for change in updates:
        after = next(each for each in customers(bridge, company) if each["Id"] == change["CustomerId"])
        assert change["Fields"]
        for field in change["Fields"]:
            values = before[change["CustomerId"]].get(field["Field"]), after.get(field["Field"])
            assert values == (field.get("Before"), field.get("After"))
    assert len(bridge.changes(company, job["Id"], Kind="Create")) == 1
    assert len(bridge.changes(company, job["Id"], Skip=1)) == 2


def test_reader_may_not_see_changes_nor_start_or_cancel(bridge: Bridge) -> None:
    unknown = "019b0000-0000-7000-8000-000000000001"
    assert bridge.call("GET", f"{JOBS}/{unknown}/changes", token="read").status == 403
    assert bridge.call("DELETE", f"{JOBS}/{unknown}", token="read").status == 403
    assert bridge.call("DELETE", f"{JOBS}/{unknown}").status == 404


def test_truncated_list_is_held_back_and_forced(bridge: Bridge) -> None:
    company = bridge.new_company(100, pageSize=40)
    bridge.sync(company)
    bridge.steer(company, removed=50)
    foreseen = details(bridge, company, bridge.sync(company, DryRun=True))["HeldReason"]
    assert foreseen.startswith("A sync would be held back: 50 people are missing from Axema's list (the limit is 20)")
    held = bridge.sync(company)
    assert held["Status"] == FAILED
    assert held["ErrorMessage"].startswith("The sync was held back: 50 people are missing")
    assert bridge.sync(company, Force=True)["Status"] == COMPLETED
    assert len(customers(bridge, company, Visible="true")) == 100


def test_mass_change_stops_before_the_page_that_is_too_much(bridge: Bridge) -> None:
    company = bridge.new_company(60, pageSize=60)
    bridge.sync(company)
    bridge.steer(company, users=180)
    held = bridge.sync(company)
    assert (held["Status"], held["UsersFound"], held["UsersCreated"]) == (FAILED, 180, 0)
    assert details(bridge, company, held)["UsersHeld"] == 120
    assert {change["Outcome"] for change in bridge.changes(company, held["Id"])} == {"Held"}
    assert bridge.sync(company, Force=True)["UsersCreated"] == 120


def test_cancelled_sync_stops_after_its_page_and_frees_the_lock(bridge: Bridge) -> None:
    company = bridge.new_company(400, pageSize=20, latencyMs=200)
    job = bridge.start(company)
    bridge.wait(company, job["Id"], lambda job: job.get("UsersFound", 0) > 0)
    path = f"{JOBS}/{job['Id']}"
    assert bridge.call("DELETE", path, CompanyId=company).status == 200
    ended = bridge.finished(company, job["Id"])
    assert ended["Status"] == FAILED
    assert ended["ErrorMessage"].startswith("Cancelled by ")
    assert bridge.call("DELETE", path, CompanyId=company).json()["Id"] == job["Id"]
    written = customers(bridge, company)
    assert len(written) == ended["UsersCreated"] < 400
    bridge.steer(company, latencyMs=0)
    wait_for(lambda: bridge.call("POST", JOBS, body={"CompanyId": company}).status == 200, 20)
    newest = bridge.call("GET", JOBS, CompanyId=company, Take=1).json()["Results"][0]
    done = bridge.finished(company, newest["Id"])
    assert (done["Status"], done["UsersCreated"]) == (COMPLETED, 400 - len(written))
    refused = bridge.call("DELETE", f"{JOBS}/{newest['Id']}", CompanyId=company)
    assert (refused.status, refused.json()["ResponseStatus"]["ErrorCode"]) == (409, "Conflict")


def test_people_who_left_become_inactive_and_who_comes_back_active(bridge: Bridge) -> None:
    company = bridge.new_company(40)
    settings = {"CompanyId": company, "DeactivateAfterDays": 30}
    assert bridge.call("PUT", "/codelock/axema/settings", body=settings).json()["DeactivateAfterDays"] == 30
    bridge.sync(company)
    bridge.steer(company, removed=2)
    left = bridge.sync(company)
    gone = {change["CustomerId"] for change in bridge.changes(company, left["Id"], Kind="Left")}
    assert (len(gone), details(bridge, company, left)["UsersMissing"]) == (2, 2)
    assert customers(bridge, company, Visible="false") == []
    age_missing_people(bridge, company, 30)
    job = bridge.sync(company)
    assert {change["CustomerId"] for change in bridge.changes(company, job["Id"], Kind="Deactivate")} == gone
    assert {each["Id"] for each in customers(bridge, company, Visible="false")} == gone
    page = bridge.call("GET", CUSTOMERS, CompanyId=company, Visible="true", Take=5).json()
    assert (page["Total"], len(page["Results"])) == (38, 5)
    bridge.steer(company, removed=0)
    back = bridge.sync(company)
    assert back["UsersUpdated"] == len(bridge.changes(company, back["Id"], Kind="Reactivate")) == 2
    assert customers(bridge, company, Visible="false") == []


def age_missing_people(bridge: Bridge, company: str, days: int) -> None:
    """Make it that many days later for the people whom the last sync missed."""
    dynamodb, table = bridge.stack.deployment.client("dynamodb"), bridge.stack.deployment.outputs["UserSyncTableName"]
    key = {"PK": {"S": f"COMPANY#{company}"}, "SK": {"S": "LOCK"}}
    slot = dynamodb.get_item(TableName=table, Key=key)["Item"]["Roster"]["M"]["Slot"]["N"]
    item = dynamodb.get_item(TableName=table, Key={**key, "SK": {"S": f"ROSTER#{slot}#M000000"}})["Item"]
    entries, size = item["Entries"]["B"], 16 + DAY_BYTES
    older = b"".join(
        entries[at : at + size - DAY_BYTES]
        + (int.from_bytes(entries[at + size - DAY_BYTES : at + size]) - days).to_bytes(DAY_BYTES)
        for at in range(0, len(entries), size)
    )
    dynamodb.put_item(TableName=table, Item={**item, "Entries": {"B": older}})
