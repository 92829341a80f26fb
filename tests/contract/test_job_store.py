"""What every JobStore does: the one in memory and the one on DynamoDB alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import AlreadyRunning, LeaseLost, NotConfigured, RetriableError
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger, new_job
from bokabridge.usersync.ports import JobStore
from tests.axema import settings_of
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)


Make = Callable[[AxemaSettings], JobStore]
"""From the settings of one company to a store."""


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
    return make_jobs(settings_of(COMPANY))


def a_job(at: datetime = NOON, company: str = COMPANY) -> SyncJob:
    return new_job(company, Trigger.Request, at, at + LEASE)


def started(jobs: JobStore, at: datetime = NOON) -> SyncJob:
    job = a_job(at)
    jobs.start(job)
    return job


def begun(jobs: JobStore, job: SyncJob, at: datetime = NOON) -> tuple[SyncJob, int]:
    return jobs.begin(COMPANY, job.id, at, at + LEASE)


def test_a_started_job_reads_back_as_it_was_stored(jobs: JobStore) -> None:
    job = started(jobs)
    assert jobs.get(COMPANY, job.id) == job


def test_a_company_without_settings_cannot_start(jobs: JobStore) -> None:
    with pytest.raises(NotConfigured):
        jobs.start(a_job(company=OTHER))


def test_a_company_whose_settings_are_not_active_cannot_start(make_jobs: Make) -> None:
    jobs = make_jobs(replace(settings_of(COMPANY), is_active=False))
    job = a_job()
    with pytest.raises(NotConfigured):
        jobs.start(job)
    assert jobs.get(COMPANY, job.id) is None


def test_a_live_lock_refuses_with_the_holders_id_and_stores_nothing(jobs: JobStore) -> None:
    holder, late = started(jobs), a_job(NOON + timedelta(minutes=4))
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(late)
    assert (refusal.value.job_id, refusal.value.has_begun, refusal.value.acquired_at) == (holder.id, False, NOON)
    assert jobs.get(COMPANY, late.id) is None


def test_a_worker_that_has_begun_is_told_to_who_is_refused(jobs: JobStore) -> None:
    begun(jobs, started(jobs))
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(a_job())
    assert refusal.value.has_begun


def test_a_lease_that_ran_out_is_taken_over_and_names_the_old_job(jobs: JobStore) -> None:
    old = started(jobs)
    new = a_job(NOON + timedelta(minutes=6))
    assert jobs.start(new) == old.id
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(a_job(NOON + timedelta(minutes=7)))
    assert refusal.value.job_id == new.id


def test_the_fence_grows_with_every_acquisition(jobs: JobStore) -> None:
    fences = []
    for minute in (0, 1, 2):
        job = started(jobs, NOON + timedelta(minutes=minute))
        fences.append(begun(jobs, job)[1])
        jobs.finish(COMPANY, job.id, JobStatus.Completed, None, NOON)
    taken_over = started(jobs, NOON + timedelta(minutes=10))
    fences.append(begun(jobs, taken_over)[1])
    assert fences == sorted(set(fences))


def test_beginning_renews_the_lease_and_counts_from_zero(jobs: JobStore) -> None:
    job, _ = begun(jobs, started(jobs), NOON + timedelta(minutes=4))
    assert job.status is JobStatus.Processing
    assert job.counters == Counters()
    with pytest.raises(AlreadyRunning):
        jobs.start(a_job(NOON + timedelta(minutes=8)))


def test_a_job_that_does_not_hold_the_lock_cannot_begin(jobs: JobStore) -> None:
    old = started(jobs)
    started(jobs, NOON + timedelta(minutes=6))
    with pytest.raises(LeaseLost):
        begun(jobs, old)


def test_a_commit_stores_progress_and_a_repetition_of_it_nothing(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    after = job.advanced(Counters(found=3, created=2, skipped=1), "cursor", NOON, NOON + LEASE)
    jobs.commit(after, fence, "print")
    assert jobs.get(COMPANY, job.id) == after
    with pytest.raises(RetriableError):
        jobs.commit(after, fence, "print")
    assert jobs.get(COMPANY, job.id) == after


def test_the_last_commit_forgets_the_cursor(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    first = job.advanced(Counters(found=1, created=1), "cursor", NOON, NOON + LEASE)
    last = first.advanced(Counters(found=1, created=1), None, NOON, NOON + LEASE)
    jobs.commit(first, fence, "print")
    jobs.commit(last, fence, "print")
    stored = jobs.get(COMPANY, job.id)
    assert stored == last
    assert last.is_drained


def test_an_old_fence_cannot_commit(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    started(jobs, NOON + timedelta(minutes=6))
    with pytest.raises(LeaseLost):
        jobs.commit(job.advanced(Counters(found=1), None, NOON, NOON + LEASE), fence, "print")


def test_a_commit_leaves_the_pages_fingerprint_under_its_fence(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    assert jobs.fingerprint(COMPANY, 0, fence) is None
    jobs.commit(job.advanced(Counters(), "cursor", NOON, NOON + LEASE), fence, "print of page 0")
    assert jobs.fingerprint(COMPANY, 0, fence) == "print of page 0"
    assert jobs.fingerprint(COMPANY, 0, fence - 1) is None
    assert jobs.fingerprint(COMPANY, 1, fence) is None
    assert jobs.fingerprint(OTHER, 0, fence) is None


def test_a_refused_commit_leaves_no_fingerprint(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    with pytest.raises(RetriableError):
        jobs.commit(replace(job, page=5), fence, "print")
    assert jobs.fingerprint(COMPANY, 4, fence) is None


def test_a_fingerprint_can_be_forgotten_whether_it_is_there_or_not(jobs: JobStore) -> None:
    job, fence = begun(jobs, started(jobs))
    jobs.commit(job.advanced(Counters(), None, NOON, NOON + LEASE), fence, "print")
    for _ in range(2):
        jobs.forget_fingerprint(COMPANY, 0)
        assert jobs.fingerprint(COMPANY, 0, fence) is None


def test_finishing_sets_the_status_once_and_frees_the_lock(jobs: JobStore) -> None:
    job = started(jobs)
    assert jobs.finish(COMPANY, job.id, JobStatus.Failed, "Why.", NOON + timedelta(minutes=1))
    stored = jobs.get(COMPANY, job.id)
    expected = replace(job, status=JobStatus.Failed, error="Why.", updated_at=NOON + timedelta(minutes=1))
    assert stored == expected
    assert not jobs.finish(COMPANY, job.id, JobStatus.Completed, None, NOON)
    assert jobs.get(COMPANY, job.id) == expected
    started(jobs, NOON + timedelta(minutes=2))


def test_finishing_a_job_that_lost_the_lock_leaves_the_lock_with_its_holder(jobs: JobStore) -> None:
    old = started(jobs)
    new = started(jobs, NOON + timedelta(minutes=6))
    assert jobs.finish(COMPANY, old.id, JobStatus.Failed, "Why.", NOON)
    with pytest.raises(AlreadyRunning) as refusal:
        jobs.start(a_job(NOON + timedelta(minutes=7)))
    assert refusal.value.job_id == new.id


def test_finishing_an_unknown_job_is_nothing(jobs: JobStore) -> None:
    assert not jobs.finish(COMPANY, "nobody", JobStatus.Failed, "Why.", NOON)
    assert jobs.get(COMPANY, "nobody") is None


def test_jobs_are_listed_newest_first_by_status_and_in_windows(jobs: JobStore) -> None:
    ids: list[str] = []
    for minute in range(5):
        job = started(jobs, NOON + timedelta(minutes=minute))
        status = JobStatus.Failed if minute % 2 else JobStatus.Completed
        jobs.finish(COMPANY, job.id, status, None, NOON)
        ids.insert(0, job.id)
    assert [job.id for job in jobs.list(COMPANY, None, 0, 100)] == ids
    assert [job.id for job in jobs.list(COMPANY, None, 1, 2)] == ids[1:3]
    assert [job.id for job in jobs.list(COMPANY, JobStatus.Failed, 0, 100)] == ids[1::2]
    assert [job.id for job in jobs.list(COMPANY, JobStatus.Failed, 1, 1)] == [ids[3]]
    assert jobs.list(COMPANY, None, 0, 0) == []
    assert jobs.list(OTHER, None, 0, 100) == []
