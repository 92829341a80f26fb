"""The behaviour of every JobStore."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import AlreadyRunning, LeaseLost, NotConfigured, RetriableError
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.roster import RosterAddition, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LIFE = timedelta(minutes=2)
SYSTEM = settings_of(COMPANY_ID).connection.system
ALL = Window(0, 100)

Make = Callable[[AxemaSettings], JobStore]
"""Make a store for a company with these settings."""

NOBODY = RosterAddition(RosterPage(b""))


def in_memory(_: "DynamoDBClient", given: AxemaSettings) -> JobStore:
    settings = InMemorySettings()
    settings.add(given)
    return InMemoryJobs(settings)


def on_dynamodb(client: "DynamoDBClient", given: AxemaSettings) -> JobStore:
    DynamoSettings(client, USER_SYNC_TABLE).add(given)
    return DynamoJobs(client, USER_SYNC_TABLE)


@pytest.fixture(params=[in_memory, on_dynamodb])
def make_jobs(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Make:
    return lambda given: request.param(dynamodb, given)


@pytest.fixture
def jobs(make_jobs: Make) -> JobStore:
    return make_jobs(settings_of(COMPANY_ID))


def a_job(at: datetime = NOON, company: str = COMPANY_ID) -> SyncJob:
    return new_job(company, Trigger.Request, at, at + LEASE)


def started(jobs: JobStore, at: datetime = NOON) -> SyncJob:
    job = a_job(at)
    jobs.start(job)
    return job


def work_at(at: datetime = NOON) -> Work:
    return Work(at, at + LEASE, at + LIFE)


def begun(jobs: JobStore, job: SyncJob, at: datetime = NOON, source: str | None = SYSTEM) -> tuple[SyncJob, int]:
    """The job after a worker began on it and ended without writing anything."""
    found = jobs.begin(COMPANY_ID, job.id, work_at(at), source)
    jobs.end_work(COMPANY_ID, work_at(at), is_clean=True)
    return found.job, found.fence


def test_started_job_reads_back(jobs: JobStore) -> None:
    job = started(jobs)
    assert jobs.find(COMPANY_ID, job.id) == job


def test_company_without_settings_cannot_start(jobs: JobStore) -> None:
    with pytest.raises(NotConfigured):
        jobs.start(a_job(company=OTHER_COMPANY_ID))


def test_company_with_inactive_settings_cannot_start(make_jobs: Make) -> None:
    jobs = make_jobs(replace(settings_of(COMPANY_ID), is_active=False))
    job = a_job()
    with pytest.raises(NotConfigured):
        jobs.start(job)
    assert jobs.find(COMPANY_ID, job.id) is None


def test_start_while_the_lock_is_held_names_the_holder_and_stores_nothing(jobs: JobStore) -> None:
    holder, late = started(jobs), a_job(NOON + timedelta(minutes=4))
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(late)
    assert (refusal.value.job_id, refusal.value.has_begun, refusal.value.acquired_at) == (holder.id, False, NOON)
    assert jobs.find(COMPANY_ID, late.id) is None


def test_refused_start_learns_that_a_worker_has_begun(jobs: JobStore) -> None:
    begun(jobs, started(jobs))
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(a_job())
    assert refusal.value.has_begun


def test_start_takes_over_an_expired_lease_and_returns_the_old_jobs_id(jobs: JobStore) -> None:
    old = started(jobs)
    new = a_job(NOON + timedelta(minutes=6))
    assert jobs.start(new) == old.id
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(a_job(NOON + timedelta(minutes=7)))
    assert refusal.value.job_id == new.id


def test_fencing_token_grows_with_every_acquisition(jobs: JobStore) -> None:
    fences = []
    for minute in (0, 1, 2):
        job = started(jobs, NOON + timedelta(minutes=minute))
        fences.append(begun(jobs, job)[1])
        jobs.finish(COMPANY_ID, job.id, None, NOON)
    taken_over = started(jobs, NOON + timedelta(minutes=10))
    fences.append(begun(jobs, taken_over)[1])
    assert fences == sorted(set(fences))


def test_begin_renews_the_lease_and_sets_counters_to_zero(jobs: JobStore) -> None:
    job, _ = begun(jobs, started(jobs), NOON + timedelta(minutes=4))
    assert job.status is JobStatus.Processing
    assert job.counters == Counters()
    with pytest.raises(AlreadyRunning):
        jobs.start(a_job(NOON + timedelta(minutes=8)))


def test_job_without_the_lock_cannot_begin(jobs: JobStore) -> None:
    old = started(jobs)
    started(jobs, NOON + timedelta(minutes=6))
    with pytest.raises(LeaseLost):
        begun(jobs, old)


def test_commit_stores_progress_once(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    after = job.advanced(Counters(found=3, created=2, skipped=1), "cursor", NOON, NOON + LEASE)
    jobs.commit(after, fence, NOBODY)
    assert jobs.find(COMPANY_ID, job.id) == after
    with pytest.raises(RetriableError):
        jobs.commit(after, fence, NOBODY)
    assert jobs.find(COMPANY_ID, job.id) == after


def test_schedule_that_its_settings_no_longer_want_starts_nothing(make_jobs: Make) -> None:
    jobs = make_jobs(replace(settings_of(COMPANY_ID), is_scheduled=False))
    with pytest.raises(NotConfigured):
        jobs.start(new_job(COMPANY_ID, Trigger.Schedule, NOON, NOON + LEASE))
    jobs.start(new_job(COMPANY_ID, Trigger.Request, NOON, NOON + LEASE))


def test_last_commit_removes_the_cursor(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    first = job.advanced(Counters(found=1, created=1), "cursor", NOON, NOON + LEASE)
    last = first.advanced(Counters(found=1, created=1), None, NOON, NOON + LEASE)
    jobs.commit(first, fence, NOBODY)
    jobs.commit(last, fence, NOBODY)
    stored = jobs.find(COMPANY_ID, job.id)
    assert stored == last
    assert last.is_drained


def test_old_fencing_token_cannot_commit(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    started(jobs, NOON + timedelta(minutes=6))
    with pytest.raises(LeaseLost):
        jobs.commit(job.advanced(Counters(found=1), None, NOON, NOON + LEASE), fence, NOBODY)


def committed(jobs: JobStore, job: SyncJob, fence: int, created: int) -> SyncJob:
    after = job.advanced(Counters(), "cursor", NOON, NOON + LEASE)
    jobs.commit(after, fence, NOBODY, created=created)
    return after


LATER = NOON + timedelta(hours=1)


def test_headcount_is_unknown_until_it_is_set_and_then_follows_commits_and_removals(jobs: JobStore) -> None:
    assert jobs.headcount(COMPANY_ID) is None
    job, fence = begun(jobs, started(jobs))
    job = committed(jobs, job, fence, 100)
    jobs.note_removal(COMPANY_ID, 1)
    assert jobs.headcount(COMPANY_ID) is None
    jobs.set_headcount(COMPANY_ID, None, Headcount(250, NOON))
    assert jobs.headcount(COMPANY_ID) == Headcount(250, NOON)
    job = committed(jobs, job, fence, 20)
    committed(jobs, job, fence, 0)
    jobs.note_removal(COMPANY_ID, 3)
    assert (jobs.headcount(COMPANY_ID), jobs.headcount(OTHER_COMPANY_ID)) == (Headcount(267, NOON), None)


def test_headcount_is_set_only_if_it_has_not_changed(jobs: JobStore) -> None:
    jobs.set_headcount(COMPANY_ID, None, Headcount(10, NOON))
    for before in (None, Headcount(9, NOON), Headcount(10, LATER)):
        jobs.set_headcount(COMPANY_ID, before, Headcount(11, NOON))
    assert jobs.headcount(COMPANY_ID) == Headcount(10, NOON)
    jobs.set_headcount(COMPANY_ID, Headcount(10, NOON), Headcount(12, LATER))
    assert jobs.headcount(COMPANY_ID) == Headcount(12, LATER)


def test_refused_commit_counts_nobody_and_the_end_of_a_job_keeps_the_headcount(jobs: JobStore) -> None:
    jobs.set_headcount(COMPANY_ID, None, Headcount(0, NOON))
    begin, fence = begun(jobs, started(jobs))
    after = committed(jobs, begin, fence, 5)
    with pytest.raises(RetriableError):
        committed(jobs, begin, fence, 5)
    jobs.finish(COMPANY_ID, after.id, Failure("Stopped."), NOON)
    with pytest.raises(LeaseLost):
        committed(jobs, after, fence, 5)
    started(jobs)
    assert jobs.headcount(COMPANY_ID) == Headcount(5, NOON)
