"""Schedules on the deployed stack, from the settings to the syncs that they start."""

import json
import time

import pytest

from tests.e2e.client import COMPLETED, JOBS, PROCESSING, Bridge
from tests.e2e.observed import logged, physical_id
from tests.e2e.settings import SETTINGS, company_without_settings, put_soon, schedule_of, succeeded, vaka_online_members

pytestmark = pytest.mark.needs_embedded_api("It tests the workflow, which runs on the embedded stack in both cases.")


def test_schedule_follows_the_settings(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 5)
    scheduled = {"Schedule": "cron(30 3 ? * MON-FRI *)", "ScheduleTimezone": "Europe/Helsinki"}
    saved = succeeded(bridge.call("POST", SETTINGS, body={**vaka_online_members(company), **scheduled}))
    assert scheduled.items() <= saved.items()
    assert (saved["NextRun"] > saved["Updated"], saved["NextRun"][16:]) == (True, ":00Z")
    schedule = schedule_of(bridge, company)
    assert schedule is not None
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == tuple(scheduled.values())
    assert schedule["Target"]["Input"] == json.dumps({"CompanyId": company})

    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "Schedule": "rate(2 days)"}))
    changed = schedule_of(bridge, company)
    assert changed is not None
    assert changed["ScheduleExpression"] == "rate(2 days)"
    for members in ({"Active": False}, {"Active": True}, {"Schedule": ""}):
        saved = succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, **members}))
        assert (schedule_of(bridge, company) is not None) == ("NextRun" in saved) == (members == {"Active": True})


def test_schedule_starts_a_sync(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 7)
    body = {**vaka_online_members(company), "Schedule": "rate(15 minutes)"}
    succeeded(bridge.call("POST", SETTINGS, body=body))
    put_soon(bridge, company)
    deadline = time.monotonic() + 100
    while not (jobs := bridge.call("GET", JOBS, CompanyId=company).json()["Results"]):
        assert time.monotonic() < deadline, "the schedule did not fire"
        time.sleep(0.5)
    job = bridge.finished(company, jobs[-1]["Id"])
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company, "Active": False}))
    assert (job["Status"], job["UsersCreated"]) == (COMPLETED, 7)
    item = bridge.stack.deployment.client("dynamodb").get_item(
        TableName=bridge.stack.deployment.outputs["UserSyncTableName"],
        Key={"PK": {"S": f"COMPANY#{company}"}, "SK": {"S": f"JOB#{job['Id']}"}},
    )["Item"]
    assert item["Trigger"] == {"S": "schedule"}


def test_scheduled_start_during_a_sync_is_skipped_and_counted(bridge: Bridge) -> None:
    company = bridge.new_company(100, pageSize=10, latencyMs=300)
    job = bridge.start(company)
    bridge.wait(company, job["Id"], lambda job: job["Status"] == PROCESSING)
    response = bridge.stack.deployment.client("lambda").invoke(
        FunctionName=physical_id(bridge.stack, "UserSyncScheduleFunction"),
        Payload=json.dumps({"CompanyId": company}).encode(),
    )
    assert "FunctionError" not in response
    assert json.loads(response["Payload"].read()) == {"Started": False}
    assert [found["Id"] for found in bridge.call("GET", JOBS, CompanyId=company).json()["Results"]] == [job["Id"]]
    assert any('"SyncsSkipped":[1.0]' in line.replace(" ", "") for line in logged(bridge.stack, "usersync-schedule"))
    bridge.steer(company, latencyMs=0)
    bridge.finished(company, job["Id"])
