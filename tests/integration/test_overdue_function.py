"""The hourly function that counts overdue companies, on AWS's services in this process."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.scheduler.models import scheduler_backends

from tests.api_gateway import Context
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.wired import Wired, wired

GROUP = "schedules"


@pytest.fixture
def application() -> Iterator[Wired]:
    with wired({}) as found:
        client = boto3.client("scheduler")
        for company, expression in ((COMPANY_ID, "rate(1 day)"), (OTHER_COMPANY_ID, "cron(0 3 ? * MON *)")):
            client.create_schedule(
                Name=f"axema-{company}",
                GroupName=GROUP,
                ScheduleExpression=expression,
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                Target={"Arn": "arn:aws:lambda:eu-north-1:123456789012:function:a", "RoleArn": "arn:aws:iam::1:role/a"},
            )
        yield found


def counted(application: Wired, printed: pytest.CaptureFixture[str]) -> tuple[Any, list[Any]]:
    """The function's result, and the metrics that it writes."""
    result = application.handlers["UserSyncOverdueFunction"]({}, Context())
    lines = [json.loads(line) for line in printed.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    return result, [line["CompaniesOverdue"] for line in lines]


def test_new_schedules_are_not_overdue_and_the_count_is_published(
    application: Wired, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The alarm needs the zero too: without data it says that the function does not run."""
    assert counted(application, capsys) == ({"CompaniesOverdue": 0}, [[0.0]])
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


def test_overdue_companies_are_counted_and_named_in_the_log(
    application: Wired, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (groups,) = [backend["eu-north-1"].schedule_groups for backend in scheduler_backends.values()]
    for schedule in groups[GROUP].schedules.values():
        schedule.last_modified_date = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    assert counted(application, capsys) == ({"CompaniesOverdue": 2}, [[2.0]])
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert vars(warning)["companies"] == sorted([COMPANY_ID, OTHER_COMPANY_ID])
