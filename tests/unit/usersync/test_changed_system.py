"""A company that changes to another Axema system: nobody's customer becomes somebody else's."""

from dataclasses import replace

from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.usersync.job import Counters
from bokabridge.usersync.plan import AMBIGUOUS
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import PagedWorld, user

OWN = LocalEndpoint("vaka.example.com", 443, "bridge")
ONLINE = VakaOnline("device", "client")
OTHER_ONLINE = VakaOnline("another device", "client")

ANNA = user("1", "Berg, Anna", "anna@example.com", "070-174 06 05")
BO = user("2", "Ek, Bo", "bo@example.com")
CIA = user("3", "Dahl, Cia")
DAN = user("1", "Falk, Dan", "dan@example.com")
EVA = user("3", "Gran, Eva")


def change_to(world: PagedWorld, connection: Connection) -> None:
    before = world.settings.find(COMPANY_ID)
    assert before is not None
    world.settings.replace(before, replace(before, connection=connection))


def world_with(*people: object) -> PagedWorld:
    world = PagedWorld(list(people))  # type: ignore[arg-type]
    change_to(world, OWN)
    world.synced()
    assert not world.last.system_changed
    return world


def test_customers_stay_with_their_people_when_ids_mean_others_in_the_new_system() -> None:
    world = world_with(ANNA, BO, CIA)
    before = world.customer_ids()
    change_to(world, ONLINE)
    world.lists([DAN, replace(ANNA, id="2"), EVA])
    assert world.synced()[0] == Counters(found=3, created=2, updated=1)
    assert (world.last.system_changed, world.last.missing) == (True, 2)
    after = world.customer_ids()
    assert {name: after[name] for name in before} == before
    assert set(after) == {"Anna Berg", "Bo Ek", "Cia Dahl", "Dan Falk", "Eva Gran"}
    assert world.synced()[0] == Counters(found=3, unchanged=3)
    assert not world.last.system_changed


def test_change_back_gives_everybody_their_customers_again() -> None:
    world = world_with(ANNA, BO, CIA)
    before = world.customer_ids()
    change_to(world, OTHER_ONLINE)
    world.lists([DAN, replace(ANNA, id="2", name="BERG, Anna")])
    world.synced()
    change_to(world, OWN)
    world.lists([ANNA, BO, CIA])
    assert world.synced()[0] == Counters(found=3, updated=1, unchanged=2)
    after = world.customer_ids()
    assert {name: after[name] for name in before} == before
    assert len(after) == 4


def test_new_address_of_the_own_system_keeps_people_without_an_email() -> None:
    world = world_with(ANNA, BO, CIA)
    before = world.customer_ids()
    change_to(world, replace(OWN, api_port=8443))
    world.lists([EVA, ANNA, BO])
    assert world.synced()[0] == Counters(found=3, created=1, updated=2)
    change_to(world, OWN)
    world.lists([ANNA, BO, CIA])
    world.synced()
    after = world.customer_ids()
    assert {name: after[name] for name in before} == before


def test_people_of_the_new_system_with_one_email_and_name_are_not_given_one_customer() -> None:
    world = world_with(ANNA)
    change_to(world, ONLINE)
    world.lists([replace(ANNA, id="7"), replace(ANNA, id="8")])
    assert world.synced()[0] == Counters(found=2, created=1, updated=1)
    assert world.synced()[0] == Counters(found=2, unchanged=2)


def test_person_with_two_customers_after_a_change_is_an_issue_and_no_guess() -> None:
    world = world_with(ANNA, replace(ANNA, id="9"))
    change_to(world, ONLINE)
    world.lists([replace(ANNA, id="5")])
    counters, issues = world.synced()
    assert counters == Counters(found=1, skipped=1)
    assert [(issue.key, issue.skipped) for issue in issues] == [("5", True)]
    assert world.synced() == (counters, issues)


def test_ambiguous_person_who_is_listed_twice_is_still_told_the_reason() -> None:
    world = world_with(ANNA, replace(ANNA, id="9"))
    change_to(world, ONLINE)
    for pages in ([[replace(ANNA, id="5")] * 2], [[replace(ANNA, id="5")]] * 2):
        world.lists(*pages)
        counters, issues = world.synced()
        assert counters == Counters(found=2, skipped=2)
        assert [issue.reason for issue in issues] == [AMBIGUOUS]
