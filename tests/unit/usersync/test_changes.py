"""The changes that a sync logs about each person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.paging import Window
from bokabridge.usersync.changes import ChangeKind, FieldChange, PersonChange
from bokabridge.usersync.history import Outcome, list_changes
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.people import NoText, Record
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import ALL, PagedWorld, user
from tests.unit.usersync.world import CrashingJobs

ASA, BO = user("u1", "Öberg, Åsa", "asa@example.com"), user("u2", "Ek, Bo", "bo@example.com", "070-174 06 05")
ASA_MOVED_ON = user("u1", "Öberg Lund, Åsa", "asa.lund@example.com")
LAST_NAME = FieldChange("last_name", "Öberg", "Öberg Lund")
EMAIL = FieldChange("email", "asa@example.com", "asa.lund@example.com")


def changes(world: PagedWorld, job: SyncJob, kinds: Sequence[ChangeKind] = tuple(ChangeKind)) -> list[PersonChange]:
    return [each.change for each in list_changes(world.job(job), kinds, ALL, changes=world.jobs.changes, now=world.now)]


def kinds_of(found: Sequence[PersonChange]) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.source_user_id) for change in found]


def synced_from(*pages: Sequence[Record]) -> PagedWorld:
    world = PagedWorld(*pages)
    world.synced()
    return world


def test_created_people_are_logged_with_the_customers_name_and_no_fields() -> None:
    world = synced_from([ASA], [BO])
    ids = world.customer_ids()
    assert changes(world, world.last) == [
        PersonChange(ChangeKind.Create, "u1", ids["Åsa Öberg"], "Åsa Öberg"),
        PersonChange(ChangeKind.Create, "u2", ids["Bo Ek"], "Bo Ek"),
    ]


def test_updated_person_is_logged_with_the_fields_that_differ() -> None:
    world = synced_from([ASA, BO])
    world.lists([ASA_MOVED_ON, BO])
    world.synced()
    (change,) = changes(world, world.last)
    assert (change.kind, change.name, change.fields) == (ChangeKind.Update, "Åsa Öberg Lund", (LAST_NAME, EMAIL))


def test_cleared_and_absent_fields_are_told_apart() -> None:
    world = synced_from([BO, user("u3", "Dal, Cia", "cia@example.com", "070-174 06 06")])
    absent = replace(user("u3", "Dahl, Cia", "cia@example.com"), phone=NoText.Absent)
    world.lists([user("u2", "Ek, Bo", "bo@example.com"), absent])
    world.synced()
    cleared, renamed = changes(world, world.last)
    assert cleared.fields == (FieldChange("phone", "+46701740605", None),)
    assert renamed.fields == (FieldChange("last_name", "Dal", "Dahl"),)


def test_unchanged_people_are_not_logged_and_kinds_can_be_chosen() -> None:
    world = synced_from([ASA, BO])
    world.lists([ASA_MOVED_ON, BO, user("u3", "Dal, Cia")])
    world.synced()
    assert kinds_of(changes(world, world.last)) == [(ChangeKind.Update, "u1"), (ChangeKind.Create, "u3")]
    assert kinds_of(changes(world, world.last, [ChangeKind.Create])) == [(ChangeKind.Create, "u3")]


def test_adopted_customer_is_logged_with_what_it_had() -> None:
    world = PagedWorld([ASA])
    by_hand = Customer("by-hand", COMPANY_ID, Person("Åsa", "Berg", "asa@example.com"), world.now, world.now)
    world.customers.add_unlinked(by_hand)
    world.synced()
    (change,) = changes(world, world.last)
    assert (change.kind, change.customer_id) == (ChangeKind.Adopt, "by-hand")
    assert change.fields == (FieldChange("last_name", "Berg", "Öberg"),)


def test_person_with_a_new_user_id_is_logged_as_adopting_the_same_customer() -> None:
    world = synced_from([ASA])
    world.lists([replace(ASA, id="u9")])
    world.synced()
    change = changes(world, world.last)[0]
    assert (change.kind, change.source_user_id, change.fields) == (ChangeKind.Adopt, "u9", ())
    assert change.customer_id == world.customer_ids()["Åsa Öberg"]


def test_logged_creations_and_updates_are_as_many_as_counted() -> None:
    world = PagedWorld([ASA, BO], [user("u3", "Dal, Cia")])
    created, _ = world.synced()
    assert len(changes(world, world.last)) == created.created == 3
    world.lists([ASA_MOVED_ON, replace(BO, email="bosse@example.com")], [user("u3", "Dal, Cia"), user("u4", "El, Di")])
    counted, _ = world.synced()
    kinds = [change.kind for change in changes(world, world.last)]
    assert (kinds.count(ChangeKind.Create), kinds.count(ChangeKind.Update)) == (counted.created, counted.updated)


class CrashingLinks(InMemoryLinks):
    """The process crashes before it saves links if `crash_next` is set."""

    crash_next = False

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        if self.crash_next:
            self.crash_next = False
            raise Crash
        super().save(company_id, links)


class CrashingCustomers(InMemoryCustomers):
    """The process crashes before it writes customers if `crash_next` is set."""

    crash_next = False

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        if self.crash_next:
            self.crash_next = False
            raise Crash
        super().apply(company_id, writes)


@pytest.mark.parametrize("crash", ["before the links", "before the commit"])
def test_values_before_a_change_outlive_a_worker_that_dies(crash: str) -> None:
    world = PagedWorld([ASA, BO])
    world.jobs = jobs = CrashingJobs(world.settings)
    world.links = links = CrashingLinks()
    world.synced()
    world.lists([ASA_MOVED_ON, BO])
    job = world.start()
    links.crash_next, jobs.crash_next = crash == "before the links", crash == "before the commit"
    with pytest.raises(Crash):
        world.run(job)
    (unknown,) = list_changes(world.job(job), tuple(ChangeKind), ALL, changes=world.jobs.changes, now=world.now)
    assert (unknown.outcome, unknown.change.fields) == (Outcome.Unknown, (LAST_NAME, EMAIL))
    world.run_to_the_end(job)
    (change,) = changes(world, job)
    assert (change.kind, change.fields) == (ChangeKind.Update, (LAST_NAME, EMAIL))


def test_change_that_a_dead_worker_made_is_kept_when_the_list_changes_back() -> None:
    """The customer's way there and back takes two changes, on whatever pages they are."""
    world = PagedWorld([ASA, BO], [])
    world.jobs = jobs = CrashingJobs(world.settings)
    world.synced()
    world.lists([ASA_MOVED_ON, BO], [])
    job = world.start()
    jobs.crash_next = True
    with pytest.raises(Crash):
        world.run(job)
    world.lists([BO], [ASA])
    world.run_to_the_end(job)
    there, back = changes(world, job)
    assert there.fields == (LAST_NAME, EMAIL)
    assert [(each.before, each.after) for each in back.fields] == [(each.after, each.before) for each in there.fields]


def test_change_that_a_dead_worker_did_not_make_is_not_logged() -> None:
    world = PagedWorld([ASA, BO])
    world.customers = customers = CrashingCustomers(world.clock)
    world.synced()
    world.lists([ASA_MOVED_ON, BO])
    job = world.start()
    customers.crash_next = True
    with pytest.raises(Crash):
        world.run(job)
    world.lists([ASA, BO])
    world.run_to_the_end(job)
    assert changes(world, job) == []


def test_changes_are_read_in_windows_and_not_after_they_have_expired() -> None:
    world = synced_from([ASA, BO], [user("u3", "Dal, Cia")])
    job, log = world.last, world.jobs.changes
    middle = list_changes(job, tuple(ChangeKind), Window(1, 1), changes=log, now=world.now)
    assert [(each.change.source_user_id, each.outcome) for each in middle] == [("u2", Outcome.Done)]
    later = job.created_at + timedelta(days=90)
    assert len(list_changes(job, tuple(ChangeKind), ALL, changes=log, now=later - timedelta(seconds=1))) == 3
    assert list_changes(job, tuple(ChangeKind), ALL, changes=log, now=later) == []
