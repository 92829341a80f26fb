"""The behaviour of every JobStore at the end of jobs: notices, and the pause of the schedule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.notices import DynamoNotices
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import NotConfigured, SchedulePaused
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, Failure, FailureKind, JobStatus, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.notice import PAUSES_LATER, RESUMED, Event, Notice
from bokabridge.usersync.ports import JobStore, NoticeStore
from bokabridge.usersync.roster import RosterAddition, RosterPage
from bokabridge.usersync.standing import PAUSED
from tests.axema import settings_of
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

    def start(self, trigger: Trigger = Trigger.Request) -> SyncJob:
        self.now += SECOND
        job = new_job(COMPANY_ID, trigger, self.now, self.now + LEASE)
        self.jobs.start(job)
        return job

    def end(self, job: SyncJob, failure: Failure | None) -> bool:
        self.now += SECOND
        self.ended.append(job)
        return self.jobs.finish(COMPANY_ID, job.id, failure, self.now)

    def sync(self, failure: Failure | None, trigger: Trigger = Trigger.Request) -> SyncJob:
        job = self.start(trigger)
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


@pytest.fixture(params=[in_memory, on_dynamodb])
def make(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Make:
    return lambda given: request.param(dynamodb, given)


@pytest.fixture
def stores(make: Make) -> Stores:
    return make(settings_of(COMPANY_ID))


def test_first_failure_and_first_completed_sync_after_failures_are_noticed_and_no_other(stores: Stores) -> None:
    for failure in (None, AWAY, AWAY, REJECTED, None, None, AWAY, None):
        stores.sync(failure)
    failed, recovered = Event.Failed, Event.Recovered
    assert stores.noticed() == [None, failed, None, None, recovered, None, failed, recovered]


def test_notice_has_what_happened(stores: Stores) -> None:
    failed = stores.sync(AWAY)
    failed_at = stores.now
    stores.sync(AWAY)
    completed = stores.sync(None)
    assert stores.notices.find(COMPANY_ID, failed.id) == Notice(
        COMPANY_ID, failed.id, Event.Failed, failed_at, 1, AWAY.message
    )
    assert stores.notices.find(COMPANY_ID, completed.id) == Notice(
        COMPANY_ID, completed.id, Event.Recovered, stores.now, 2
    )


def test_second_end_of_a_job_changes_nothing(stores: Stores) -> None:
    job = stores.start()
    assert stores.end(job, AWAY)
    assert not stores.end(job, AWAY)
    assert not stores.end(job, None)
    stores.sync(None)
    found = stores.notices.find(COMPANY_ID, stores.ended[-1].id)
    assert found is not None
    assert (found.event, found.failures) == (Event.Recovered, 1)


def test_abandoned_job_counts_although_another_job_holds_the_lock(stores: Stores) -> None:
    abandoned = stores.start()
    stores.now += LEASE + SECOND
    other = stores.start()
    assert stores.end(abandoned, AWAY)
    assert stores.end(other, AWAY)
    assert stores.noticed() == [Event.Failed, None]


def test_job_whose_pages_are_all_committed_ends_a_run_of_failures_whoever_ends_it(stores: Stores) -> None:
    stores.sync(AWAY)
    job = stores.start()
    work = Work(stores.now, stores.now + LEASE, stores.now + LEASE)
    begun = stores.jobs.begin(COMPANY_ID, job.id, work, None)
    last = begun.job.advanced(Counters(), None, stores.now, stores.now + LEASE)
    stores.jobs.commit(last, begun.fence, RosterAddition(RosterPage(b"")))
    assert stores.end(job, Failure("The run was aborted."))
    assert stores.noticed() == [Event.Failed, Event.Recovered]


def test_sync_that_a_change_of_the_settings_stopped_neither_begins_nor_ends_a_run_of_failures(stores: Stores) -> None:
    for failure in (STOPPED, AWAY, STOPPED, AWAY, None, STOPPED):
        stores.sync(failure)
    assert stores.noticed() == [None, Event.Failed, None, None, Event.Recovered, None]


def test_third_rejection_in_a_row_pauses_the_schedule_and_the_job_says_so(stores: Stores) -> None:
    jobs = [stores.sync(REJECTED, Trigger.Schedule) for _ in range(3)]
    assert [job.error for job in jobs] == [REJECTED.message, REJECTED.message, f"{REJECTED.message} {PAUSED}"]
    assert stores.noticed() == [Event.Failed, None, None]
    notice = stores.notices.find(COMPANY_ID, jobs[0].id)
    assert notice is not None
    assert notice.schedule == PAUSES_LATER
    assert stores.stored().paused_at == stores.now
    with pytest.raises(SchedulePaused):
        stores.start(Trigger.Schedule)


def test_paused_company_can_be_synced_by_request_and_a_completed_sync_resumes_the_schedule(stores: Stores) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    assert stores.sync(REJECTED).error == REJECTED.message
    assert stores.stored().paused_at
    completed = stores.sync(None)
    assert (stores.stored().paused_at, stores.stored().rejections) == (None, 0)
    notice = stores.notices.find(COMPANY_ID, completed.id)
    assert notice is not None
    assert (notice.event, notice.failures, notice.schedule) == (Event.Recovered, 4, RESUMED)
    stores.sync(None, Trigger.Schedule)


@pytest.mark.parametrize("between", [AWAY, None])
def test_other_end_between_rejections_starts_the_count_again(stores: Stores, between: Failure | None) -> None:
    for failure in (REJECTED, REJECTED, between, REJECTED, REJECTED):
        stores.sync(failure)
    assert stores.stored().paused_at is None
    stores.sync(REJECTED)
    assert stores.stored().paused_at


def test_saved_settings_resume_the_schedule_and_start_the_count_again_within_the_same_run_of_failures(
    stores: Stores,
) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    stores.save()
    for _ in range(2):
        stores.sync(REJECTED, Trigger.Schedule)
    assert stores.stored().paused_at is None
    stores.sync(REJECTED, Trigger.Schedule)
    assert stores.stored().paused_at
    stores.save()
    stores.sync(None, Trigger.Schedule)
    assert stores.noticed() == [Event.Failed, *[None] * 5, Event.Recovered]


def test_rejection_of_a_sync_that_is_older_than_the_settings_says_nothing_about_them(stores: Stores) -> None:
    for _ in range(2):
        stores.sync(REJECTED)
    job = stores.start()
    stores.save()
    assert stores.end(job, REJECTED)
    assert (stores.stored().paused_at, stores.stored().rejections) == (None, 0)


def test_resumed_schedule_starts_syncs(stores: Stores) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.resume(stores.stored())
    stores.sync(None, Trigger.Schedule)


def test_resumption_for_settings_that_were_saved_since_does_nothing(stores: Stores) -> None:
    tested = stores.stored()
    stores.save()
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.resume(tested)
    assert stores.stored().paused_at


def test_save_is_accepted_although_the_schedule_was_paused_since_the_settings_were_read(stores: Stores) -> None:
    before = stores.stored()
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.replace(before, replace(before, updated_at=stores.now + SECOND))
    assert stores.stored().paused_at is None


def test_company_without_a_schedule_has_nothing_to_pause(make: Make) -> None:
    stores = make(replace(settings_of(COMPANY_ID), is_scheduled=False))
    assert [stores.sync(REJECTED).error for _ in range(4)] == [REJECTED.message] * 4
    assert stores.stored().paused_at is None
    with pytest.raises(NotConfigured) as refusal:
        stores.start(Trigger.Schedule)
    assert not isinstance(refusal.value, SchedulePaused)


def test_removed_settings_end_the_run_of_failures_without_a_notice(stores: Stores) -> None:
    given = stores.stored()
    stores.sync(AWAY)
    stores.settings.begin_removal(stores.stored(), stores.now)
    stores.settings.finish_removal(COMPANY_ID, stores.now)
    stores.settings.add(replace(given, updated_at=stores.now))
    stores.sync(AWAY)
    assert stores.noticed() == [Event.Failed, Event.Failed]


def test_removal_keeps_what_else_the_lock_has(stores: Stores) -> None:
    job = stores.start()
    first = stores.jobs.begin(COMPANY_ID, job.id, Work(stores.now, stores.now + LEASE, stores.now), None).fence
    stores.now += 2 * SECOND
    stores.end(job, AWAY)
    given = stores.stored()
    stores.settings.begin_removal(given, stores.now)
    stores.settings.finish_removal(COMPANY_ID, stores.now)
    stores.settings.add(replace(given, updated_at=stores.now))
    job = stores.start()
    begun = stores.jobs.begin(COMPANY_ID, job.id, Work(stores.now, stores.now + LEASE, stores.now), None)
    assert (begun.fence, begun.job.status) == (first + 1, JobStatus.Processing)
