"""The end of a worker, orderly or not, and the next worker of the same job."""

from datetime import timedelta

import pytest

from bokabridge.errors import FatalError, RetriableError, ServiceBusy, WorkerBusy
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, JobStatus, Work
from tests.unit.usersync.world import LIFE, World, people


class Death(BaseException):
    """The process is dead: nothing after this reaches the stores."""


class DeadlyJobs(InMemoryJobs):
    """Dies with the worker: its end is not recorded."""

    is_dead = False

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        if not self.is_dead:
            super().end_work(company_id, work, is_clean=is_clean)


def test_worker_begins_only_when_the_one_that_died_can_have_no_write_on_its_way() -> None:
    world = World(people(250))
    world.jobs = jobs = DeadlyJobs(world.settings)
    job = world.start()

    def die(page_number: int) -> None:
        if page_number == 2:
            jobs.is_dead = True
            raise Death

    world.source.before_page = die
    with pytest.raises(Death):
        world.run(job)
    jobs.is_dead = False
    world.source.before_page = lambda _: None
    with pytest.raises(WorkerBusy):
        world.run(job)
    world.pass_time(LIFE)
    with pytest.raises(WorkerBusy):
        world.run(job)
    world.pass_time(timedelta(seconds=10))
    assert world.run(job)
    assert world.counters(job) == Counters(found=250, created=250)


@pytest.mark.parametrize("error", [FatalError("Wrong password."), RetriableError("Away."), ValueError("A bug.")])
def test_worker_that_raises_lets_the_next_one_begin_at_once(error: Exception) -> None:
    world = World(people(5))
    job = world.start()

    def fail(_: int) -> None:
        raise error

    world.source.before_page = fail
    with pytest.raises(type(error)):
        world.run(job)
    world.source.before_page = lambda _: None
    assert world.run(job)


class UnwritableJobs(InMemoryJobs):
    """Its database is away when a worker ends."""

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        raise ServiceBusy("The database is busy.")


def test_worker_whose_end_cannot_be_recorded_still_returns_its_result() -> None:
    world = World(people(5))
    world.jobs = UnwritableJobs(world.settings)
    job = world.start()
    assert world.run(job)
    world.close(job)
    assert world.job(job).status is JobStatus.Completed
