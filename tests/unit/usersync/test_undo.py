"""Undoing a sync: what is given back, what stays, and what the next sync does."""

from dataclasses import replace

import pytest

from bokabridge.settings.model import Safeguards
from bokabridge.usersync.changes import VISIBLE, ChangeKind, FieldChange
from bokabridge.usersync.job import Counters, JobStatus
from bokabridge.usersync.people import Issue
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL
from tests.unit.usersync.undos import ASA, ASA_MARRIED, BO, CIA, DAY, UndoWorld, changed_world


@pytest.fixture
def world() -> UndoWorld:
    return changed_world()


def test_undo_restores_fields_and_makes_created_customers_inactive() -> None:
    world = UndoWorld([ASA, BO])
    world.synced_job()
    before = world.shown()
    world.lists([ASA_MARRIED], [BO], [CIA])
    undone = world.undone(world.synced_job())
    cia = world.named("Cia Dal")
    assert (undone.status, undone.counters) == (JobStatus.Completed, Counters(found=2, updated=2))
    assert world.shown() == {**before, cia.id: (cia.person, False)}


def test_changes_of_an_undo_tell_what_it_did_last_page_first(world: UndoWorld) -> None:
    undone = world.undone(world.last)
    cia, asa = world.logged(undone)
    assert (cia.kind, cia.fields) == (ChangeKind.Deactivate, (FieldChange(VISIBLE, "true", "false"),))
    assert (asa.kind, asa.name) == (ChangeKind.Update, "Åsa Öberg")
    assert {each.field: (each.before, each.after) for each in asa.fields} == {
        "last_name": ("Lund", "Öberg"),
        "email": ("asa@example.com", "a@example.com"),
    }


def test_preview_of_an_undo_changes_nothing_and_says_what_the_undo_does(world: UndoWorld) -> None:
    before, writes = world.shown(), (world.customers.written, world.links.saved)
    planned = world.undone(world.last, is_preview=True)
    assert (world.shown(), world.customers.written, world.links.saved) == (before, *writes)
    head = world.jobs.roster_head(COMPANY_ID)
    undone = world.undone(world.last)
    assert (planned.counters, world.logged(planned)) == (undone.counters, world.logged(undone))
    assert head is not None
    assert head.is_trusted(4, 0), "The sync after a preview trusts the roster like one without."


def test_field_that_was_changed_since_stays_and_is_an_issue(world: UndoWorld) -> None:
    world.edit_by_hand("Åsa Lund", last_name="Ändrad")
    undone = world.undone(world.last)
    assert world.named("Åsa Ändrad").person.email == "a@example.com"
    assert undone.counters == Counters(found=2, updated=2)
    assert world.issues.list(COMPANY_ID, undone.id, ALL) == [
        Issue("u1", "Changed since that sync, so it stays as it is: last name.", skipped=False)
    ]


def test_person_whose_fields_were_all_changed_since_is_skipped(world: UndoWorld) -> None:
    world.edit_by_hand("Åsa Lund", last_name="Ändrad", email="other@example.com")
    assert world.undone(world.last).counters == Counters(found=2, updated=1, skipped=1)


def test_removed_customer_is_skipped(world: UndoWorld) -> None:
    world.customers.remove(COMPANY_ID, world.customer_ids()["Cia Dal"])
    assert world.undone(world.last).counters == Counters(found=2, updated=1, skipped=1)
    assert "Cia Dal" not in world.customer_ids()


def test_second_undo_of_a_job_finds_everything_as_it_was(world: UndoWorld) -> None:
    first, shown = world.undone(world.last), world.shown()
    again = world.undone(world.last)
    assert (world.shown(), again.counters) == (shown, Counters(found=2, unchanged=2))
    assert first.id != again.id


def test_undo_can_be_undone(world: UndoWorld) -> None:
    before = world.shown()
    world.undone(world.undone(world.last))
    assert world.shown() == before


def test_next_sync_writes_axemas_values_again_and_shows_who_is_in_the_list(world: UndoWorld) -> None:
    before = world.shown()
    world.undone(world.last)
    job = world.synced_job()
    assert (world.counters(job), world.shown()) == (Counters(found=3, updated=2, unchanged=1), before)
    assert {each.kind for each in world.logged(job)} == {ChangeKind.Update, ChangeKind.Reactivate}
    assert world.synced()[0] == Counters(found=3, unchanged=3)


def test_next_sync_leaves_people_alone_whom_axema_corrected(world: UndoWorld) -> None:
    world.undone(world.last)
    world.lists([ASA], [BO])
    shown = world.shown()
    job = world.synced_job()
    assert world.shown() == shown
    assert [(each.kind, each.fields) for each in world.logged(job)] == [(ChangeKind.Update, ()), (ChangeKind.Left, ())]
    assert world.counters(world.synced_job()) == Counters(found=2, unchanged=2)


def test_who_is_not_in_the_next_list_is_compared_when_coming_back(world: UndoWorld) -> None:
    world.undone(world.last)
    world.lists([BO])
    world.synced_job()
    world.lists([ASA_MARRIED], [BO], [CIA])
    world.synced_job()
    assert sorted(world.customer_ids()) == ["Bo Ek", "Cia Dal", "Åsa Lund"]
    assert all(is_visible for _, is_visible in world.shown().values())


def test_deactivated_are_active_again_and_reactivated_inactive() -> None:
    world = UndoWorld([ASA, BO])
    settings = world.settings.find(COMPANY_ID)
    assert settings is not None
    world.settings.replace(settings, replace(settings, safeguards=Safeguards(deactivate_after_days=1)))
    world.synced_job()
    world.lists([ASA])
    world.synced_job()
    world.pass_time(DAY)
    deactivated = world.synced_job()
    assert not world.named("Bo Ek").is_visible
    world.undone(deactivated)
    assert world.named("Bo Ek").is_visible
    world.synced_job()
    assert world.named("Bo Ek").is_visible, "It was decided about this absence."
    world.undone(world.undone(deactivated))
    world.undone(deactivated)
    world.lists([ASA, BO])
    world.customers.set_visible(COMPANY_ID, [world.named("Bo Ek").id], is_visible=False)
    world.undone(deactivated)
    assert not world.named("Bo Ek").is_visible, "An administrator made the customer inactive since."


def test_reactivated_are_inactive_again_until_the_next_sync() -> None:
    world = UndoWorld([ASA, BO])
    created = world.synced_job()
    world.undone(created)
    back = world.synced_job()
    assert {each.kind for each in world.logged(back)} == {ChangeKind.Reactivate}
    world.undone(back)
    assert {is_visible for _, is_visible in world.shown().values()} == {False}
    world.synced_job()
    assert {is_visible for _, is_visible in world.shown().values()} == {True}
