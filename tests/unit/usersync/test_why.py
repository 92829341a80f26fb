"""Why a person is a customer or is not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.people import AxemaUser, NoText
from bokabridge.usersync.read import last_completed
from bokabridge.usersync.roster import day_of
from bokabridge.usersync.why import Explainer, Explanation, NextStep
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL
from tests.unit.usersync.world import World, people

HAND = "99999999-9999-4999-8999-999999999999"
NAMELESS = AxemaUser("user-nameless", "", "nameless@example.com")


def explain(world: World, text: str, after_days: int = 0) -> list[Explanation]:
    stores = (world.jobs, world.jobs.rosters, world.issues, world.links, world.customers)
    found = Explainer(*stores, system_of(world), after_days, day_of(world.now)).explain(COMPANY_ID, text)
    assert found.completed == last_completed(COMPANY_ID, world.jobs)
    return found.people


def system_of(world: World) -> str:
    settings = world.settings.find(COMPANY_ID)
    assert settings is not None
    return settings.connection.system


def synced(number: int = 30) -> World:
    world = World(people(number))
    world.sync()
    return world


def test_person_is_found_by_id_email_and_name_with_the_job_that_wrote_the_customer() -> None:
    world = synced(3)
    (job,) = world.listed()
    for text in ("user-000001", " user-000001 ", "user1@example.com", "Efternamn1"):
        (found,) = explain(world, text)
        assert (found.source_user_id, found.is_listed, found.missing_day) == ("user-000001", True, None)
        assert (found.changed_by, found.changed_at) == (job.id, job.created_at)
        assert found.customer is not None
        assert found.next_step is NextStep.Nothing


def test_skipped_record_is_explained_by_its_issue() -> None:
    world = World([*people(2), NAMELESS])
    world.sync()
    (found,) = explain(world, "user-nameless")
    assert (found.customer, found.is_listed, found.next_step) == (None, True, NextStep.Skip)
    assert found.issue is not None
    assert found.issue.reason


def test_missing_person_has_the_day_and_is_deactivated_when_it_is_time() -> None:
    world = synced()
    gone_on = day_of(world.now)
    world.source.records = people(29)
    world.sync()
    world.pass_time(timedelta(days=2))
    (found,) = explain(world, "user-000029")
    assert (found.is_listed, found.missing_day, found.next_step) == (False, gone_on, NextStep.Nothing)
    assert explain(world, "user-000029", after_days=3)[0].next_step is NextStep.Nothing
    assert explain(world, "user-000029", after_days=2)[0].next_step is NextStep.Deactivate


def test_customer_whom_no_sync_has_written_has_no_user() -> None:
    world = synced(3)
    by_hand = replace(world.customers.list(COMPANY_ID, ALL)[0], id=HAND, source_user_id=None)
    world.customers.add_unlinked(replace(by_hand, person=replace(by_hand.person, last_name="Handskriven")))
    (found,) = explain(world, "Handskriven")
    assert (found.source_user_id, found.is_listed, found.next_step) == (None, False, NextStep.Nothing)


def test_removed_customer_of_a_listed_user_is_created_again() -> None:
    world = synced(3)
    (found,) = explain(world, "user-000001")
    assert found.customer is not None
    world.customers.remove(COMPANY_ID, found.customer.id)
    assert explain(world, "user-000001")[0].next_step is NextStep.Create


def test_nobody_is_found_before_a_sync_and_by_an_unknown_id() -> None:
    assert explain(World(people(3)), "user-000001") == []
    assert explain(synced(3), "user-000009") == []


def edited(world: World, user_id: str) -> None:
    """Somebody changes the customer by hand."""
    (found,) = explain(world, user_id)
    assert found.customer is not None
    person = replace(found.customer.person, last_name="Ändrad")
    world.customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, found.customer.id, user_id, person)])


def test_customer_changed_by_hand_is_written_only_by_a_sync_that_does_not_trust_the_roster() -> None:
    world = synced(3)
    edited(world, "user-000001")
    assert explain(world, "user-000001")[0].next_step is NextStep.Nothing
    assert world.sync().updated == 0
    world.close(world.start(), "Axema is away.")
    assert explain(world, "user-000001")[0].next_step is NextStep.Update
    assert explain(world, "user-000002")[0].next_step is NextStep.Nothing
    assert world.sync().updated == 1


def test_fields_that_axema_does_not_send_do_not_count_as_changed() -> None:
    world = World([AxemaUser("u1", "Berg, Anna", NoText.Absent, NoText.Absent)])
    world.sync()
    (found,) = explain(world, "u1")
    assert found.customer is not None
    with_phone = replace(found.customer.person, phone="+46701740605")
    world.customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, found.customer.id, "u1", with_phone)])
    world.close(world.start(), "Axema is away.")
    assert explain(world, "u1")[0].next_step is NextStep.Nothing
    assert world.sync().updated == 0


def test_person_of_a_later_request_is_listed_with_the_job_that_wrote_the_customer() -> None:
    world = synced(3)
    world.source.records = people(4)
    job = world.start(only_user_id="user-000003")
    world.run(job)
    world.close(job)
    (found,) = explain(world, "user3@example.com")
    assert (found.is_listed, found.changed_by, found.next_step) == (True, job.id, NextStep.Nothing)


def test_person_of_a_request_before_the_first_sync_is_on_no_list() -> None:
    world = World(people(3))
    job = world.start(only_user_id="user-000001")
    world.run(job)
    world.close(job)
    (found,) = explain(world, "Efternamn1")
    assert (found.source_user_id, found.is_listed, found.changed_by) == ("user-000001", None, job.id)


def test_guid_is_found_in_any_case() -> None:
    world = World([AxemaUser(HAND, "Berg, Anna", None)])
    world.sync()
    assert explain(world, HAND.upper())[0].source_user_id == HAND


class CountedLinks(InMemoryLinks):
    """Counts the links that are read."""

    reads = 0

    def existing(self, company_id: str, user_keys: Collection[str]) -> Mapping[str, Link]:
        self.reads += len(user_keys)
        return super().existing(company_id, user_keys)

    def all(self, company_id: str) -> Iterable[Link]:
        raise AssertionError("all links were read")


def test_search_reads_the_links_of_those_whom_it_finds() -> None:
    world = World(people(300))
    world.links = counted = CountedLinks()
    world.sync()
    before = counted.reads
    assert len(explain(world, "user7@example.com")) == 1
    assert counted.reads - before <= 3
