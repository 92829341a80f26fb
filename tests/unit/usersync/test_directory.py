"""The list of customers and their number, through syncs, removals, crashes and a booking system."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.errors import ServiceBusy
from bokabridge.paging import Page, Window
from bokabridge.usersync.directory import find_customers
from bokabridge.usersync.job import Counters
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import PagedWorld, user
from tests.unit.usersync.world import World, people

GUID, ANOTHER = "e378c9d4-52a3-5491-8bf3-9ecaaec8b58b", "0198c1d0-0000-7000-8000-00000000abcd"


def found(world: World, text: str = "", window: Window = Window(0, 10), after: str | None = None) -> Page[Customer]:  # noqa: B008
    return find_customers(
        COMPANY_ID,
        text,
        window,
        after,
        customers=world.customers,
        jobs=world.jobs,
        links=world.links,
    )


def total(world: World) -> int:
    """The stored number, because a request for no customers has nothing else."""
    return found(world, window=Window(0, 0)).total


def by_hand(world: World, customer_id: str, email: str | None = None) -> None:
    customer = Customer(customer_id, COMPANY_ID, Person("Bo", "Ek", email), world.now, world.now)
    world.customers.add_unlinked(customer)


def test_total_is_right_before_the_first_sync_and_after_it() -> None:
    world = World(people(250))
    by_hand(world, "by-hand")
    assert total(world) == 1
    world.sync()
    assert total(world) == 251


def test_total_follows_the_commits_of_a_running_sync() -> None:
    world = World(people(100))
    world.sync()
    world.source.records = people(300)
    job = world.start(is_forced=True)
    world.run(job, lambda: True)
    assert total(world) == 100
    world.run(job, lambda: True)
    assert total(world) == 200


def test_total_does_not_change_with_updates_and_adoptions() -> None:
    world = PagedWorld([user("a", "Ek, Bo", "bo@example.com"), user("b", "Berg, Anna")])
    by_hand(world, "by-hand", "bo@example.com")
    world.synced()
    world.lists([user("a", "Ek, Bo", "bo@example.com", "0701740605"), user("b", "Berg, Annika")])
    world.synced()
    assert (total(world), world.customers.count(COMPANY_ID)) == (2, 2)


def test_removed_customer_is_not_counted_and_counted_again_once_created_again() -> None:
    world = World(people(30))
    world.sync()
    removed = found(world).results[3].id
    world.customers.remove(COMPANY_ID, removed)
    world.jobs.note_removal(COMPANY_ID, 1)
    assert total(world) == 29
    world.sync()
    assert total(world) == 30


@pytest.mark.parametrize("event", ["removal counted twice", "added by hand", "removed without a word"])
def test_next_sync_corrects_a_wrong_total(event: str) -> None:
    world = World(people(30))
    by_hand(world, "first")
    world.sync()
    match event:
        case "removal counted twice":
            world.customers.remove(COMPANY_ID, "first")
            world.jobs.note_removal(COMPANY_ID, 1)
            world.jobs.note_removal(COMPANY_ID, 1)
        case "added by hand":
            by_hand(world, "second")
        case _:
            world.customers.remove(COMPANY_ID, "first")
    assert total(world) != world.customers.count(COMPANY_ID)
    world.sync()
    assert total(world) == world.customers.count(COMPANY_ID)


def miscounted(world: World) -> None:
    """The number of customers is wrong, and that of a large company."""
    before = world.jobs.headcount(COMPANY_ID)
    assert before is not None
    world.jobs.set_headcount(COMPANY_ID, before, replace(before, customers=5000))


class DyingLinks(InMemoryLinks):
    """The worker dies before it saves the links of the customers that it has created."""

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        raise Crash


def test_customers_of_a_first_sync_that_died_are_not_counted_twice() -> None:
    """The next sync is a first one as well, because there are no links, and creates the same customers."""
    world = World(people(3))
    links, world.links = world.links, DyingLinks()
    with pytest.raises(Crash):
        world.run(world.start())
    world.links = links
    world.pass_time(timedelta(minutes=10))
    world.sync()
    assert total(world) == 3


def test_large_company_is_counted_once_a_day() -> None:
    world = World(people(30))
    world.sync()
    miscounted(world)
    world.pass_time(timedelta(hours=19))
    world.sync()
    assert total(world) == 5000
    world.pass_time(timedelta(hours=1))
    world.sync()
    assert total(world) == 30


def test_large_company_is_counted_after_a_failed_sync_and_after_a_removal() -> None:
    world = World(people(30))
    world.sync()
    miscounted(world)
    world.close(world.start(), "The sync failed.")
    world.sync()
    assert total(world) == 30
    miscounted(world)
    world.jobs.note_removal(COMPANY_ID, 1)
    world.sync()
    assert total(world) == 30


class UncountableCustomers(InMemoryCustomers):
    """The directory is busy while somebody counts."""

    def make_searchable(self, company_id: str) -> int:
        raise ServiceBusy("The database is busy.")


def test_sync_completes_if_the_customers_cannot_be_counted_at_its_end() -> None:
    world = World(people(30))
    world.sync()
    uncountable = UncountableCustomers(world.clock)
    vars(uncountable).update(vars(world.customers))
    world.customers = uncountable
    assert world.sync() == Counters(found=30, unchanged=30)


def test_a_page_that_is_not_full_knows_the_total_by_itself() -> None:
    world = World(people(12))
    world.sync()
    by_hand(world, "z")
    assert [found(world, window=window).total for window in (Window(0, 20), Window(10, 10), Window(12, 10))] == [13] * 3
    assert found(world, window=Window(20, 10)).total == found(world, window=Window(0, 5)).total == 12
    assert found(world, window=Window(5, 8)).total == 13, "A full page shows that there are more than are counted."


def test_last_id_of_a_page_leads_to_the_next_one() -> None:
    world = World(people(25))
    world.sync()
    everybody = [each.id for each in found(world, window=Window(0, 100)).results]
    for text in ("", "Efternamn"):
        seen: list[str] = []
        while page := found(world, text, Window(0, 10), seen[-1] if seen else None).results:
            seen += [each.id for each in page]
        assert seen == everybody


@pytest.mark.parametrize("text", [GUID, GUID.upper(), f" {{{GUID}}} "])
def test_search_finds_the_customer_of_an_axema_user_by_its_guid_in_any_case(text: str) -> None:
    world = PagedWorld([user(GUID, "Ek, Bo"), user(ANOTHER, "Berg, Anna")])
    assert found(world, text).results == []
    world.synced()
    assert [each.person.first_name for each in found(world, text).results] == ["Bo"]


def test_search_finds_an_adopted_customer_by_both_ids() -> None:
    world = PagedWorld([user(GUID, "Ek, Bo", "bo@example.com")])
    by_hand(world, ANOTHER, "bo@example.com")
    world.synced()
    assert [[each.id for each in found(world, text).results] for text in (GUID, ANOTHER)] == [[ANOTHER]] * 2
