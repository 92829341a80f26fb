"""The health of one company's syncs, and of all companies'."""

from dataclasses import replace
from datetime import timedelta

from bokabridge.paging import Window
from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.health import Health, health_of, list_health
from bokabridge.usersync.job import Trigger, new_job
from bokabridge.usersync.standing import SyncState
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL
from tests.unit.usersync.world import LEASE, World, people

REJECTED = Failure("Axema rejected the credentials.", FailureKind.Rejected)
AWAY = Failure("Axema could not be reached.")


def health(world: World) -> Health:
    found = world.settings.find(COMPANY_ID)
    assert found is not None
    (health,) = health_of([found], jobs=world.jobs, clock=world.clock, next_run=lambda _: world.now)
    return health


def company(world: World, number: int, *failures: Failure | None) -> str:
    """A company whose syncs have ended like this, a minute after each other. None means Completed."""
    company_id = f"{number:08}-1111-4111-8111-111111111111"
    world.settings.add(settings_of(company_id))
    for failure in failures:
        world.pass_time(timedelta(minutes=1))
        job = new_job(company_id, Trigger.Request, world.now, world.now + LEASE)
        world.jobs.start(job)
        world.jobs.finish(company_id, job.id, failure, world.now)
    return company_id


def deactivate(world: World, company_id: str) -> None:
    before = settings_of(company_id)
    world.settings.replace(before, replace(before, is_active=False, updated_at=world.now))


def listed(world: World, window: Window = ALL) -> list[str]:
    found = list_health(world.settings.all(), window, jobs=world.jobs, clock=world.clock, next_run=lambda _: None)
    return [each.settings.company_id for each in found if each.settings.company_id != COMPANY_ID]


def test_company_without_a_sync_has_no_completed_one() -> None:
    world = World(people(3))
    found = health(world)
    assert (found.completed, found.state, found.next_run) == (None, SyncState(), world.now)


def test_health_has_the_last_completed_sync_and_the_failures_since_then() -> None:
    world = World(people(30))
    world.sync()
    world.pass_time(timedelta(minutes=1))
    world.source.records = people(29)
    world.sync()
    for _ in range(2):
        world.pass_time(timedelta(minutes=1))
        world.close(world.start(), "Axema is away.")
    found = health(world)
    assert found.completed is not None
    assert found.completed.counters is not None
    assert (found.completed.counters.found, found.completed.missing, found.state) == (29, 1, SyncState(2))


def test_preview_is_no_completed_sync() -> None:
    world = World(people(3))
    preview = world.start(is_preview=True)
    world.run(preview)
    world.close(preview)
    assert health(world).completed is None


def test_last_completed_sync_is_found_behind_many_failed_ones() -> None:
    world = World(people(3))
    world.sync()
    for _ in range(12):
        world.pass_time(timedelta(minutes=1))
        world.close(world.start(), "Axema is away.")
    found = health(world)
    assert (found.completed is not None, found.state.failures) == (True, 12)


def test_running_job_is_named() -> None:
    world = World(people(3))
    job = world.start()
    assert health(world).state.running == job.id
    world.run(job)
    world.close(job)
    assert health(world).state.running is None


def test_companies_are_listed_worst_first() -> None:
    world = World([])
    good, older = company(world, 1, None), company(world, 2, AWAY, None)
    failing, worse = company(world, 3, None, AWAY), company(world, 4, AWAY, AWAY)
    paused, new = company(world, 5, REJECTED, REJECTED, REJECTED), company(world, 6)
    inactive = company(world, 7, AWAY, AWAY, AWAY)
    deactivate(world, inactive)
    assert listed(world) == [paused, worse, failing, new, good, older, inactive]


def test_list_of_companies_is_paged() -> None:
    world = World([])
    companies = [company(world, number) for number in range(5)]
    assert listed(world, Window(1, 2)) == companies[1:3]
    assert listed(world, Window(4, 1)) == companies[4:]
