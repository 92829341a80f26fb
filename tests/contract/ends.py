"""Jobs that end, on stores in memory and on DynamoDB."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.notices import DynamoNotices
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import SyncJob, Trigger, new_job
from bokabridge.usersync.notice import Event
from bokabridge.usersync.notice_ports import NoticeStore
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.standing import SyncState
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NIGHT = timedelta(days=1)
SECOND = timedelta(seconds=1)
LEASE = timedelta(minutes=5)

REJECTED = Failure("Axema rejected the credentials.", FailureKind.Rejected)
AWAY = Failure("Axema could not be reached.")
STOPPED = Failure("The settings were made inactive.", FailureKind.Stopped)


@dataclass
class Stores:
    jobs: JobStore
    settings: SettingsStore
    notices: NoticeStore
    now: datetime = NOON
    ended: list[SyncJob] = field(default_factory=list)

    def start(
        self,
        trigger: Trigger = Trigger.Request,
        *,
        is_preview: bool = False,
        only: str | None = None,
        undoes: str | None = None,
    ) -> SyncJob:
        self.now += SECOND
        job = new_job(COMPANY_ID, trigger, self.now, self.now + LEASE, is_preview=is_preview)
        job = replace(job, only_user_id=only, undoes=undoes)
        self.jobs.start(job)
        return job

    def state(self) -> SyncState:
        return self.jobs.states([COMPANY_ID], self.now)[COMPANY_ID]

    def end(self, job: SyncJob, failure: Failure | None) -> bool:
        self.now += SECOND
        self.ended.append(job)
        return self.jobs.finish(COMPANY_ID, job.id, failure, self.now)

    def sync(
        self,
        failure: Failure | None,
        trigger: Trigger = Trigger.Request,
        *,
        is_preview: bool = False,
        only: str | None = None,
    ) -> SyncJob:
        job = self.start(trigger, is_preview=is_preview, only=only)
        assert self.end(job, failure)
        found = self.jobs.find(COMPANY_ID, job.id)
        assert found is not None
        return found

    def noticed(self) -> list[Event | None]:
        """For each job that has ended, the event that was notified."""
        found = [self.notices.find(COMPANY_ID, job.id) for job in self.ended]
        return [notice.event if notice else None for notice in found]

    def stored(self) -> AxemaSettings:
        found = self.settings.find(COMPANY_ID)
        assert found is not None
        return found

    def save(self) -> None:
        self.now += SECOND
        before = self.stored()
        self.settings.replace(before, replace(before, updated_at=self.now, rejections=0, paused_at=None))


type Make = Callable[[AxemaSettings], Stores]


def in_memory(_: "DynamoDBClient", given: AxemaSettings) -> Stores:
    settings = InMemorySettings()
    settings.add(given)
    jobs = InMemoryJobs(settings)
    return Stores(jobs, settings, jobs.notices)


def on_dynamodb(client: "DynamoDBClient", given: AxemaSettings) -> Stores:
    settings = DynamoSettings(client, USER_SYNC_TABLE)
    settings.add(given)
    return Stores(DynamoJobs(client, USER_SYNC_TABLE), settings, DynamoNotices(client, USER_SYNC_TABLE))
