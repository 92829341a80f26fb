"""A world in which syncs are undone."""

from dataclasses import replace
from datetime import timedelta

from bokabridge.customers.model import Customer, CustomerEdit
from bokabridge.customers.person import Person
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.history import list_changes
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.undo import start_undo
from tests.data import COMPANY_ID
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
            *(company_id, job.id),
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


def changed_world() -> UndoWorld:
    """Åsa and Bo are customers. In the last sync, Åsa had another name and e-mail, and Cia was new."""
    world = UndoWorld([ASA, BO])
    world.synced_job()
    world.lists([ASA_MARRIED], [BO], [CIA])
    world.synced_job()
    return world
