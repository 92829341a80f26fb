"""The companies' schedules in EventBridge Scheduler: one each, `axema-<company id>`, in the stack's own group."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bokabridge.errors import InvalidInput

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_scheduler.type_defs import FlexibleTimeWindowTypeDef, TargetTypeDef

RETRIES = 8
"""Tries to reach the function, with growing waits."""

MAX_AGE_SECONDS = 3600
"""A sync that could not be started for so long waits for its next time."""


@dataclass(frozen=True, slots=True)
class ScheduleTarget:
    """What every schedule of a deployment has in common. `flexible_minutes`: 0 for the minute itself."""

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
        schedule = {
            "Name": _name(company_id),
            "GroupName": self._target.group,
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": timezone,
            "FlexibleTimeWindow": self._window(),
            "Target": self._target_for(company_id),
            "Description": "Starts the user sync of one company.",
        }
        try:
            try:
                self._client.update_schedule(**schedule)  # type: ignore[arg-type]
            except self._client.exceptions.ResourceNotFoundException:
                self._client.create_schedule(**schedule)  # type: ignore[arg-type]
        except self._client.exceptions.ValidationException:
            message = "'Schedule' or 'ScheduleTimezone' is not one that EventBridge Scheduler accepts."
            raise InvalidInput(message, "Schedule", "InvalidSchedule") from None

    def remove(self, company_id: str) -> None:
        """See Scheduler."""
        try:
            self._client.delete_schedule(Name=_name(company_id), GroupName=self._target.group)
        except self._client.exceptions.ResourceNotFoundException:
            return

    def _window(self) -> "FlexibleTimeWindowTypeDef":
        """Companies with the same expression do not all come in the same second."""
        if not self._target.flexible_minutes:
            return {"Mode": "OFF"}
        return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": self._target.flexible_minutes}

    def _target_for(self, company_id: str) -> "TargetTypeDef":
        return {
            "Arn": self._target.function_arn,
            "RoleArn": self._target.role_arn,
            "Input": json.dumps({"CompanyId": company_id}),
            "RetryPolicy": {"MaximumRetryAttempts": RETRIES, "MaximumEventAgeInSeconds": MAX_AGE_SECONDS},
            "DeadLetterConfig": {"Arn": self._target.dead_letters_arn},
        }


def _name(company_id: str) -> str:
    return f"axema-{company_id}"
