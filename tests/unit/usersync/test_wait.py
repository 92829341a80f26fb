"""A worker whose Axema does not respond, or asks it to wait."""

from datetime import timedelta

import pytest

from bokabridge.errors import FatalError, LeaseLost, RetriableError, ServiceBusy
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from bokabridge.usersync.wait import GAVE_UP, MAX_WAIT_SECONDS, MAX_WAITS, TRIES_AGAIN
from tests.unit.usersync.world import LEASE, World, people


def busy(world: World, retry_after_seconds: float | None, page: int = 1) -> None:
    """Axema is busy from this page on, and asks us to call later."""

    def refuse(page_number: int) -> None:
        if page_number >= page:
            raise RetriableError("Axema responded with HTTP status 429.", retry_after_seconds)

    world.source.before_page = refuse


def refused(world: World, job: SyncJob) -> RetriableError:
    with pytest.raises(RetriableError) as refusal:
        world.run(job)
    return refusal.value


def test_job_says_what_it_waits_for_until_the_next_commit() -> None:
    world = World(people(250))
    job = world.start()
    busy(world, None, page=2)
    assert refused(world, job).retry_after_seconds is None
    assert world.job(job).waiting == f"Axema responded with HTTP status 429. {TRIES_AGAIN}"
    world.source.before_page = lambda _: None
    world.run(job, lambda: True)
    assert world.job(job).waiting is None


@pytest.mark.parametrize(
    ("asked", "waited"), [(0, 1), (0.2, 1), (119.2, 120), (600, 600), (86_400, MAX_WAIT_SECONDS), (1e300, 900)]
)
def test_worker_asks_for_the_wait_that_axema_asked_for_up_to_a_cap(asked: float, waited: int) -> None:
    world = World(people(5))
    job = world.start()
    busy(world, asked)
    assert refused(world, job).retry_after_seconds == waited
    assert world.job(job).lease_until == world.now + timedelta(seconds=waited) + LEASE
    world.pass_time(timedelta(seconds=waited + 200))
    assert world.read(job).status is JobStatus.Processing


@pytest.mark.parametrize(("asked", "waits"), [(1, MAX_WAITS), (600, 3), (86_400, 2)])
def test_job_that_waited_enough_fails_with_axemas_sentence(asked: float, waits: int) -> None:
    world = World(people(5))
    job = world.start()
    busy(world, asked)
    for _ in range(waits):
        refused(world, job)
    with pytest.raises(FatalError) as failure:
        world.run(job)
    assert str(failure.value) == f"Axema responded with HTTP status 429. {GAVE_UP}"


def test_committed_page_renews_the_patience() -> None:
    world = World(people(250))
    job = world.start()
    for page in (1, 2, 3):
        busy(world, 900, page)
        refused(world, job)
        refused(world, job)
        world.source.before_page = lambda _: None
        world.run(job, lambda: True)
    assert world.counters(job) == Counters(found=250, created=250)


def test_database_that_is_busy_is_not_axemas_fault() -> None:
    world = World(people(5))
    job = world.start()

    def throttled(_: int) -> None:
        raise ServiceBusy("The database is busy.")

    world.source.before_page = throttled
    with pytest.raises(ServiceBusy):
        world.run(job)
    assert world.job(job).waiting is None


def test_worker_of_a_job_that_was_closed_during_its_wait_stops() -> None:
    world = World(people(5))
    job = world.start()
    busy(world, 600)
    refused(world, job)
    world.close(job, "The sync was stopped.")
    with pytest.raises(LeaseLost):
        world.run(job)
    world.source.before_page = lambda _: None
    assert world.sync().found == 5
