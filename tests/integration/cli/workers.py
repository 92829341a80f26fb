"""The background of the application: a worker that runs syncs as Step Functions would."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.errors import FatalError
from bokabridge.paging import Window
from bokabridge.usersync.job import JobStatus
from tests.api_gateway import Context
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE
from tests.wired import Wired


@contextmanager
def worker(application: Wired, *, fails: bool = False) -> Iterator[None]:
    """Runs the first pending sync in another thread, as Step Functions would."""
    stopped = threading.Event()
    jobs = DynamoJobs(boto3.client("dynamodb"), USER_SYNC_TABLE)

    def work() -> None:
        while not (pending := jobs.list(COMPANY_ID, JobStatus.Pending, Window(0, 1))):
            if stopped.wait(0.1):
                return
        run_sync(application, pending[0].id, fails=fails)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def run_sync(application: Wired, job_id: str, *, fails: bool = False) -> None:
    event = {"CompanyId": COMPANY_ID, "JobId": job_id}
    failure = {"Error": "FatalError", "Cause": '{"errorMessage": "Axema is away."}'} if fails else {}
    try:
        while not fails and not application.handlers["UserSyncPageFunction"](event, Context())["Done"]:
            pass
    except FatalError as error:
        failure = {"Error": "FatalError", "Cause": json.dumps({"errorMessage": str(error)})}
    application.handlers["UserSyncCloseFunction"]({**event, **failure}, Context())
