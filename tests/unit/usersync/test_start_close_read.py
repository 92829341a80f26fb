"""Starting, closing and reading jobs."""

from datetime import timedelta

import pytest

from bokabridge.errors import (
    AlreadyRunning,
    DeliveryUnclear,
    LeaseLost,
    NotConfigured,
    NotFound,
    RetriableError,
    StillEnding,
    Unavailable,
)
from bokabridge.paging import Window
from bokabridge.usersync.close import ABANDONED, NEVER_BEGAN
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.read import get_job
from bokabridge.usersync.start import FAULTY, NOT_STARTED, STUCK_AFTER
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.usersync.world import World, people


def get_of(world: World, company_id: str, job_id: str) -> SyncJob:
    return get_job(company_id, job_id, jobs=world.jobs, workflow=world.workflow, clock=world.clock)


def test_start_starts_a_run_with_the_jobs_id() -> None:
    world = World(people(1))
    job = world.start()
    assert job.status is JobStatus.Pending
    assert world.workflow.started == [(COMPANY_ID, job.id)]


def test_second_start_while_a_job_runs_is_refused_and_names_that_job() -> None:
    world = World(people(1))
    job = world.start()
    with pytest.raises(AlreadyRunning) as refusal:
        world.start()
    assert refusal.value.job_id == job.id
    assert len(world.workflow.started) == 1


def test_close_lets_the_next_sync_start() -> None:
    world = World(people(1))
    first = world.start()
    assert world.close(first, "Wrong password.")
    second = world.start()
    assert world.job(first).error == "Wrong password."
    assert world.job(second).status is JobStatus.Pending


def test_job_fails_and_releases_the_lock_if_its_run_cannot_start() -> None:
    world = World(people(1))
    world.workflow.error = RetriableError("Step Functions is busy.")
    with pytest.raises(Unavailable):
        world.start()
    failed = world.jobs.list(COMPANY_ID, None, Window(0, 10))[0]
    assert (failed.status, failed.error) == (JobStatus.Failed, NOT_STARTED)
    world.workflow.error = None
    assert world.start().status is JobStatus.Pending


def test_unexpected_error_while_starting_a_run_is_raised_unchanged_and_frees_the_lock() -> None:
    class MissingStateMachine(RecordedWorkflow):
        def start(self, company_id: str, job_id: str) -> None:
            raise LookupError("StateMachineDoesNotExist")

    world = World(people(1))
    world.workflow = MissingStateMachine()
    with pytest.raises(LookupError):
        world.start()
    assert world.listed()[0].error == FAULTY
    world.workflow = RecordedWorkflow()
    assert world.start().status is JobStatus.Pending


@pytest.mark.parametrize("loses_response", [True, False])
def test_start_whose_outcome_is_unclear_keeps_the_job_and_its_lock(loses_response: bool) -> None:
    world = World(people(1))
    world.workflow.error = DeliveryUnclear("No response.")
    world.workflow.loses_response = loses_response
    job = world.start()
    assert world.job(job).status is JobStatus.Pending
    with pytest.raises(AlreadyRunning):
        world.start()


@pytest.mark.parametrize("again", ["start", "get", "list"])
def test_next_start_or_read_starts_a_run_whose_start_got_lost(again: str) -> None:
    world = World(people(1))
    world.workflow.error = DeliveryUnclear("No response.")
    job = world.start()
    world.pass_time(STUCK_AFTER + timedelta(seconds=1))
    for error in (RuntimeError("no permission"), None):
        world.workflow.error = error
        match again:
            case "start":
                with pytest.raises(AlreadyRunning):
                    world.start()
            case "get":
                assert world.read(job).status is JobStatus.Pending
            case _:
                assert len(world.listed()) == 1
    assert world.workflow.started == [(COMPANY_ID, job.id)]
    assert world.run(job)


def test_reads_do_not_start_a_run_that_has_begun_or_may_still_begin() -> None:
    world = World(people(300))
    job = world.start()
    world.read(job)
    world.run(job, lambda: True)
    world.pass_time(timedelta(seconds=40))
    world.read(job)
    assert len(world.workflow.started) == 1


