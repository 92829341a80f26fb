"""Why a person is a customer or is not."""

from dataclasses import replace
from datetime import timedelta

from bokabridge.usersync.people import AxemaUser
from bokabridge.usersync.roster import day_of
from bokabridge.usersync.why import Explainer, Explanation, NextStep
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL
from tests.unit.usersync.world import World, people

HAND = "99999999-9999-4999-8999-999999999999"
NAMELESS = AxemaUser("user-nameless", "", "nameless@example.com")


def explain(world: World, text: str, after_days: int = 0) -> list[Explanation]:
    stores = (world.jobs, world.jobs.rosters, world.issues, world.links, world.customers)
    return Explainer(*stores, after_days, day_of(world.now)).explain(COMPANY_ID, text)


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
        assert found.next_step is NextStep.Compare


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
