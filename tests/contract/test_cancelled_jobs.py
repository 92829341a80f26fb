"""The behaviour of every JobStore when a job is cancelled."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import LeaseLost, WorkerBusy
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.halt import Cancelled
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.roster import RosterAddition, RosterHead, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE, LIFE, SECOND = timedelta(minutes=5), timedelta(minutes=2), timedelta(seconds=1)
WORK = Work(NOON, NOON + LEASE, NOON + LIFE)
NOBODY = RosterAddition(RosterPage(b""))
HEAD = RosterHead(slot=0, fence=1, system="system", removals=0, pages=1, missing_parts=0)


@dataclass(frozen=True)
class Store:
    jobs: JobStore
    settings: SettingsStore

    def start(self) -> SyncJob:
        job = new_job(COMPANY_ID, Trigger.Request, NOON, NOON + LEASE)
        self.jobs.start(job)
        return job

    def begun(self) -> SyncJob:
        return self.jobs.begin(COMPANY_ID, self.start().id, WORK, None).job

    def commit(self, job: SyncJob, cursor: str | None = "next", head: RosterHead | None = None) -> SyncJob:
        after = job.advanced(Counters(found=1, created=1), cursor, NOON, NOON + LEASE)
        self.jobs.commit(after, 1, replace(NOBODY, head=head), created=1)
        return after

    def stored(self, job: SyncJob) -> SyncJob:
        found = self.jobs.find(COMPANY_ID, job.id)
        assert found is not None
        return found

    def cancel(self, job: SyncJob, by: str = "admin") -> bool:
        return self.jobs.cancel(COMPANY_ID, job.id, by)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def store(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Store:
    if request.param == "in memory":
        settings = InMemorySettings()
        settings.add(settings_of(COMPANY_ID))
        return Store(InMemoryJobs(settings), settings)
    stored = DynamoSettings(dynamodb, USER_SYNC_TABLE)
    stored.add(settings_of(COMPANY_ID))
    return Store(DynamoJobs(dynamodb, USER_SYNC_TABLE), stored)


def test_first_caller_who_cancels_is_kept(store: Store) -> None:
    job = store.start()
    assert store.cancel(job)
    assert store.cancel(job, "another")
    assert store.stored(job) == replace(job, cancelled_by="admin")


def test_commit_of_a_cancelled_job_is_stored_and_then_refused(store: Store) -> None:
    job = store.begun()
    store.cancel(job)
    with pytest.raises(Cancelled, match="Cancelled by admin"):
        store.commit(job)
    committed = store.stored(job)
    assert (committed.pages_committed, committed.counters) == (1, Counters(found=1, created=1))
    assert (committed.status, committed.cancelled_by) == (JobStatus.Processing, "admin")


def test_last_commit_of_a_cancelled_job_does_not_drain_it(store: Store) -> None:
    job = store.begun()
    store.cancel(job)
    with pytest.raises(Cancelled):
        store.commit(job, None, HEAD)
    assert not store.stored(job).is_drained
    assert store.jobs.roster_head(COMPANY_ID) is None
    assert store.jobs.finish(COMPANY_ID, job.id, Failure("Why."), NOON)
    assert store.stored(job).status is JobStatus.Failed


def test_no_worker_begins_on_a_cancelled_job(store: Store) -> None:
    job = store.start()
    store.cancel(job)
    for _ in range(2):
        with pytest.raises(Cancelled):
            store.jobs.begin(COMPANY_ID, job.id, WORK, None)
    assert not store.jobs.is_worked_on(COMPANY_ID, job.id, NOON)
    store.jobs.finish(COMPANY_ID, job.id, Failure("Why."), NOON)
    with pytest.raises(LeaseLost):
        store.jobs.begin(COMPANY_ID, job.id, WORK, None)


def test_cancelled_job_does_not_wait(store: Store) -> None:
    job = store.begun()
    store.cancel(job)
    with pytest.raises(Cancelled):
        store.jobs.wait(job.waiting_for("Axema", 10, NOON, LEASE), 1)
    assert store.stored(job).waiting is None


@pytest.mark.parametrize("failure", [Failure("An error on our side stopped the sync."), None])
def test_cancelled_job_ends_as_cancelled_whatever_its_end_knew(store: Store, failure: Failure | None) -> None:
    """The end may have been decided before the cancellation was stored."""
    job = store.begun()
    store.commit(job)
    store.cancel(job)
    assert store.jobs.finish(COMPANY_ID, job.id, failure, NOON)
    ended = store.stored(job)
    assert (ended.status, ended.error) == (JobStatus.Failed, str(Cancelled("admin")))
    assert store.jobs.states([COMPANY_ID], NOON)[COMPANY_ID].failures == 0, (
        "A cancelled sync says nothing about the next one."
    )


@pytest.mark.parametrize("end", ["final", "drained"])
def test_job_that_is_over_is_not_cancelled(store: Store, end: str) -> None:
    job = store.begun()
    if end == "final":
        store.jobs.finish(COMPANY_ID, job.id, Failure("Why."), NOON)
    else:
        store.commit(job, None)
    assert not store.cancel(job)
    assert store.stored(job).cancelled_by is None


def test_job_is_worked_on_until_its_worker_has_ended_or_is_certainly_dead(store: Store) -> None:
    job = store.start()
    assert not store.jobs.is_worked_on(COMPANY_ID, job.id, NOON)
    store.jobs.begin(COMPANY_ID, job.id, WORK, None)
    assert store.jobs.is_worked_on(COMPANY_ID, job.id, NOON + LIFE)
    assert not store.jobs.is_worked_on(COMPANY_ID, job.id, NOON + LIFE + SECOND)
    assert not store.jobs.is_worked_on(COMPANY_ID, "another", NOON)
    store.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    assert not store.jobs.is_worked_on(COMPANY_ID, job.id, NOON)


def test_job_for_one_person_is_stored(store: Store) -> None:
    job = replace(new_job(COMPANY_ID, Trigger.Request, NOON, NOON + LEASE), only_user_id="4711")
    store.jobs.start(job)
    assert store.stored(job) == job
    assert store.jobs.begin(COMPANY_ID, job.id, WORK, None).job.only_user_id == "4711"


def test_preview_forced_and_held_jobs_are_stored(store: Store) -> None:
    job = new_job(COMPANY_ID, Trigger.Request, NOON, NOON + LEASE, is_preview=True, is_forced=True)
    store.jobs.start(job)
    assert store.stored(job) == job
    begun = store.jobs.begin(COMPANY_ID, job.id, WORK, None).job
    after = begun.advanced(Counters(found=3, unchanged=1, held=2), "next", NOON, NOON + LEASE)
    held = replace(after, held_from=0, held_reason="Too many.")
    store.jobs.commit(held, 1, NOBODY)
    assert store.stored(job) == held


def test_undo_is_stored_and_goes_on_whatever_the_settings_say(store: Store) -> None:
    given = store.settings.find(COMPANY_ID)
    assert given is not None
    store.settings.replace(given, replace(given, is_active=False))
    job = replace(new_job(COMPANY_ID, Trigger.Request, NOON, NOON + LEASE), undoes="a-job", source="old system")
    store.jobs.start(job)
    assert store.stored(job) == job
    begun = store.jobs.begin(COMPANY_ID, job.id, WORK, "new system").job
    assert begun.source == "old system"
    store.commit(begun)
    with pytest.raises(WorkerBusy):
        store.commit(begun)
    assert store.stored(job).pages_committed == 1
