"""Health and why as callers see them, on AWS's services in this process."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from boto3.dynamodb.conditions import Key

from bokabridge.adapters.aws.clients import dynamodb
from bokabridge.adapters.dynamodb.keys import partition
from bokabridge.clock import utc_now
from bokabridge.settings.kinds import KINDS
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import Trigger, new_job
from bokabridge.wiring.environment import user_sync_table
from bokabridge.wiring.settings import settings
from bokabridge.wiring.usersync import jobs
from tests.api_gateway import READER, SUPERADMIN, WRITER, Context, event
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.wired import Wired, wired

HEALTH = "/codelock/axema/health"


@pytest.fixture
def application() -> Iterator[Wired]:
    with wired({}) as found:
        for company_id in (COMPANY_ID, OTHER_COMPANY_ID):
            settings().add(settings_of(company_id))
        end(COMPANY_ID, None)
        end(OTHER_COMPANY_ID, Failure("Axema is away."))
        yield found


def end(company_id: str, failure: Failure | None) -> None:
    now = utc_now()
    job = new_job(company_id, Trigger.Request, now, now + timedelta(minutes=5))
    jobs().start(job)
    jobs().finish(company_id, job.id, failure, now)


def get(application: Wired, operation: str, path: str, caller: dict[str, str], **query: str) -> tuple[int, Any]:
    response = application.handler_of(operation)(event("GET", path, caller=caller, query=query), Context())
    return response["statusCode"], json.loads(response["body"])


def test_reader_sees_the_health_of_the_own_company(application: Wired) -> None:
    status, body = get(application, "GetAxemaHealth", HEALTH, READER)
    assert (status, body["CompanyId"], body["FailuresInRow"], body["Paused"]) == (200, COMPANY_ID, 0, False)
    assert "LastCompletedDate" in body
    assert "RunningId" not in body


def test_health_names_the_job_that_is_running(application: Wired) -> None:
    now = utc_now()
    job = new_job(COMPANY_ID, Trigger.Request, now, now + timedelta(minutes=5))
    jobs().start(job)
    assert get(application, "GetAxemaHealth", HEALTH, READER)[1]["RunningId"] == job.id


def test_superadmin_lists_all_companies_worst_first_and_in_pages(application: Wired) -> None:
    path = f"{HEALTH}/companies"
    _, body = get(application, "QueryAxemaHealth", path, SUPERADMIN)
    listed = [(each["CompanyId"], each["FailuresInRow"]) for each in body["Results"]]
    assert listed == [(OTHER_COMPANY_ID, 1), (COMPANY_ID, 0)]
    _, body = get(application, "QueryAxemaHealth", path, SUPERADMIN, Skip="1", Take="1")
    assert [each["CompanyId"] for each in body["Results"]] == [COMPANY_ID]
    assert get(application, "QueryAxemaHealth", path, WRITER)[0] == 403


def test_people_are_explained_to_writers_only(application: Wired) -> None:
    path = "/codelock/axema/usersync/users"
    status, body = get(application, "QueryAxemaUsers", path, WRITER, Search="4711")
    assert (status, body["Results"]) == (200, [])
    assert get(application, "QueryAxemaUsers", path, READER, Search="4711")[0] == 403
    assert get(application, "QueryAxemaUsers", path, WRITER)[0] == 400


def copy_company(company_id: str, copies: int) -> None:
    """Give other companies the items of this one."""
    table = boto3.resource("dynamodb").Table(user_sync_table())
    of_company = table.query(KeyConditionExpression=Key("PK").eq(partition(company_id)))["Items"]
    with table.batch_writer() as batch:
        for number in range(copies):
            for item in of_company:
                batch.put_item({**item, "PK": partition(f"{number:08}-1111-4111-8111-111111111111")})


def test_list_of_all_companies_takes_one_request_for_each(
    application: Wired,
) -> None:
    copy_company(COMPANY_ID, 118)
    requests, never_completed = Counter[str](), 1
    dynamodb().meta.events.register("before-call.dynamodb", lambda model, **_: requests.update([model.name]))
    _, body = get(application, "QueryAxemaHealth", f"{HEALTH}/companies", SUPERADMIN, Take="50")
    assert len(body["Results"]) == 50
    assert requests == {"Query": len(KINDS) + 120 + never_completed, "BatchGetItem": 2 + 2}
