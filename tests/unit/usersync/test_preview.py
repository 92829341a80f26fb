"""Previews: a sync that plans every page and writes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.errors import RetriableError
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.history import Outcome, list_changes
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL, PagedWorld, user

ASA, BO, CIA = user("u1", "Öberg, Åsa", "a@example.com"), user("u2", "Ek, Bo", "b@example.com"), user("u3", "Dal, Cia")
ASA_MARRIED = user("u1", "Lund, Åsa", "a@example.com")


def preview(world: PagedWorld) -> SyncJob:
    """A preview that is complete. One worker commits each page."""
    job = world.start(is_preview=True)
    while not world.run(job, lambda: True):
        pass
    world.close(job)
    return world.job(job)


def changes(world: PagedWorld, job: SyncJob) -> list[PersonChange]:
    return [each.change for each in list_changes(job, list(ChangeKind), ALL, changes=world.jobs.changes, now=world.now)]


def written(world: PagedWorld) -> tuple[int, int, object]:
    return world.customers.written, world.links.saved, world.jobs.headcount(COMPANY_ID)


@pytest.mark.parametrize("is_first", [True, False])
def test_preview_counts_and_lists_what_the_next_sync_does_and_writes_nothing(is_first: bool) -> None:
    world = PagedWorld([ASA, BO])
    if not is_first:
        world.synced()
    world.lists([ASA_MARRIED], [BO, CIA])
    before = written(world)
    planned = preview(world)
    assert (planned.status, planned.is_preview, written(world)) == (JobStatus.Completed, True, before)
    counters, _ = world.synced()
    assert counters == planned.counters
    assert changes(world, world.last) == changes(world, planned)
    assert {
        each.outcome
        for each in list_changes(planned, [ChangeKind.Create], ALL, changes=world.jobs.changes, now=world.now)
    } == {Outcome.Planned}


def test_sync_after_a_preview_trusts_the_roster_like_one_without() -> None:
    world = PagedWorld([ASA], [BO])
    world.synced()
    (bo,) = world.customers.existing(COMPANY_ID, [world.customer_ids()["Bo Ek"]]).values()
    world.customers.add_unlinked(replace(bo, person=Person("Bo", "Ändrad")))
    preview(world)
    counters, _ = world.synced()
    assert counters == Counters(found=2, unchanged=2), "Without trust, the sync would read the customer and correct it."


def test_sync_after_a_failed_preview_compares_everybody() -> None:
    world = PagedWorld([ASA], [BO])
    world.synced()
    world.close(world.start(is_preview=True), "The preview failed.")
    head = world.jobs.roster_head(COMPANY_ID)
    assert head is not None
    assert not head.is_trusted(3, 0)
    assert world.synced()[0] == Counters(found=2, unchanged=2)


def test_customer_that_an_earlier_page_would_adopt_is_not_planned_twice() -> None:
    """In the real run, the store knows of the first adoption. Each page of the preview has a worker of its own."""
    twins = [user("u1", "Öberg, Åsa", "a@example.com")], [user("u9", "Öberg, Åsa", "a@example.com")]
    world = PagedWorld(*twins)
    by_hand = Customer("by-hand", COMPANY_ID, Person("Åsa", "Öberg", "a@example.com"), world.now, world.now)
    world.customers.add_unlinked(by_hand)
    planned = preview(world)
    assert planned.counters == Counters(found=2, updated=1, created=1)
    counters, _ = world.synced()
    assert (counters, changes(world, world.last)) == (planned.counters, changes(world, planned))


def test_preview_decides_about_waiting_people_on_its_last_page() -> None:
    world = PagedWorld([ASA], [BO])
    world.synced()
    world.lists([user("u9", "Öberg, Åsa", "a@example.com")], [BO])
    planned = preview(world)
    assert planned.counters == Counters(found=2, updated=1, unchanged=1)
    counters, _ = world.synced()
    assert (counters, changes(world, world.last)) == (planned.counters, changes(world, planned))


def test_preview_takes_the_companys_lock_and_can_wait_for_axema() -> None:
    world = PagedWorld([ASA])

    def away(_: int) -> None:
        raise RetriableError("Axema is away.")

    world.paged.before = away
    job = world.start(is_preview=True)
    with pytest.raises(RetriableError):
        world.run(job)
    assert world.job(job).waiting
    world.paged.before = lambda _: None
    assert world.run(job)


def test_changes_of_a_preview_expire_after_7_days() -> None:
    world = PagedWorld([ASA])
    planned = preview(world)
    world.pass_time(timedelta(days=7))
    assert changes(world, planned) == []
