"""Undoing a sync: what is given back, what stays, and what the next sync does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.model import Customer, CustomerEdit
from bokabridge.customers.person import Person
from bokabridge.errors import AlreadyRunning, Conflict, NotFound
from bokabridge.settings.model import Safeguards
from bokabridge.usersync.changes import VISIBLE, ChangeKind, FieldChange, PersonChange
from bokabridge.usersync.history import list_changes
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from bokabridge.usersync.people import Issue
from bokabridge.usersync.read import last_completed
from bokabridge.usersync.undo import start_undo
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.unit.usersync.paged import ALL, PagedWorld, user
from tests.unit.usersync.world import LEASE

ASA, BO, CIA = user("u1", "Öberg, Åsa", "a@example.com"), user("u2", "Ek, Bo", "b@example.com"), user("u3", "Dal, Cia")
ASA_MARRIED = user("u1", "Lund, Åsa", "asa@example.com")
DAY = timedelta(days=1)

type Shown = dict[str, tuple[Person, bool]]


class UndoWorld(PagedWorld):
    """A world in which syncs are undone."""

    def undo(self, job: SyncJob, *, is_preview: bool = False, company_id: str = COMPANY_ID) -> SyncJob:
        return start_undo(
            company_id,
            job.id,
            jobs=self.jobs,
            workflow=self.workflow,
            clock=self.clock,
            lease=LEASE,
            is_preview=is_preview,
        )

    def undone(self, job: SyncJob, *, is_preview: bool = False) -> SyncJob:
        """The job of a whole undo, each of whose pages has a worker of its own."""
        undo = self.undo(job, is_preview=is_preview)
        self.run_to_the_end(undo, lambda: True)
        self.close(undo)
        return self.read(undo)

    def synced_job(self) -> SyncJob:
        self.pass_time(timedelta(seconds=1))
        self.synced()
        return self.last

    def shown(self) -> Shown:
        return {each.id: (each.person, each.is_visible) for each in self.customers.list(COMPANY_ID, ALL)}

    def named(self, name: str) -> Customer:
        customer_id = self.customer_ids()[name]
        return self.customers.existing(COMPANY_ID, [customer_id])[customer_id]

    def edit_by_hand(self, name: str, **fields: str | None) -> None:
        before = self.named(name)
        after = replace(before, person=replace(before.person, **fields))  # type: ignore[arg-type]  # names and texts
        self.customers.edit(COMPANY_ID, [CustomerEdit(before, after)])

    def logged(self, job: SyncJob) -> list[PersonChange]:
        past = list_changes(job, list(ChangeKind), ALL, changes=self.jobs.changes, now=self.now)
        return [each.change for each in past]


@pytest.fixture
def world() -> UndoWorld:
    """Åsa and Bo are customers. In the last sync, Åsa had another name and e-mail, and Cia was new."""
    world = UndoWorld([ASA, BO])
    world.synced_job()
    world.lists([ASA_MARRIED], [BO], [CIA])
    world.synced_job()
    return world


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


def test_cancelled_and_failed_jobs_can_be_undone() -> None:
    world = UndoWorld([ASA], [BO])
    job = world.start()
    world.run(job, lambda: True)
    world.close(job, "Axema was away.")
    assert world.undone(job).counters == Counters(found=1, updated=1)
    assert not world.named("Åsa Öberg").is_visible


def test_undo_needs_no_active_settings(world: UndoWorld) -> None:
    settings = world.settings.find(COMPANY_ID)
    assert settings is not None
    world.settings.replace(settings, replace(settings, is_active=False, updated_at=world.now))
    assert world.undone(world.last).status is JobStatus.Completed


def test_undo_takes_the_lock_and_says_nothing_about_syncs(world: UndoWorld) -> None:
    undo = world.undo(world.last)
    with pytest.raises(AlreadyRunning):
        world.start()
    with pytest.raises(AlreadyRunning):
        world.undo(world.last)
    world.close(undo, "It failed.")
    assert world.jobs.states([COMPANY_ID], world.now)[COMPANY_ID].failures == 0
    done = world.undone(world.last)
    assert (done.status, last_completed(COMPANY_ID, world.jobs)) == (JobStatus.Completed, world.last)


def test_large_pages_are_undone_in_pieces() -> None:
    many = [user(f"many{at}", f"Efternamn{at}, Förnamn", f"{at}@example.com") for at in range(1_201)]
    world = UndoWorld(many, [BO])
    undone = world.undone(world.synced_job())
    assert (undone.pages_committed, undone.counters) == (4, Counters(found=1_202, updated=1_202))
    assert {is_visible for _, is_visible in world.shown().values()} == {False}


def test_job_that_changed_nothing_is_undone_with_zeros(world: UndoWorld) -> None:
    undone = world.undone(world.synced_job())
    assert (undone.status, undone.counters) == (JobStatus.Completed, Counters())


@pytest.mark.parametrize("days", [6.99, 7])
def test_job_can_be_undone_for_7_days_after_its_end(world: UndoWorld, days: float) -> None:
    world.pass_time(days * DAY)
    if days < 7:
        assert world.undone(world.last).status is JobStatus.Completed
    else:
        with pytest.raises(Conflict, match="more than 7 days ago"):
            world.undo(world.last)


def test_job_whose_changes_have_expired_cannot_be_undone() -> None:
    """Nobody read the abandoned job until its changes were about to expire. The read ended it."""
    world = UndoWorld([ASA], [BO])
    job = world.start()
    world.run(job, lambda: True)
    world.pass_time(89 * DAY)
    assert world.read(job).status is JobStatus.Failed
    world.pass_time(DAY)
    with pytest.raises(Conflict, match="have expired"):
        world.undo(job)


def test_previews_running_jobs_and_jobs_of_others_cannot_be_undone(world: UndoWorld) -> None:
    planned = world.undone(world.last, is_preview=True)
    with pytest.raises(Conflict, match="A preview changes nothing"):
        world.undo(planned)
    with pytest.raises(NotFound):
        world.undo(world.last, company_id=OTHER_COMPANY_ID)
    running = world.start()
    with pytest.raises(Conflict, match="is not over yet"):
        world.undo(running)


def test_held_pages_have_changed_nothing() -> None:
    world = UndoWorld([user(f"u{at}", f"Ek{at}, Bo") for at in range(60)])
    world.synced_job()
    world.lists([user("u0", "Ny, Bo"), user("u1", "Ny, Bo")], [user(f"v{at}", f"Ek{at}, Bo") for at in range(60)])
    job = world.start()
    with pytest.raises(Exception, match="held back"):
        world.run(job)
    world.close(job, "The sync was held back.")
    assert world.undone(job).counters == Counters(found=2, updated=2)
    assert len(world.customer_ids()) == 60
