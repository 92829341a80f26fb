"""Cancelling a sync before, while and after its workers run."""

from datetime import timedelta

import pytest

from bokabridge.errors import Conflict, LeaseLost, NotFound, RetriableError, StillEnding, WorkerBusy
from bokabridge.usersync.cancel import cancel_sync
from bokabridge.usersync.close import close_abandoned, close_sync
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.halt import Cancelled
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Work
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.world import LEASE, LIFE, CrashingJobs, World, people

WHY = "Cancelled by admin-1. The changes that the sync made remain."


class DyingJobs(CrashingJobs):
    """A worker that crashes does not record its end."""

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        if is_clean:
            super().end_work(company_id, work, is_clean=is_clean)


def cancel(world: World, job: SyncJob, by: str = "admin-1", company_id: str = COMPANY_ID) -> SyncJob:
    return cancel_sync(company_id, job.id, by, jobs=world.jobs, workflow=world.workflow, clock=world.clock)


def cancelled_during_page(world: World, page: int, job: SyncJob) -> None:
    """A worker's page is fetched when the sync is cancelled."""

    def now(page_number: int) -> None:
        if page_number == page:
            assert cancel(world, job).status is JobStatus.Processing, "Its worker may be writing."

    world.source.before_page = now
    with pytest.raises(Cancelled, match=WHY):
        world.run(job)
    world.source.before_page = lambda _: None


def test_cancelled_job_on_which_no_worker_has_begun_ends_at_once() -> None:
    world = World(people(5))
    job = world.start()
    ended = cancel(world, job)
    assert (ended.status, ended.error, ended.cancelled_by) == (JobStatus.Failed, WHY, "admin-1")
    with pytest.raises(LeaseLost):
        world.run(job)
    world.start()


def test_cancelled_job_between_two_workers_ends_at_once() -> None:
    world = World(people(250))
    job = world.start()
    world.run(job, lambda: True)
    assert cancel(world, job).status is JobStatus.Failed
    assert world.counters(job) == Counters(found=100, created=100)
    world.start()


def test_worker_of_a_cancelled_job_commits_the_page_in_hand_and_stops() -> None:
    world = World(people(250))
    job = world.start()
    cancelled_during_page(world, 2, job)
    assert world.counters(job) == Counters(found=200, created=200)
    assert world.customers.count(COMPANY_ID) == world.links.saved == 200
    world.close(job, WHY)
    assert world.job(job).error == WHY
    assert world.sync() == Counters(found=250, created=50, unchanged=200)


def test_last_page_of_a_cancelled_job_is_counted_and_the_job_fails() -> None:
    world = World(people(250))
    job = world.start()
    cancelled_during_page(world, 3, job)
    assert world.close(job, WHY)
    ended = world.job(job)
    assert (ended.status, ended.counters) == (JobStatus.Failed, Counters(found=250, created=250))
    assert world.jobs.roster_head(COMPANY_ID) is None
    assert world.sync() == Counters(found=250, unchanged=250)


def test_lock_is_taken_until_the_worker_of_a_cancelled_job_has_stopped() -> None:
    world = World(people(250))
    job = world.start()

    def start_meanwhile(page_number: int) -> None:
        if page_number == 2:
            cancel(world, job)
            world.close(job, WHY)
            with pytest.raises(StillEnding):
                world.start()

    world.source.before_page = start_meanwhile
    with pytest.raises(LeaseLost):
        world.run(job)
    world.start()


def test_job_of_a_dead_worker_ends_when_the_next_one_begins() -> None:
    world = World(people(250))
    world.jobs = jobs = DyingJobs(world.settings)
    job = world.start()
    jobs.crash_next = True
    with pytest.raises(Crash):
        world.run(job)
    assert cancel(world, job).status is JobStatus.Processing
    with pytest.raises(WorkerBusy):
        world.run(job)
    world.pass_time(LIFE + timedelta(seconds=6))
    with pytest.raises(Cancelled):
        world.run(job)
    assert cancel(world, job).status is JobStatus.Failed


def test_waiting_job_ends_at_once() -> None:
    world = World(people(5))
    job = world.start()

    def away(_: int) -> None:
        raise RetriableError("Axema is away.", 600)

    world.source.before_page = away
    with pytest.raises(RetriableError):
        world.run(job)
    ended = cancel(world, job)
    assert (ended.status, ended.error, ended.waiting) == (JobStatus.Failed, WHY, None)


def test_job_that_is_about_to_wait_stops_instead() -> None:
    world = World(people(5))
    job = world.start()

    def away(_: int) -> None:
        cancel(world, job)
        raise RetriableError("Axema is away.", 600)

    world.source.before_page = away
    with pytest.raises(Cancelled):
        world.run(job)


def test_cancelling_again_changes_nothing_and_names_the_first_caller() -> None:
    world = World(people(250))
    job = world.start()
    ended = cancel(world, job)
    world.pass_time(timedelta(minutes=1))
    assert cancel(world, job, "admin-2") == ended


class ContestedJobs(InMemoryJobs):
    """Another caller cancels each job, and it ends, just before the first caller's request is stored."""

    def cancel(self, company_id: str, job_id: str, by: str) -> bool:
        if super().cancel(company_id, job_id, "admin-2"):
            self.finish(company_id, job_id, None, self._jobs[company_id, job_id].created_at)
        return super().cancel(company_id, job_id, by)


def test_two_callers_who_cancel_at_once_both_succeed() -> None:
    world = World(people(5))
    world.jobs = ContestedJobs(world.settings)
    ended = cancel(world, world.start())
    assert (ended.status, ended.cancelled_by) == (JobStatus.Failed, "admin-2")


@pytest.mark.parametrize("end", ["completed", "failed", "drained"])
def test_job_that_is_over_cannot_be_cancelled(end: str) -> None:
    world = World(people(5))
    job = world.start()
    if end == "failed":
        world.close(job, "Failed.")
    else:
        world.run(job)
    if end == "completed":
        world.close(job)
    with pytest.raises(Conflict, match="has ended already"):
        cancel(world, job)
    world.close(job)
    assert world.job(job).cancelled_by is None


def test_job_of_another_company_is_not_found() -> None:
    world = World(people(5))
    job = world.start()
    with pytest.raises(NotFound):
        cancel(world, job, company_id=OTHER_COMPANY_ID)
    with pytest.raises(NotFound):
        cancel_sync(COMPANY_ID, "unknown", "a", jobs=world.jobs, workflow=world.workflow, clock=world.clock)


@pytest.mark.parametrize("ending", ["closed by the workflow", "closed by its error", "abandoned"])
def test_cancelled_job_says_so_whatever_ends_it(ending: str) -> None:
    world = World(people(250))
    job = world.start()
    cancelled_during_page(world, 2, job)
    if ending == "abandoned":
        world.pass_time(LEASE + timedelta(seconds=1))
        close_abandoned(world.job(job), jobs=world.jobs, clock=world.clock)
    else:
        failure = WHY if "workflow" in ending else "An error on our side stopped the sync."
        close_sync(COMPANY_ID, job.id, Failure(failure), jobs=world.jobs, clock=world.clock)
    assert world.job(job).error == WHY
