"""One person now, and why, as callers see them: AWS's services in this process, and Axema's simulator over HTTP."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.errors import CredentialsRejected
from bokabridge.paging import Window
from bokabridge.usersync.job import JobStatus
from local.axema.people import person
from tests.api_gateway import READER, WRITER, Context, event, status_and_body
from tests.axema import state, steer
from tests.counted_costs import Scene
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE
from tests.metering import metered
from tests.wired import wired

USERS = "/codelock/axema/usersync/users"
PEOPLE = 250


class Company(Scene):
    """A company that has synced. A worker in another thread runs the jobs of its requests."""

    def request(self, user_id: str, caller: dict[str, str] = WRITER, **members: Any) -> tuple[int, Any]:
        """The status and the body of the response to a request for one person."""
        path = f"{USERS}/{user_id}"
        given = event("POST", path, caller=caller, body=json.dumps(members), path_parameters={"AxemaUserId": user_id})
        given["resource"] = f"{USERS}/{{AxemaUserId}}"
        worker = threading.Thread(target=self._work)
        worker.start()
        try:
            return status_and_body(self.invoke("UserSyncApiFunction", given))
        finally:
            self.is_answered.set()
            worker.join()
            self.is_answered.clear()

    is_answered = threading.Event()

    def _work(self) -> None:
        jobs = DynamoJobs(boto3.client("dynamodb"), USER_SYNC_TABLE)
        while not (pending := jobs.list(COMPANY_ID, JobStatus.Pending, Window(0, 1))):
            if self.is_answered.wait(0.05):
                return
        run = {"CompanyId": COMPANY_ID, "JobId": pending[0].id}
        try:
            self.handlers["UserSyncPageFunction"](run, Context(remaining_milliseconds=120_000))
        except CredentialsRejected as error:
            run |= {"Error": "CredentialsRejected", "Cause": json.dumps({"errorMessage": str(error)})}
        self.handlers["UserSyncCloseFunction"](run, Context())

    def get(self, path: str, **query: str) -> Any:
        given = event("GET", path, caller=WRITER, query=query)
        return status_and_body(self.invoke("UserSyncApiFunction", given))[1]


@pytest.fixture
def company() -> Iterator[Company]:
    with wired({COMPANY_ID: PEOPLE}, ANSWER_SECONDS="30") as application, metered() as meter:
        found = Company(application, meter)
        found.save_settings()
        steer(application.axema_url, COMPANY_ID, pageSize=100)
        found.sync()
        yield found


def user(index: int, version: int = 0) -> dict[str, str | None]:
    return person(COMPANY_ID, index, version)


def logged_in(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, with the members of each line."""
    return caplog.text + "".join(repr(vars(record)) for record in caplog.records)


def test_changed_person_is_written_and_why_names_the_job(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    before, after = user(3), user(3, 1)
    steer(company.axema_url, COMPANY_ID, changed=PEOPLE)
    status, body = company.request(str(before["userId"]))
    assert (status, body["Outcome"], body["Reason"]) == (200, "Update", "The customer differed from Axema's record.")
    assert {each["Field"] for each in body["Fields"]} >= {"Lastname"}
    (found,) = company.get(USERS, Search=str(before["userId"]))["Results"]
    assert (found["CustomerId"], found["ChangedBy"]) == (body["CustomerId"], body["Id"])
    assert (found["Listed"], found["NextStep"]) == (True, "Nothing")
    assert found["Name"] in body["Name"]
    assert company.get(USERS, Search=found["Name"])["Results"] == [found]
    logged = logged_in(caplog)
    assert "step done" in logged
    personal = [str(each) for each in (before["name"], after["name"], found["Name"], after["email"]) if each]
    assert [each for each in personal if each in logged] == []


def test_unknown_user_is_a_404_and_an_impossible_id_a_400(company: Company) -> None:
    status, body = company.request("nobody")
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")
    assert body["ResponseStatus"]["Message"].startswith("Axema's list of users has nobody with this user id.")
    status, body = company.request("x" * 201)
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (400, "InvalidAxemaUserId")


def test_axema_that_refuses_is_a_503_that_names_the_job_and_logs_no_user_id(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    steer(company.axema_url, COMPANY_ID, rejectCredentials=True)
    status, body = company.request("anna@example.com")
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (503, "ServiceUnavailable")
    assert "Check" in body["ResponseStatus"]["Message"]
    assert body["ResponseStatus"]["Meta"]["JobId"]
    logged = logged_in(caplog)
    assert "/users/{AxemaUserId}" in logged
    assert "anna@example.com" not in logged


def test_another_company_and_a_reader_are_refused(company: Company) -> None:
    assert company.request("4711", CompanyId=OTHER_COMPANY_ID)[0] == 403
    assert company.request("4711", caller=READER)[0] == 403


def test_request_reads_few_units_and_leaves_the_next_sync_as_cheap(company: Company) -> None:
    plain = company.sync()
    company.meter.counts.clear()
    before = state(company.axema_url, COMPANY_ID)["requests"]
    status, body = company.request(str(user(150)["userId"]))
    assert (status, body["Outcome"]) == (200, "Unchanged")
    assert state(company.axema_url, COMPANY_ID)["requests"] - before <= 2
    after = company.sync()
    steer(company.axema_url, COMPANY_ID, changed=1)
    assert company.request(str(user(0)["userId"]))[1]["Outcome"] == "Update"
    later = company.sync()
    for counts in (after, later):
        more = counts["read units"] - plain["read units"]
        assert more <= 3, f"a sync after a request for one person reads {more} units more"
