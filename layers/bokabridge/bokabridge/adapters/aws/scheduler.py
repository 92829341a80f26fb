"""The companies' schedules in EventBridge Scheduler: `axema-<company id>` in the stack's own schedule group."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.aws.errors import transient_as_retriable
from bokabridge.errors import InvalidInput

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_scheduler.type_defs import FlexibleTimeWindowTypeDef, TargetTypeDef

SERVICE = "EventBridge Scheduler"
_PREFIX = "axema-"

MAX_RETRY_ATTEMPTS = 8
"""EventBridge Scheduler's retries of a start, with growing waits in between."""

MAX_EVENT_AGE_SECONDS = 3600
"""EventBridge Scheduler gives up a start after this time. The schedule's next start is not affected."""


@dataclass(frozen=True, slots=True)
class ScheduleTarget:
    """What all schedules of a deployment share. A sync starts up to `flexible_minutes` late; 0 means on time."""

    group: str
    function_arn: str
    role_arn: str
    dead_letters_arn: str
    flexible_minutes: int


class EventBridgeScheduler:
    """Scheduler on EventBridge Scheduler."""

    def __init__(self, client: "EventBridgeSchedulerClient", target: ScheduleTarget) -> None:
        self._client = client
        self._target = target

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """See Scheduler."""
        schedule: dict[str, Any] = {
            "Name": _name(company_id),
            "GroupName": self._target.group,
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": timezone,
            "FlexibleTimeWindow": self._window(),
            "Target": self._target_for(company_id),
            "Description": "Starts the user sync of one company.",
        }
        try:
            with transient_as_retriable(SERVICE):
                self._put(schedule)
        except self._client.exceptions.ValidationException:
            message = "EventBridge Scheduler does not accept 'Schedule' or 'ScheduleTimezone'. Check both."
            raise InvalidInput(message, "Schedule", "InvalidSchedule") from None

    def remove(self, company_id: str) -> None:
        """See Scheduler."""
        with suppress(self._client.exceptions.ResourceNotFoundException), transient_as_retriable(SERVICE):
            self._client.delete_schedule(Name=_name(company_id), GroupName=self._target.group)

    def _put(self, schedule: dict[str, Any]) -> None:
        errors = self._client.exceptions
        try:
            self._client.update_schedule(**schedule)
        except errors.ResourceNotFoundException:
            try:
                self._client.create_schedule(**schedule)
            except errors.ConflictException:  # another request has created it since
                self._client.update_schedule(**schedule)

    def _window(self) -> "FlexibleTimeWindowTypeDef":
        """The window spreads the starts of companies that have the same expression."""
        if not self._target.flexible_minutes:
            return {"Mode": "OFF"}
        return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": self._target.flexible_minutes}

    def _target_for(self, company_id: str) -> "TargetTypeDef":
        return {
            "Arn": self._target.function_arn,
            "RoleArn": self._target.role_arn,
            "Input": json.dumps({"CompanyId": company_id}),
            "RetryPolicy": {
                "MaximumRetryAttempts": MAX_RETRY_ATTEMPTS,
                "MaximumEventAgeInSeconds": MAX_EVENT_AGE_SECONDS,
            },
            "DeadLetterConfig": {"Arn": self._target.dead_letters_arn},
        }


def company_of(name: str) -> str:
    """The id of the company whose schedule has this name."""
    return name.removeprefix(_PREFIX)


def _name(company_id: str) -> str:
    return _PREFIX + company_id
