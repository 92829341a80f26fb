"""The companies' schedules as EventBridge Scheduler has them."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.errors import transient_as_retriable
from bokabridge.adapters.aws.scheduler import SERVICE, company_of
from bokabridge.settings.model import CompanySchedule

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient


class EventBridgeSchedules:
    """Schedules on EventBridge Scheduler, in one schedule group. `all` makes one request for each."""

    def __init__(self, client: "EventBridgeSchedulerClient", group: str) -> None:
        self._client = client
        self._group = group

    def all(self) -> Iterator[CompanySchedule]:
        """See Schedules."""
        with transient_as_retriable(SERVICE):
            for name in self._names():
                with suppress(self._client.exceptions.ResourceNotFoundException):  # removed since
                    yield self._get(name)

    def _names(self) -> Iterator[str]:
        for page in self._client.get_paginator("list_schedules").paginate(GroupName=self._group):
            yield from (summary["Name"] for summary in page["Schedules"])

    def _get(self, name: str) -> CompanySchedule:
        found = self._client.get_schedule(Name=name, GroupName=self._group)
        return CompanySchedule(
            company_id=company_of(name),
            expression=found["ScheduleExpression"],
            timezone=found["ScheduleExpressionTimezone"],
            changed_at=found["LastModificationDate"],
        )
