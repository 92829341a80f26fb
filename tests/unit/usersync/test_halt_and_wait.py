"""A worker whose company's settings change, and one whose Axema asks it to wait."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.errors import FatalError, LeaseLost, RetriableError, ServiceBusy, WorkerBusy
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSettings, NameOrder
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.halt import DEACTIVATED, SYSTEM_CHANGED
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Work
from bokabridge.usersync.wait import GAVE_UP, MAX_WAIT_SECONDS, MAX_WAITS, TRIES_AGAIN
from tests.data import COMPANY_ID
from tests.unit.usersync.world import LEASE, LIFE, World, people

Change = Callable[[AxemaSettings], AxemaSettings]


def another_device(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, connection=VakaOnline("another-device", "client"))


def another_kind(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, connection=LocalEndpoint("vaka.example.se", 443, "user"))


def inactive(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, is_active=False)


STOPPING = [(another_device, SYSTEM_CHANGED), (another_kind, SYSTEM_CHANGED), (inactive, DEACTIVATED)]


def change(world: World, change: Change) -> None:
    before = world.settings.find(COMPANY_ID)
    assert before is not None
    world.settings.replace(before, replace(change(before), updated_at=before.updated_at + timedelta(seconds=1)))


@pytest.mark.parametrize(("changed", "reason"), STOPPING)
def test_settings_changed_between_two_workers_end_the_run(changed: Change, reason: str) -> None:
    world = World(people(250))
    job = world.start()
    world.run(job, lambda: True)
    change(world, changed)
    with pytest.raises(FatalError, match=reason):
        world.run(job)
    assert world.source.fetched == [1]


@pytest.mark.parametrize(("changed", "reason"), STOPPING)
def test_settings_changed_while_a_worker_runs_end_the_run_at_its_next_commit(changed: Change, reason: str) -> None:
    world = World(people(250))
    job = world.start()
    world.source.before_page = lambda page_number: change(world, changed) if page_number == 2 else None
    with pytest.raises(FatalError, match=reason):
        world.run(job)
    assert world.counters(job).found == 100


def test_settings_made_inactive_before_the_first_worker_end_the_run() -> None:
    world = World(people(5))
    job = world.start()
    change(world, inactive)
    with pytest.raises(FatalError, match=DEACTIVATED):
        world.run(job)
    assert world.source.fetched == []


def test_changed_schedule_password_and_name_order_do_not_stop_a_sync() -> None:
    world = World(people(250))
    job = world.start()

    def changed(settings: AxemaSettings) -> AxemaSettings:
        return replace(settings, schedule="rate(1 day)", secret_version="2", name_order=NameOrder.FirstLast)

    world.source.before_page = lambda page_number: change(world, changed) if page_number == 2 else None
    assert world.run(job, lambda: True) is False
    assert world.run(job)
    assert world.counters(job).found == 250


def test_drained_job_is_done_whatever_its_settings_are_now() -> None:
    world = World(people(5))
    job = world.start()
    assert world.run(job)
    change(world, inactive)
    assert world.run(job)


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


class Death(BaseException):
    """The process is dead: nothing after this reaches the stores."""


class DeadlyJobs(InMemoryJobs):
    """Dies with the worker: its end is not recorded."""

    is_dead = False

    def end_work(self, company_id: str, work: Work) -> None:
        if not self.is_dead:
            super().end_work(company_id, work)


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

    def end_work(self, company_id: str, work: Work) -> None:
        raise ServiceBusy("The database is busy.")


def test_worker_whose_end_cannot_be_recorded_still_returns_its_result() -> None:
    world = World(people(5))
    world.jobs = UnwritableJobs(world.settings)
    job = world.start()
    assert world.run(job)
    world.close(job)
    assert world.job(job).status is JobStatus.Completed


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
