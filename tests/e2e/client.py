"""A client of the deployed API, and new companies to test it with."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import urllib3

from local.stack.seed import connect_to_axema
from local.stack.stack import LocalStack
from tests.axema import steer

JOBS = "/codelock/axema/usersync"
PENDING, PROCESSING, COMPLETED, FAILED = range(4)


class Bridge:
    """Calls operations with the superadmin's token, unless a test names another."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self._http = urllib3.PoolManager(maxsize=64, block=False, timeout=90, retries=False)

    def call(
        self, method: str, path: str, *, token: str | None = "superadmin", body: Any = None, **query: Any
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self.stack.tokens[token]}"} if token else {}
        return self.call_with(headers, method, path, body=body, **query)

    def call_with(
        self, headers: dict[str, str], method: str, path: str, *, body: Any = None, **query: Any
    ) -> urllib3.BaseHTTPResponse:
        url = self.stack.api_url + path + (f"?{urlencode(query)}" if query else "")
        return self._http.request(method, url, headers=headers, **({} if body is None else {"json": body}))

    def send(self, method: str, path: str, headers: dict[str, str], body: str | None) -> urllib3.BaseHTTPResponse:
        """A call as the superadmin whose path, headers and body are sent as they are."""
        headers = {"Authorization": f"Bearer {self.stack.tokens['superadmin']}", **headers}
        return self._http.request(method, self.stack.api_url + path, headers=headers, body=body and body.encode())

    def new_company(self, users: int, **controls: Any) -> str:
        """The id of a new company whose Axema system has this number of users."""
        company_id = str(uuid.uuid4())
        steer(self.stack.axema_url, company_id, users=users, **controls)
        connect_to_axema(self.stack.deployment, company_id)
        return company_id

    def steer(self, company_id: str, **controls: Any) -> None:
        steer(self.stack.axema_url, company_id, **controls)

    def start(self, company_id: str, **members: Any) -> dict[str, Any]:
        response = self.call("POST", JOBS, body={"CompanyId": company_id, **members})
        assert response.status == 200, response.data
        job: dict[str, Any] = response.json()
        return job

    def job(self, company_id: str, job_id: str) -> dict[str, Any]:
        response = self.call("GET", f"{JOBS}/{job_id}", CompanyId=company_id)
        assert response.status == 200, response.data
        job: dict[str, Any] = response.json()
        return job

    def wait(self, company_id: str, job_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Poll until the condition is true, and return the job. Fails after 90 seconds."""
        deadline = time.monotonic() + 90
        while True:
            job = self.job(company_id, job_id)
            if until(job):
                return job
            assert time.monotonic() < deadline, f"The job did not meet the condition within 90 seconds: {job}"
            time.sleep(0.1)

    def finished(self, company_id: str, job_id: str) -> dict[str, Any]:
        return self.wait(company_id, job_id, lambda job: job["Status"] in (COMPLETED, FAILED))

    def sync(self, company_id: str, **members: Any) -> dict[str, Any]:
        """Run a whole sync, and return its job."""
        return self.finished(company_id, self.start(company_id, **members)["Id"])

    def changes(self, company_id: str, job_id: str, **query: Any) -> list[dict[str, Any]]:
        """What a job changed, or would change."""
        path = f"{JOBS}/{job_id}/changes"
        found: list[dict[str, Any]] = self.call("GET", path, CompanyId=company_id, **query).json()["Results"]
        return found

    def counters(self, company_id: str, job_id: str) -> dict[str, int]:
        """All five counters: the three in the job's DTO, and the two that only the issues' response has."""
        job = self.job(company_id, job_id)
        issues = self.call("GET", f"{JOBS}/{job_id}/issues", CompanyId=company_id).json()
        return {
            "found": job["UsersFound"],
            "created": job["UsersCreated"],
            "updated": job["UsersUpdated"],
            "unchanged": issues["UsersUnchanged"],
            "skipped": issues["UsersSkipped"],
        }

    def executions(self, job_id: str) -> list[dict[str, Any]]:
        """The state machine's executions that are named after this job."""
        states = self.stack.deployment.client("stepfunctions")
        arn = self.stack.deployment.outputs["UserSyncStateMachineArn"]
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
        return [run for page in pages for run in page["executions"] if run["name"] == job_id]

    def history(self, job_id: str) -> str:
        """The whole history of the job's execution, as JSON."""
        states = self.stack.deployment.client("stepfunctions")
        arn = self.executions(job_id)[0]["executionArn"]
        pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
        return json.dumps([event for page in pages for event in page["events"]], default=str, ensure_ascii=False)
