"""Companies whose last completed sync is older than their schedule allows."""

from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.settings.fakes import InMemoryScheduler
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.overdue import LONGEST_RUN, list_overdue
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World, people

SAVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""A Friday."""
FLEXIBLE = timedelta(minutes=15)
PATIENCE = LONGEST_RUN + FLEXIBLE


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


def overdue(world: World, expression: str, now: datetime, timezone: str = "UTC") -> list[str]:
    schedules = InMemoryScheduler(changed_at=SAVED)
    schedules.put(COMPANY_ID, expression, timezone)
    return list(list_overdue(schedules=schedules, jobs=world.jobs, now=now, flexible=FLEXIBLE))


def synced(completed: datetime, status: JobStatus = JobStatus.Completed) -> World:
    """A world in which one sync has ended at this time."""
    world = World(people(1))
    world.now = completed - timedelta(minutes=10)
    job = world.start()
    world.jobs.finish(COMPANY_ID, job.id, None if status is JobStatus.Completed else Failure("Why."), completed)
    return world


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 day)", at("21T12:00")),
        ("rate(15 minutes)", at("21T03:15")),
        ("cron(0 3 * * ? *)", at("22T03:00")),
        ("cron(0 3 ? * MON-FRI *)", at("23T03:00")),
        ("cron(0 3 ? * FRI#4 *)", at("27T03:00")),
    ],
)
def test_company_is_overdue_when_its_next_scheduled_sync_should_have_completed(expression: str, due: datetime) -> None:
    world = synced(completed=at("21T03:10"))
    assert overdue(world, expression, due + PATIENCE) == []
    assert overdue(world, expression, due + PATIENCE + timedelta(seconds=1)) == [COMPANY_ID]


def test_schedule_is_read_in_its_time_zone() -> None:
    world = synced(completed=at("21T03:10"))
    due = at("22T02:00")
    assert overdue(world, "cron(0 3 * * ? *)", due + PATIENCE, "Europe/Stockholm") == []
    assert overdue(world, "cron(0 3 * * ? *)", due + PATIENCE + timedelta(1), "Europe/Stockholm") == [COMPANY_ID]


def test_failed_sync_does_not_count() -> None:
    world = synced(completed=at("21T03:10"), status=JobStatus.Failed)
    assert overdue(world, "cron(0 3 * * ? *)", at("21T03:00") + PATIENCE + timedelta(seconds=1)) == [COMPANY_ID]


def test_company_without_a_sync_is_overdue_after_its_schedules_first_start() -> None:
    world = World(people(1))
    assert overdue(world, "rate(1 day)", SAVED + timedelta(days=1) + PATIENCE) == []
    assert overdue(world, "rate(1 day)", SAVED + timedelta(days=1, seconds=1) + PATIENCE) == [COMPANY_ID]


def test_changed_schedule_counts_from_its_change() -> None:
    """The company had no schedule, or a rarer one, before."""
    world = synced(completed=SAVED - timedelta(days=300))
    assert overdue(world, "rate(1 day)", SAVED + timedelta(hours=23)) == []


def test_schedule_that_never_starts_a_sync_is_not_overdue() -> None:
    """Schedules of earlier releases were not checked for that."""
    assert overdue(World(people(1)), "cron(0 3 31 2 ? *)", SAVED + timedelta(days=30)) == []


def test_company_without_a_schedule_is_not_overdue() -> None:
    world = synced(completed=SAVED)
    none = InMemoryScheduler()
    assert list(list_overdue(schedules=none, jobs=world.jobs, now=at("30T00:00"), flexible=FLEXIBLE)) == []


def test_preview_is_no_sync() -> None:
    world = synced(completed=at("21T03:10"))
    world.now = at("21T04:00")
    job = world.start(is_preview=True)
    world.run(job)
    world.pass_time(timedelta(hours=20))
    world.close(job)
    late = at("23T00:00")
    assert overdue(world, "cron(0 3 * * ? *)", late) == [COMPANY_ID]
