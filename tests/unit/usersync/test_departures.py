"""People who left: known, listed, and made inactive after a while; and people who come back."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer
from bokabridge.usersync.changes import VISIBLE, ChangeKind, FieldChange, PersonChange
from bokabridge.usersync.history import list_changes
from bokabridge.usersync.job import Counters, SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import ALL, PagedWorld, user

ASA, BO, CIA = user("u1", "Öberg, Åsa", "a@example.com"), user("u2", "Ek, Bo", "b@example.com"), user("u3", "Dal, Cia")
DAY = timedelta(days=1)
HIDDEN = (FieldChange(VISIBLE, "true", "false"),)
SHOWN = (FieldChange(VISIBLE, "false", "true"),)


class CountingLinks(InMemoryLinks):
    """`listings` counts how often all links were read."""

    listings = 0

    def all(self, company_id: str) -> Iterable[Link]:
        self.listings += 1
        return super().all(company_id)


class CrashingCustomers(InMemoryCustomers):
    """The process crashes before or after it makes customers inactive."""

    crash = ""

    def set_visible(self, company_id: str, customer_ids: Collection[str], *, is_visible: bool) -> None:
        if self.crash != "before":
            super().set_visible(company_id, customer_ids, is_visible=is_visible)
        if self.crash:
            raise Crash


class DepartureWorld(PagedWorld):
    """A company that has synced Åsa, Bo and Cia. Customers become inactive after a week."""

    def __init__(self, after_days: int = 7) -> None:
        super().__init__([ASA, BO], [CIA])
        self.links = self.counting = CountingLinks()
        self.customers = self.crashing = CrashingCustomers(self.clock)
        before = self.settings.find(COMPANY_ID)
        assert before is not None
        safeguards = replace(before.safeguards, deactivate_after_days=after_days)
        self.settings.replace(before, replace(before, safeguards=safeguards, updated_at=self.now))
        self.synced()
        self.ids = self.customer_ids()

    def changes(self, job: SyncJob | None = None) -> list[PersonChange]:
        job, log = job or self.last, self.jobs.changes
        return [each.change for each in list_changes(job, list(ChangeKind), ALL, changes=log, now=self.now)]

    def kinds(self) -> list[tuple[ChangeKind, str]]:
        return [(change.kind, change.source_user_id) for change in self.changes()]

    def customer(self, name: str) -> Customer:
        return self.customers.existing(COMPANY_ID, [self.ids[name]])[self.ids[name]]

    def leave_for(self, days: int) -> None:
        """Bo leaves, and is away for this many days."""
        self.lists([ASA], [CIA])
        self.synced()
        self.pass_time(days * DAY)

    def set_by_hand(self, name: str, *, is_visible: bool) -> None:
        self.customers.set_visible(COMPANY_ID, [self.ids[name]], is_visible=is_visible)


def test_person_who_left_is_listed_once_and_missing_from_then_on() -> None:
    world = DepartureWorld()
    world.leave_for(1)
    assert world.changes() == [PersonChange(ChangeKind.Left, "u2", world.ids["Bo Ek"], "Bo Ek")]
    world.synced()
    assert (world.changes(), world.last.missing) == ([], 1)
    assert world.customer("Bo Ek").is_visible


def test_links_are_read_only_when_somebody_leaves_or_is_due() -> None:
    world = DepartureWorld()
    world.synced()
    assert world.counting.listings == 0
    world.leave_for(6)
    world.synced()
    assert world.counting.listings == 1
    world.pass_time(1 * DAY)
    world.synced()
    world.synced()
    assert world.counting.listings == 2


@pytest.mark.parametrize(("days", "is_visible"), [(6, True), (7, False), (100, False)])
def test_customer_becomes_inactive_after_the_days_of_the_settings(days: int, is_visible: bool) -> None:
    world = DepartureWorld()
    world.leave_for(days)
    world.synced()
    assert world.customer("Bo Ek").is_visible is is_visible
    expected = [] if is_visible else [PersonChange(ChangeKind.Deactivate, "u2", world.ids["Bo Ek"], "Bo Ek", HIDDEN)]
    assert world.changes() == expected
    assert world.last.counters == Counters(found=2, unchanged=2)


def test_customers_stay_active_without_the_setting() -> None:
    world = DepartureWorld(after_days=0)
    world.leave_for(1000)
    world.synced()
    assert (world.changes(), world.customer("Bo Ek").is_visible) == ([], True)


def test_failed_syncs_do_not_count_as_absence() -> None:
    world = DepartureWorld()
    world.lists([ASA], [CIA])
    job = world.start()
    world.run(job, lambda: True)
    world.close(job, "Failed.")
    world.pass_time(8 * DAY)
    world.synced()
    assert world.kinds() == [(ChangeKind.Left, "u2")]


def test_person_who_comes_back_unchanged_before_the_time_costs_no_write() -> None:
    world = DepartureWorld()
    world.leave_for(3)
    world.lists([ASA, BO], [CIA])
    assert world.synced()[0] == Counters(found=3, unchanged=3)
    world.leave_for(5)
    world.synced()
    assert world.customer("Bo Ek").is_visible, "The days before Bo came back do not count."


@pytest.mark.parametrize("renamed", [False, True])
def test_person_who_comes_back_is_active_again(renamed: bool) -> None:
    world = DepartureWorld()
    world.leave_for(7)
    world.synced()
    back = user("u2", "Ek, Bosse", "b@example.com") if renamed else BO
    world.lists([ASA, back], [CIA])
    counters, _ = world.synced()
    assert counters == Counters(found=3, updated=1, unchanged=2)
    assert world.customer("Bo Ek").is_visible
    (change,) = world.changes()
    assert (change.kind, change.fields[-1:]) == (ChangeKind.Reactivate, SHOWN)
    assert world.synced()[0] == Counters(found=3, unchanged=3)


def test_person_who_comes_back_with_a_new_user_id_is_active_again() -> None:
    world = DepartureWorld()
    world.leave_for(7)
    world.synced()
    world.lists([ASA, replace(BO, id="u9")], [CIA])
    world.synced()
    assert world.kinds() == [(ChangeKind.Reactivate, "u9")]
    assert world.customer("Bo Ek").is_visible


def test_customer_that_was_made_inactive_by_hand_is_left_alone() -> None:
    world = DepartureWorld()
    world.set_by_hand("Bo Ek", is_visible=False)
    world.leave_for(7)
    world.synced()
    assert world.changes() == []
    world.lists([ASA, user("u2", "Ek, Bosse", "b@example.com")], [CIA])
    world.synced()
    assert world.kinds() == [(ChangeKind.Update, "u2")]
    assert not world.customer("Bo Ek").is_visible


def test_customer_that_was_made_active_by_hand_stays_active() -> None:
    world = DepartureWorld()
    world.leave_for(7)
    world.synced()
    world.set_by_hand("Bo Ek", is_visible=True)
    world.pass_time(30 * DAY)
    world.synced()
    assert (world.changes(), world.customer("Bo Ek").is_visible) == ([], True)


@pytest.mark.parametrize("crash", ["before", "after"])
@pytest.mark.parametrize("by", ["the same job", "the next job"])
def test_deactivation_survives_a_worker_that_dies(crash: str, by: str) -> None:
    world = DepartureWorld()
    world.leave_for(7)
    world.crashing.crash = crash
    job = world.start()
    with pytest.raises(Crash):
        world.run(job)
    world.crashing.crash = ""
    if by == "the next job":
        world.close(job, "Failed.")
        job = world.start()
    world.run_to_the_end(job)
    world.close(job)
    assert not world.customer("Bo Ek").is_visible
    if by == "the same job":
        assert [change.kind for change in world.changes(world.job(job))] == [ChangeKind.Deactivate]
    world.lists([ASA, BO], [CIA])
    world.synced()
    assert world.customer("Bo Ek").is_visible, "It is known that a sync made the customer inactive."


def test_preview_lists_who_would_become_inactive() -> None:
    world = DepartureWorld()
    world.leave_for(7)
    job = world.start(is_preview=True)
    world.run_to_the_end(job)
    world.close(job)
    assert [change.kind for change in world.changes(world.job(job))] == [ChangeKind.Deactivate]
    assert world.customer("Bo Ek").is_visible
    world.synced()
    assert not world.customer("Bo Ek").is_visible


def test_truncated_list_makes_nobody_inactive() -> None:
    everyone = [BO, *(user(f"user-{at}", f"Ek, Di{at}") for at in range(200))]
    world = DepartureWorld()
    world.lists(everyone)
    world.run_to_the_end(job := world.start(is_forced=True))
    world.close(job)
    for _ in range(3):
        world.lists(everyone[:100])
        truncated = world.start()
        with pytest.raises(Exception, match="101 people are missing"):
            world.run(truncated)
        world.close(truncated, "Held back.")
        world.pass_time(10 * DAY)
    world.lists(everyone)
    world.synced()
    inactive = world.customers.list(COMPANY_ID, ALL, visible=False)
    assert {customer.source_user_id for customer in inactive} <= {"u1", "u3"}, "Åsa and Cia have left."
