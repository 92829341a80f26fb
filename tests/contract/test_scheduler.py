"""The contract of Scheduler and Schedules, in memory and on AWS."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.aws.scheduler import EventBridgeScheduler, ScheduleTarget
from bokabridge.adapters.aws.schedules import EventBridgeSchedules
from bokabridge.errors import RetriableError
from bokabridge.settings.fakes import InMemoryScheduler
from bokabridge.settings.ports import Scheduler
from bokabridge.settings.ports import Schedules as SchedulesPort
from tests.aws_server import aws, failure, scheduler_client, unreachable
from tests.dynamodb import aws_client

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
GROUP = "schedules"
ARN = "arn:aws:lambda:eu-north-1:123456789012:function:schedule"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
DEAD_LETTERS = "arn:aws:sqs:eu-north-1:123456789012:dead-letters"
TARGET = ScheduleTarget(GROUP, ARN, ROLE, DEAD_LETTERS, flexible_minutes=15)


@dataclass
class Schedules:
    """A scheduler, and the schedules where it keeps them: expression and time zone by company."""

    scheduler: Scheduler
    stored: Callable[[], dict[str, tuple[str, str]]]
    listed: SchedulesPort


def schedules_in_memory() -> Schedules:
    scheduler = InMemoryScheduler(changed_at=datetime.now(UTC))
    return Schedules(scheduler, lambda: scheduler.schedules, scheduler)


def schedules_on_eventbridge() -> Schedules:
    client = aws_client("scheduler")
    client.create_schedule_group(Name=GROUP)

    def stored() -> dict[str, tuple[str, str]]:
        names = [schedule["Name"] for schedule in client.list_schedules(GroupName=GROUP)["Schedules"]]
        found = [client.get_schedule(GroupName=GROUP, Name=name) for name in names]
        return {
            json.loads(schedule["Target"]["Input"])["CompanyId"]: (
                schedule["ScheduleExpression"],
                schedule["ScheduleExpressionTimezone"],
            )
            for schedule in found
        }

    return Schedules(EventBridgeScheduler(client, TARGET), stored, EventBridgeSchedules(client, GROUP))


@pytest.fixture(params=[schedules_in_memory, schedules_on_eventbridge])
def schedules(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Schedules:
    make: Callable[[], Schedules] = request.param
    return make()


def test_all_lists_the_schedules_of_all_companies(schedules: Schedules) -> None:
    began_at = datetime.now(UTC) - timedelta(minutes=1)
    expected = {(f"{number:08}-0000-4000-8000-000000000000", f"rate({number} days)", "UTC") for number in range(2, 112)}
    for schedule in expected:
        schedules.scheduler.put(*schedule)
    found = list(schedules.listed.all())
    assert {(each.company_id, each.expression, each.timezone) for each in found} == expected
    assert all(began_at < each.changed_at < began_at + timedelta(minutes=2) for each in found)


def test_put_creates_a_schedule_and_changes_it(schedules: Schedules) -> None:
    schedules.scheduler.put(COMPANY, "rate(1 day)", "Europe/Stockholm")
    schedules.scheduler.put(OTHER, "rate(2 days)", "UTC")
    schedules.scheduler.put(COMPANY, "cron(0 4 * * ? *)", "UTC")
    assert schedules.stored() == {COMPANY: ("cron(0 4 * * ? *)", "UTC"), OTHER: ("rate(2 days)", "UTC")}


def test_remove_succeeds_with_and_without_a_schedule(schedules: Schedules) -> None:
    schedules.scheduler.put(COMPANY, "rate(1 day)", "UTC")
    for _ in range(2):
        schedules.scheduler.remove(COMPANY)
        assert schedules.stored() == {}


def test_schedule_has_a_window_retries_and_a_dead_letter_queue(
    dynamodb: "DynamoDBClient",
) -> None:
    schedules_on_eventbridge().scheduler.put(COMPANY, "rate(1 day)", "UTC")
    schedule = aws_client("scheduler").get_schedule(GroupName=GROUP, Name=f"axema-{COMPANY}")
    assert schedule["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    assert schedule["Target"] == {
        "Arn": ARN,
        "RoleArn": ROLE,
        "Input": json.dumps({"CompanyId": COMPANY}),
        "RetryPolicy": {"MaximumRetryAttempts": 8, "MaximumEventAgeInSeconds": 3600},
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
    }


def test_scheduler_that_is_away_or_busy_is_a_retriable_error() -> None:
    throttled = failure("ThrottlingException", status=429)
    with unreachable() as away, aws([throttled]) as (busy, _), aws([(500, {})]) as (failing, _):
        for url in (away, busy, failing):
            scheduler = EventBridgeScheduler(scheduler_client(url), TARGET)
            with pytest.raises(RetriableError, match="EventBridge Scheduler"):
                scheduler.put(COMPANY, "rate(1 day)", "UTC")
            with pytest.raises(RetriableError, match="EventBridge Scheduler"):
                scheduler.remove(COMPANY)


def test_schedule_that_another_request_creates_meanwhile_is_changed() -> None:
    done: tuple[int, dict[str, Any]] = (200, {})
    responses = [failure("ResourceNotFoundException", status=404), failure("ConflictException", status=409), done]
    with aws(responses) as (url, requests):
        EventBridgeScheduler(scheduler_client(url), TARGET).put(COMPANY, "rate(1 day)", "UTC")
    assert len(requests) == 3
