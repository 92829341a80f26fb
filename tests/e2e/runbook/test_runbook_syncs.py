"""docs/runbook.md: faults of syncs and settings, put into the local stack, and the page's commands against them."""

from datetime import UTC, datetime, timedelta

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.usersync.job import Trigger, Work, new_job
from local.axema.credentials import credentials
from tests.e2e.client import COMPLETED, FAILED, JOBS, Bridge
from tests.e2e.observed import logged
from tests.e2e.runbook.on_call import OnCall
from tests.e2e.settings import SETTINGS, schedule_of, succeeded
from tests.e2e.waiting import wait_for

PEOPLE = 12


def last_job(bridge: Bridge, company_id: str) -> tuple[int, int]:
    """The status of the company's newest job, and the number of its customers."""
    newest = bridge.call("GET", JOBS, CompanyId=company_id, Take=1).json()["Results"][0]
    return newest["Status"], bridge.call("GET", "/customers", CompanyId=company_id).json()["Total"]


def test_sync_failed_because_axema_returned_nobody(engineer: OnCall) -> None:
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE)
    assert bridge.sync(company_id)["Status"] == COMPLETED
    bridge.steer(company_id, empty=True)
    assert bridge.sync(company_id)["Status"] == FAILED
    engineer.knows(COMPANY=company_id)
    assert company_id in engineer.look("Sync failed")
    bridge.steer(company_id, empty=False)
    engineer.do("Sync failed")
    assert last_job(bridge, company_id) == (COMPLETED, PEOPLE)


def test_sync_stuck_after_its_worker_and_its_run_died(engineer: OnCall) -> None:
    """Nothing can kill both in the emulator, so the test writes what they leave behind."""
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE)
    deployment, now = bridge.stack.deployment, datetime.now(UTC)
    jobs = DynamoJobs(deployment.client("dynamodb"), deployment.outputs["UserSyncTableName"])
    began, lease_end = now - timedelta(minutes=9), now - timedelta(minutes=4)
    job = new_job(company_id, Trigger.Request, began, lease_end)
    assert jobs.start(job) is None
    jobs.begin(company_id, job.id, Work(began, lease_end, lease_end), None)
    engineer.knows(COMPANY=company_id, JOB=job.id)
    assert job.id in engineer.look("Sync stuck")
    engineer.do("Sync stuck")
    assert last_job(bridge, company_id) == (COMPLETED, PEOPLE)
    assert bridge.job(company_id, job.id)["Status"] == FAILED


def test_axema_down_and_the_waiting_sync_goes_on_by_itself(engineer: OnCall) -> None:
    """The worker tries a page for 30 s before the state machine waits, which is when the log says so."""
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE, failEvery=1, failStatus=503)
    job_id = bridge.start(company_id)["Id"]
    wait_for(lambda: any(job_id in line and "must be retried" in line for line in logged(bridge.stack, "-page")), 90)
    engineer.knows(COMPANY=company_id, JOB=job_id)
    engineer.look("Axema down")
    bridge.steer(company_id, failEvery=0)
    engineer.do("Axema down")
    assert bridge.job(company_id, job_id)["Status"] == COMPLETED
    assert last_job(bridge, company_id) == (COMPLETED, PEOPLE)


def test_wrong_secret_after_the_company_changed_it_in_axema(engineer: OnCall) -> None:
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE, credentialsVersion=1)
    assert bridge.sync(company_id)["Status"] == FAILED
    engineer.knows(COMPANY=company_id)
    engineer.look("Wrong secret")
    new = credentials(company_id, 1)
    for name, secret in (("secret.txt", new.client_secret), ("key.txt", new.api_key)):
        (engineer.folder / name).write_text(secret)
    assert new.client_secret not in engineer.do("Wrong secret")
    assert last_job(bridge, company_id) == (COMPLETED, PEOPLE)
    assert list(engineer.folder.glob("*.txt")) == []


def test_wrong_schedule_is_shown_and_replaced(engineer: OnCall) -> None:
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE)
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company_id, "Schedule": "rate(7 days)"}))
    engineer.knows(COMPANY=company_id)
    assert "rate(7 days)" in engineer.look("Wrong schedule")
    engineer.do("Wrong schedule")
    found = schedule_of(bridge, company_id)
    assert found is not None
    assert found["ScheduleExpression"] == "cron(30 3 ? * MON-FRI *)"


def test_company_overdue_is_synced_at_once(engineer: OnCall) -> None:
    """A schedule cannot be old in the emulator, and no sync is overdue before 6 hours, so the log has no warning here.

    tests/integration/test_overdue_function.py has the warning.
    """
    bridge = engineer.bridge
    company_id = bridge.new_company(PEOPLE)
    succeeded(bridge.call("PUT", SETTINGS, body={"CompanyId": company_id, "Schedule": "rate(1 day)"}))
    bridge.steer(company_id, credentialsVersion=1)
    assert bridge.sync(company_id)["Status"] == FAILED
    engineer.knows(COMPANY=company_id)
    assert "Failed" in engineer.look("Company overdue")
    bridge.steer(company_id, credentialsVersion=0)
    engineer.do("Company overdue")
    assert last_job(bridge, company_id) == (COMPLETED, PEOPLE)
