"""Health and why as callers see them, on AWS's services in this process."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bokabridge.clock import utc_now
from bokabridge.usersync.job import Failure, Trigger, new_job
from bokabridge.wiring.settings import scheduler, settings
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
            scheduler().put(company_id, "rate(1 day)", "UTC")
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
