"""Syncs that are killed, aborted, stopped or made to wait, on the deployed stack."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from bokabridge.usersync.halt import DEACTIVATED
from tests.e2e.client import COMPLETED, FAILED, JOBS, PROCESSING, Bridge
from tests.e2e.processes import function_processes
from tests.e2e.waiting import wait_for

pytestmark = pytest.mark.needs_embedded_api("It tests the workflow, which runs on the embedded stack in both cases.")

OUTAGE_SECONDS = 4


def test_temporary_500_from_axema_only_delays_the_sync(bridge: Bridge) -> None:
    company = bridge.new_company(250, pageSize=100, failEvery=1, failStatus=500)
    job = bridge.start(company)
    bridge.wait(company, job["Id"], lambda job: job["Status"] == PROCESSING)
    time.sleep(OUTAGE_SECONDS)
    bridge.steer(company, failEvery=0)
    assert bridge.finished(company, job["Id"])["Status"] == COMPLETED
    assert bridge.counters(company, job["Id"])["created"] == 250


@pytest.fixture
def short_lived_worker(bridge: Bridge) -> Iterator[None]:
    """A page function that may run for 15 s. After a death, the next worker begins when that time is over."""
    functions = bridge.stack.deployment.client("lambda")
    (page,) = [
        each for each in functions.list_functions()["Functions"] if "UserSyncPageFunction" in each["FunctionName"]
    ]
    functions.update_function_configuration(FunctionName=page["FunctionName"], Timeout=15)
    yield
    functions.update_function_configuration(FunctionName=page["FunctionName"], Timeout=page["Timeout"])


@pytest.mark.usefixtures("short_lived_worker")
@pytest.mark.parametrize(
    ("users", "controls", "kill_after"),
    [
        pytest.param(400, {"pageSize": 50, "latencyMs": 100}, (0, 50, 150), id="while the function reads"),
        pytest.param(4000, {}, (0, 500, 1500), id="while the function writes"),
    ],
)
def test_sync_whose_page_function_is_killed_three_times_counts_each_user_once(
    bridge: Bridge, users: int, controls: dict[str, int], kill_after: tuple[int, ...]
) -> None:
    company = bridge.new_company(users, badRecords=6, **controls)
    job = bridge.start(company)
    for seen in kill_after:
        bridge.wait(company, job["Id"], lambda job, seen=seen: job.get("UsersFound", -1) >= seen)  # type: ignore[misc]
        for process_id in function_processes(bridge.stack, "UserSyncPageFunction"):
            os.kill(process_id, signal.SIGKILL)
    assert bridge.finished(company, job["Id"])["Status"] == COMPLETED
    counters = bridge.counters(company, job["Id"])
    assert counters == {"found": users + 6, "created": users, "updated": 0, "unchanged": 0, "skipped": 6}
    assert bridge.call("GET", "/customers", CompanyId=company).json()["Total"] == users
    assert bridge.history(job["Id"]).count("Runtime.ExitError") >= 1


def test_sync_waits_as_long_as_axema_asks_and_says_so(bridge: Bridge) -> None:
    """Axema asks for more time than one invocation retries a page (30 s), so the state machine waits."""
    company = bridge.new_company(50, failEvery=1, failStatus=429, retryAfter=32)
    job = bridge.start(company)
    issues = f"{JOBS}/{job['Id']}/issues"
    waiting = wait_for(lambda: bridge.call("GET", issues, CompanyId=company).json().get("Waiting"), 30)
    assert waiting.startswith("Axema responded with HTTP status 429.")
    bridge.steer(company, failEvery=0)
    asked_at = time.monotonic()
    assert bridge.finished(company, job["Id"])["Status"] == COMPLETED
    assert time.monotonic() - asked_at > 25
    body = bridge.call("GET", issues, CompanyId=company).json()
    assert "Waiting" not in body
    assert job["CreatedDate"] <= body["StartedDate"] < body["CompletedDate"]


def test_settings_made_inactive_stop_a_running_sync(bridge: Bridge) -> None:
    company = bridge.new_company(400, pageSize=20, latencyMs=200)
    job = bridge.start(company)
    bridge.wait(company, job["Id"], lambda job: job.get("UsersFound", 0) > 0)
    change = {"CompanyId": company, "Active": False}
    assert bridge.call("PUT", "/codelock/axema/settings", body=change).status == 200
    failed = bridge.finished(company, job["Id"])
    assert (failed["Status"], failed["ErrorMessage"]) == (FAILED, DEACTIVATED)


def test_aborted_run_fails_its_job_and_frees_the_lock(bridge: Bridge) -> None:
    company = bridge.new_company(400, pageSize=20, latencyMs=200)
    job = bridge.start(company)
    bridge.wait(company, job["Id"], lambda job: job["Status"] == PROCESSING)
    run = bridge.executions(job["Id"])[0]["executionArn"]
    bridge.stack.deployment.client("stepfunctions").stop_execution(executionArn=run)
    failed = bridge.finished(company, job["Id"])
    assert failed["ErrorMessage"].startswith("The sync was stopped before it finished.")
    bridge.steer(company, latencyMs=0)
    next_start = {"CompanyId": company}
    wait_for(lambda: bridge.call("POST", JOBS, body=next_start).status == 200, 60)  # once its worker has stopped
    newest = bridge.call("GET", JOBS, CompanyId=company, Take=1).json()["Results"][0]
    assert bridge.finished(company, newest["Id"])["Status"] == COMPLETED
