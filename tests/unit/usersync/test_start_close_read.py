"""Starting, closing and reading jobs."""

from datetime import timedelta

import pytest

from bokabridge.errors import AlreadyRunning, NotConfigured, NotFound, Unavailable
from bokabridge.paging import Window
from bokabridge.usersync.close import ABANDONED
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.read import get_job, list_jobs
from bokabridge.usersync.start import NOT_STARTED
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.usersync.world import World, people


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
    world.workflow.is_down = True
    with pytest.raises(Unavailable):
        world.start()
    failed = world.jobs.list(COMPANY_ID, None, Window(0, 10))[0]
    assert (failed.status, failed.error) == (JobStatus.Failed, NOT_STARTED)
    world.workflow.is_down = False
    assert world.start().status is JobStatus.Pending


def test_unexpected_error_while_starting_a_run_is_raised_unchanged_and_frees_the_lock() -> None:
    class MissingStateMachine(RecordedWorkflow):
        def start(self, company_id: str, job_id: str) -> None:
            raise LookupError("StateMachineDoesNotExist")

    world = World(people(1))
    world.workflow = MissingStateMachine()
    with pytest.raises(LookupError):
        world.start()
    world.workflow = RecordedWorkflow()
    assert world.start().status is JobStatus.Pending


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
    world = World(people(1))
    old = world.start()
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
    world = World(people(1))
    job = world.start()
    assert get_job(COMPANY_ID, job.id, jobs=world.jobs, workflow=world.workflow, clock=world.clock).status is JobStatus.Pending
    world.pass_time(timedelta(minutes=6))
    assert list_jobs(COMPANY_ID, JobStatus.Pending, Window(0, 10), jobs=world.jobs, workflow=world.workflow, clock=world.clock) == []
    assert get_job(COMPANY_ID, job.id, jobs=world.jobs, workflow=world.workflow, clock=world.clock).error == ABANDONED


def test_unknown_job_and_another_companys_job_are_not_found() -> None:
    world = World(people(1))
    job = world.start()
    with pytest.raises(NotFound):
        get_job(OTHER_COMPANY_ID, job.id, jobs=world.jobs, workflow=world.workflow, clock=world.clock)
    with pytest.raises(NotFound):
        get_job(COMPANY_ID, COMPANY_ID, jobs=world.jobs, workflow=world.workflow, clock=world.clock)


def test_company_without_settings_cannot_start() -> None:
    world = World(people(1))
    world.company_id = OTHER_COMPANY_ID
    with pytest.raises(NotConfigured):
        world.start()
    assert world.workflow.started == []
