"""The behaviour of every JobStore while a worker may be writing, and while the company's settings change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import AlreadyRunning, Conflict, FatalError, LeaseLost, StillEnding, WorkerBusy
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSettings, NameOrder
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.halt import DEACTIVATED, REMOVED, SYSTEM_CHANGED
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.roster import RosterAddition, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND, LEASE, LIFE = timedelta(seconds=1), timedelta(minutes=5), timedelta(minutes=2)
WORK = Work(NOON, NOON + LEASE, NOON + LIFE)
SETTINGS = settings_of(COMPANY_ID)
SYSTEM = SETTINGS.connection.system

NOBODY = RosterAddition(RosterPage(b""))


@dataclass(frozen=True)
class Stores:
    jobs: JobStore
    settings: SettingsStore

    def start(self, at: datetime = NOON) -> SyncJob:
        job = new_job(COMPANY_ID, Trigger.Request, at, at + LEASE)
        self.jobs.start(job)
        return job

    def begin(self, job: SyncJob, work: Work = WORK) -> tuple[SyncJob, int]:
        begun = self.jobs.begin(COMPANY_ID, job.id, work, SYSTEM)
        return begun.job, begun.fence

    def begun(self) -> tuple[SyncJob, int]:
        return self.begin(self.start())

    def finish(self, job: SyncJob, at: datetime, status: JobStatus = JobStatus.Failed) -> bool:
        return self.jobs.finish(COMPANY_ID, job.id, Failure("Stopped.") if status is JobStatus.Failed else None, at)

    def commit(self, job: SyncJob, fence: int, cursor: str | None = "cursor") -> SyncJob:
        after = job.advanced(Counters(found=1, created=1), cursor, NOON, NOON + LEASE)
        self.jobs.commit(after, fence, NOBODY)
        return after

    def stored(self, job: SyncJob) -> SyncJob:
        found = self.jobs.find(COMPANY_ID, job.id)
        assert found is not None
        return found

    def change(self, change: Callable[[AxemaSettings], AxemaSettings]) -> None:
        before = self.settings.find(COMPANY_ID)
        assert before is not None
        self.settings.replace(before, replace(change(before), updated_at=before.updated_at + SECOND))


@pytest.fixture(params=["in memory", "on DynamoDB"])
def stores(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Stores:
    if request.param == "in memory":
        settings = InMemorySettings()
        made = Stores(InMemoryJobs(settings), settings)
    else:
        made = Stores(DynamoJobs(dynamodb, USER_SYNC_TABLE), DynamoSettings(dynamodb, USER_SYNC_TABLE))
    made.settings.add(SETTINGS)
    return made


def test_second_worker_of_a_job_waits_until_the_first_is_certainly_dead(stores: Stores) -> None:
    job, _ = stores.begun()
    with pytest.raises(WorkerBusy):
        stores.begin(job, replace(WORK, now=NOON + LIFE, working_until=NOON + 2 * LIFE))
    stores.begin(job, replace(WORK, now=NOON + LIFE + SECOND, working_until=NOON + 2 * LIFE))


def test_second_worker_begins_at_once_after_an_orderly_end_of_the_first(stores: Stores) -> None:
    job, _ = stores.begun()
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    stores.begin(job, replace(WORK, working_until=NOON + LIFE + SECOND))


def test_worker_ends_only_its_own_work(stores: Stores) -> None:
    job, _ = stores.begun()
    stores.jobs.end_work(COMPANY_ID, replace(WORK, working_until=NOON + LIFE + SECOND), is_clean=True)
    with pytest.raises(WorkerBusy):
        stores.begin(job, replace(WORK, working_until=NOON + LIFE + SECOND))


def test_job_that_ends_while_its_worker_may_write_is_final_at_once_and_keeps_its_lock(stores: Stores) -> None:
    job, fence = stores.begun()
    assert stores.finish(job, NOON + SECOND)
    assert stores.stored(job).status is JobStatus.Failed
    with pytest.raises(StillEnding) as refusal:
        stores.start(NOON + 2 * SECOND)
    assert (refusal.value.job_id, refusal.value.retry_after_seconds) == (job.id, 119)
    with pytest.raises(LeaseLost):
        stores.commit(job, fence)
    with pytest.raises(LeaseLost):
        stores.begin(job, replace(WORK, now=NOON + LIFE + SECOND))
    final = stores.stored(job)
    new = new_job(COMPANY_ID, Trigger.Request, NOON + LIFE + SECOND, NOON + LIFE + LEASE)
    assert stores.jobs.start(new) == job.id
    assert stores.begin(new)[1] == fence + 1
    assert not stores.finish(job, NOON + LIFE + SECOND)
    assert stores.stored(job) == final


def test_orderly_end_of_the_worker_frees_the_lock_of_an_ended_job(stores: Stores) -> None:
    job, _ = stores.begun()
    stores.finish(job, NOON + SECOND)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    stores.start(NOON + 2 * SECOND)


def test_repeated_finish_frees_the_lock_once_the_worker_is_dead(stores: Stores) -> None:
    job, _ = stores.begun()
    stores.finish(job, NOON + SECOND)
    assert not stores.finish(job, NOON + LIFE + SECOND)
    assert stores.jobs.start(new_job(COMPANY_ID, Trigger.Request, NOON + LIFE, NOON + LEASE)) is None


def test_lock_whose_worker_may_write_is_not_taken_over_although_its_lease_is_over(stores: Stores) -> None:
    job, _ = stores.begin(stores.start(), replace(WORK, working_until=NOON + 2 * LEASE))
    with pytest.raises(StillEnding):
        stores.start(NOON + LEASE + SECOND)
    stores.start(NOON + 2 * LEASE + SECOND)
    assert not stores.stored(job).status.is_final  # the caller closes the job that it took the lock from


def test_settings_are_not_removed_while_a_worker_of_an_ended_job_may_write(stores: Stores) -> None:
    job, _ = stores.begun()
    stores.finish(job, NOON + SECOND)
    with pytest.raises(Conflict):
        stores.settings.begin_removal(SETTINGS, NOON + LIFE)
    stores.settings.begin_removal(SETTINGS, NOON + LIFE + SECOND)


@pytest.mark.parametrize("late", [JobStatus.Failed, JobStatus.Completed])
def test_job_whose_pages_are_all_committed_ends_as_completed(stores: Stores, late: JobStatus) -> None:
    job, fence = stores.begun()
    drained = stores.commit(job, fence, cursor=None)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    later = NOON + timedelta(minutes=1)
    assert stores.finish(job, later, late)
    assert stores.stored(job) == replace(drained, status=JobStatus.Completed, updated_at=later, completed_at=later)
    assert not stores.finish(job, later)
    stores.start(later)


def test_commit_of_the_last_page_ends_the_work(stores: Stores) -> None:
    job, fence = stores.begun()
    stores.jobs.begin_writes(job, WORK)
    stores.commit(job, fence, cursor=None)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=False)  # changes nothing any more
    assert stores.finish(job, NOON + SECOND)
    assert not stores.begin(stores.start(NOON + SECOND))[0].is_tainted


def test_first_worker_records_when_the_job_began_and_with_which_system(stores: Stores) -> None:
    job, _ = stores.begun()
    assert (job.started_at, job.source) == (NOON, SYSTEM)
    later = Work(NOON + LIFE + SECOND, NOON + LEASE, NOON + 2 * LIFE)
    again = stores.jobs.begin(COMPANY_ID, job.id, later, "another system").job
    assert (again.started_at, again.source) == (NOON, SYSTEM)


def test_commit_of_a_company_whose_settings_became_inactive_is_refused(stores: Stores) -> None:
    job, fence = stores.begun()
    stores.change(lambda settings: replace(settings, is_active=False))
    with pytest.raises(FatalError, match=DEACTIVATED):
        stores.commit(job, fence)
    assert stores.stored(job) == job


def test_commit_for_another_system_than_the_job_began_with_is_refused(stores: Stores) -> None:
    job, fence = stores.begun()
    stores.change(lambda settings: replace(settings, connection=VakaOnline("another device", "client")))
    with pytest.raises(FatalError, match=SYSTEM_CHANGED):
        stores.commit(job, fence)


def test_commit_of_a_company_whose_settings_were_removed_is_refused(stores: Stores) -> None:
    job, fence = stores.begun()
    at = NOON + timedelta(minutes=20)
    stores.settings.begin_removal(SETTINGS, at)
    stores.settings.finish_removal(COMPANY_ID, at)
    with pytest.raises(FatalError, match=REMOVED):
        stores.commit(job, fence)


def test_other_changes_of_the_settings_do_not_stop_a_sync(stores: Stores) -> None:
    job, fence = stores.begun()
    device = settings_of(COMPANY_ID).connection.members()["device_id"]
    stores.change(
        lambda settings: replace(
            settings,
            connection=VakaOnline(device, "another client"),
            secret_version="2",
            schedule="rate(1 day)",
            name_order=NameOrder.FirstLast,
        )
    )
    assert stores.stored(job) == job
    assert stores.stored(job) != stores.commit(job, fence)


def test_wait_is_stored_with_its_lease_and_ends_with_the_next_commit(stores: Stores) -> None:
    job, fence = stores.begun()
    waiting = job.waiting_for("Axema is away.", 600, NOON, LEASE)
    stores.jobs.wait(waiting, fence)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    assert stores.stored(job) == waiting
    with pytest.raises(AlreadyRunning):
        stores.start(NOON + timedelta(minutes=14))
    committed = stores.commit(waiting, fence)
    assert stores.stored(job) == committed
    assert (committed.waiting, committed.waits, committed.waited_seconds) == (None, 0, 0)


def test_finished_job_waits_for_nothing(stores: Stores) -> None:
    job, fence = stores.begun()
    stores.jobs.wait(job.waiting_for("Axema is away.", 0, NOON, LEASE), fence)
    stores.finish(job, NOON + SECOND)
    assert stores.stored(job).waiting is None


def test_wait_without_the_lock_is_refused(stores: Stores) -> None:
    job, fence = stores.begun()
    stores.start(NOON + LEASE + SECOND)
    with pytest.raises(LeaseLost):
        stores.jobs.wait(job.waiting_for("Axema is away.", 0, NOON, LEASE), fence)