def test_job_whose_run_never_began_says_so_when_its_lease_ends() -> None:
    world = World(people(1))
    world.workflow.error = DeliveryUnclear("No response.")
    job = world.start()
    world.pass_time(timedelta(minutes=6))
    assert (world.read(job).status, world.read(job).error) == (JobStatus.Failed, NEVER_BEGAN)


def test_second_start_starts_a_run_that_was_never_started() -> None:
    world = World(people(1))
    job = world.start()
    world.workflow.started.clear()  # as if the process had crashed after acquiring the lock
    world.pass_time(timedelta(seconds=40))
    with pytest.raises(AlreadyRunning):
        world.start()
    assert world.workflow.started == [(COMPANY_ID, job.id)]


def test_second_start_does_not_start_a_run_that_has_begun() -> None:
    world = World(people(300))
    job = world.start()
    world.run(job, lambda: True)
    world.workflow.started.clear()
    world.pass_time(timedelta(seconds=40))
    with pytest.raises(AlreadyRunning):
        world.start()
    assert world.workflow.started == []


def test_start_after_the_lease_expired_fails_the_abandoned_job() -> None:
    world = World(people(300))
    old = world.start()
    world.run(old, lambda: True)
    world.pass_time(timedelta(minutes=6))
    new = world.start()
    assert new.id != old.id
    assert (world.job(old).status, world.job(old).error) == (JobStatus.Failed, ABANDONED)


def test_closing_a_job_again_changes_nothing() -> None:
    world = World(people(1))
    job = world.start()
    assert world.close(job)
    closed = world.job(job)
    assert not world.close(job, "A late message about a broken run.")
    assert world.job(job) == closed


def test_closing_an_abandoned_job_leaves_the_lock_to_the_new_job() -> None:
    world = World(people(1))
    old = world.start()
    world.pass_time(timedelta(minutes=6))
    world.start()
    world.close(old)
    with pytest.raises(AlreadyRunning):
        world.start()


def test_abandoned_job_reads_as_failed_after_its_lease_expired() -> None:
    world = World(people(300))
    job = world.start()
    world.run(job, lambda: True)
    assert world.read(job).status is JobStatus.Processing
    world.pass_time(timedelta(minutes=6))
    assert world.listed(JobStatus.Processing) == []
    assert world.read(job).error == ABANDONED


@pytest.mark.parametrize("end", ["broken-run event", "read", "takeover"])
def test_job_whose_close_was_lost_after_its_last_page_is_completed(end: str) -> None:
    world = World(people(5))
    job = world.start()
    assert world.run(job)
    if end == "broken-run event":
        world.close(job, "The sync was stopped.")
    else:
        world.pass_time(timedelta(minutes=6))
        world.read(job) if end == "read" else world.start()
    ended = world.job(job)
    assert (ended.status, ended.error, ended.completed_at) == (JobStatus.Completed, None, world.now)


def test_broken_run_event_leaves_the_lock_to_a_worker_that_may_still_write() -> None:
    """The worker was writing when its run was aborted. The next sync must not write at the same time."""
    world = World(people(300))
    job = world.start()
    refusals: list[StillEnding] = []

    def abort(page_number: int) -> None:
        if page_number == 2:
            world.close(job, "The sync was stopped.")
            with pytest.raises(StillEnding) as refusal:
                world.start()
            refusals.append(refusal.value)

    world.source.before_page = abort
    with pytest.raises(LeaseLost):
        world.run(job)
    assert [refusal.job_id for refusal in refusals] == [job.id]
    assert world.job(job).error == "The sync was stopped."
    world.source.before_page = lambda _: None
    assert world.sync().found == 300


def test_unknown_job_and_another_companys_job_are_not_found() -> None:
    world = World(people(1))
    job = world.start()
    with pytest.raises(NotFound):
        get_of(world, OTHER_COMPANY_ID, job.id)
    with pytest.raises(NotFound):
        get_of(world, COMPANY_ID, COMPANY_ID)


def test_company_without_settings_cannot_start() -> None:
    world = World(people(1))
    world.company_id = OTHER_COMPANY_ID
    with pytest.raises(NotConfigured):
        world.start()
    assert world.workflow.started == []
