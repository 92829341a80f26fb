"""Syncs that are held back because they would change or miss suspiciously many people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import Safeguards
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.history import Outcome, list_changes
from bokabridge.usersync.hold import Floors, HeldBack, Limits, limits_of
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL
from tests.unit.usersync.world import World, people

NEW = people(400)


def safeguard(world: World, **safeguards: int) -> None:
    before = world.settings.find(COMPANY_ID)
    assert before is not None
    after = replace(before, safeguards=replace(before.safeguards, **safeguards))
    world.settings.replace(before, replace(after, updated_at=before.updated_at + timedelta(seconds=1)))


def synced(number: int, page_size: int = 100) -> World:
    world = World(people(number), page_size)
    world.sync()
    world.customers.written = world.links.saved = 0
    return world


def run_page_by_page(world: World, job: SyncJob) -> None:
    """Each page has a worker of its own."""
    while not world.run(job, lambda: True):
        pass


def held(world: World) -> SyncJob:
    """A sync that is held back."""
    job = world.start()
    with pytest.raises(HeldBack) as reason:
        run_page_by_page(world, job)
    world.close(job, str(reason.value))
    return world.job(job)


def outcomes(world: World, job: SyncJob) -> list[Outcome]:
    found = list_changes(job, list(ChangeKind), ALL, changes=world.jobs.changes, now=world.now)
    return [each.outcome for each in found]


def test_page_that_exceeds_the_limit_is_not_written_nor_are_the_ones_after_it() -> None:
    world = synced(200)
    world.source.records = [*people(30, email="example.org"), *people(200)[30:], *NEW[200:]]
    job = held(world)
    assert job.status is JobStatus.Failed
    assert job.counters == Counters(found=400, updated=30, unchanged=170, held=200)
    assert (world.customers.written, world.links.saved) == (30, 30)
    assert outcomes(world, job) == [Outcome.Done] * 30 + [Outcome.Held] * 200
    assert (
        job.error
        == job.held_reason
        == (
            "The sync was held back: 230 people would be created or updated (the limit is 50). 30 people were written "
            "before that, and 200 were not. The job's changes list them. If they are right, start the sync again with "
            "Force: true."
        )
    )


def test_forced_sync_writes_what_was_held_back() -> None:
    world = synced(200)
    world.source.records = NEW
    held(world)
    assert world.sync(is_forced=True) == Counters(found=400, created=200, unchanged=200)
    assert world.sync() == Counters(found=400, unchanged=400)


def test_first_sync_is_not_held_back_not_even_after_a_failed_one() -> None:
    world = World(NEW)
    job = world.start()
    world.run(job, lambda: True)
    world.close(job, "Failed.")
    assert world.sync() == Counters(found=400, created=300, unchanged=100)


@pytest.mark.parametrize(("changed", "is_held"), [(50, False), (51, True)])
def test_small_company_may_change_50_people_at_once(changed: int, is_held: bool) -> None:
    world = synced(60)
    world.source.records = [*people(changed, email="example.org"), *people(60)[changed:]]
    assert bool(held(world)) if is_held else world.sync().updated == changed


@pytest.mark.parametrize(("left", "is_held"), [(20, False), (21, True)])
def test_list_without_many_people_is_held_back_on_its_last_page(left: int, is_held: bool) -> None:
    world = synced(60)
    world.source.records = [*people(5, email="example.org"), *people(60 - left)[5:]]
    if not is_held:
        assert world.sync().updated == 5
        return
    job = held(world)
    assert (job.counters, job.missing, world.customers.written) == (
        Counters(found=39, unchanged=34, held=5),
        21,
        0,
    )
    assert "21 people are missing from Axema's list (the limit is 20)" in str(job.error)
    assert world.sync(is_forced=True) == Counters(found=39, updated=5, unchanged=34)


def test_people_who_were_missing_before_do_not_hold_a_sync_back() -> None:
    world = synced(60)
    world.source.records = people(40)
    world.sync()
    world.source.records = people(25)
    world.sync()
    assert world.sync() == Counters(found=25, unchanged=25)


def test_roster_of_a_held_sync_is_not_the_companys() -> None:
    """So the people whom a truncated list does not have are not missing for the next sync either."""
    world = synced(60)
    world.source.records = people(10)
    head = world.jobs.roster_head(COMPANY_ID)
    held(world)
    held(world)
    assert world.jobs.roster_head(COMPANY_ID) == head
    world.source.records = people(60)
    assert world.sync() == Counters(found=60, unchanged=60)


def test_zero_percent_turns_a_rule_off() -> None:
    world = synced(200)
    safeguard(world, hold_changes_percent=0, hold_missing_percent=0)
    world.source.records = people(300)[100:]
    assert world.sync() == Counters(found=200, created=100, unchanged=100)


def test_another_system_is_held_back() -> None:
    world = synced(60)
    before = world.settings.find(COMPANY_ID)
    assert before is not None
    another = replace(before, connection=VakaOnline("another", "client"), updated_at=world.now)
    world.settings.replace(before, another)
    assert held(world).system_changed


def test_preview_says_that_a_sync_would_be_held_back_and_completes() -> None:
    world = synced(200)
    world.source.records = NEW
    job = world.start(is_preview=True)
    assert world.run(job)
    planned = world.job(job)
    assert planned.counters == Counters(found=400, created=200, unchanged=200)
    assert planned.held_reason == (
        "A sync would be held back: 200 people would be created or updated (the limit is 50). If this is right, "
        "start it with Force: true."
    )
    assert set(outcomes(world, planned)) == {Outcome.Planned}


def test_page_after_the_hold_does_not_adopt_what_an_earlier_held_page_would_have() -> None:
    world = synced(60, page_size=60)
    safeguard(world, hold_missing_percent=0)
    world.source.records = people(200)[60:]
    job = held(world)
    assert job.counters == Counters(found=140, held=140)


@pytest.mark.parametrize(
    ("known", "safeguards", "limits"),
    [
        (None, Safeguards(), Limits()),
        (0, Safeguards(), Limits(50, 20)),
        (1000, Safeguards(), Limits(200, 200)),
        (1000, Safeguards(1, 50), Limits(50, 500)),
        (1000, Safeguards(0, 100), Limits(None, 1000)),
    ],
)
def test_limits_follow_from_the_known_people(known: int | None, safeguards: Safeguards, limits: Limits) -> None:
    job = World([]).start()
    assert limits_of(job, safeguards, known, Floors()) == limits
    assert limits_of(replace(job, is_forced=True), safeguards, known, Floors()) == Limits()
