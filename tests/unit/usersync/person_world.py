"""A company whose administrator syncs one person at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer, CustomerWrite
from bokabridge.errors import FatalError
from bokabridge.usersync.people import Record
from bokabridge.usersync.person_request import PersonOutcome, sync_person
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import PagedWorld, user
from tests.unit.usersync.world import LEASE

ASA, BO, CIA = user("u1", "Öberg, Åsa", "a@example.com"), user("u2", "Ek, Bo", "b@example.com"), user("u3", "Dal, Cia")
ASA_MARRIED = user("u1", "Lund, Åsa", "a@example.com")
PATIENCE = timedelta(seconds=24)


class WatchedCustomers(InMemoryCustomers):
    """Counts the customers that are read by their ids. The process crashes after the next write if `crashes`."""

    reads = 0
    crashes = False

    def existing(self, company_id: str, customer_ids: Collection[str]) -> Mapping[str, Customer]:
        self.reads += len(customer_ids)
        return super().existing(company_id, customer_ids)

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        super().apply(company_id, writes)
        if self.crashes:
            self.crashes = False
            raise Crash


class PersonWorld(PagedWorld):
    """A company, its requests for one person, and its workflow, which runs while a request waits."""

    def __init__(self, *pages: Sequence[Record]) -> None:
        super().__init__(*pages)
        self.customers = self.watched = WatchedCustomers(self.clock)

    def now_sync(self, user_id: str, *, is_preview: bool = False) -> PersonOutcome:
        return sync_person(
            *(COMPANY_ID, user_id),
            jobs=self.jobs,
            workflow=self.workflow,
            issues=self.issues,
            changes=self.jobs.changes,
            links=self.links,
            clock=self.clock,
            lease=LEASE,
            patience=PATIENCE,
            sleep=self.go_on,
            is_preview=is_preview,
        )

    def go_on(self, seconds: float) -> None:
        self.pass_time(timedelta(seconds=seconds))
        (job,) = self.listed()[:1]
        try:
            self.run(job)
        except FatalError as error:
            self.close(job, str(error))
        else:
            self.close(job)


def synced(*pages: Sequence[Record]) -> PersonWorld:
    world = PersonWorld(*pages)
    world.synced()
    world.pass_time(timedelta(minutes=1))
    return world


def reads_of_a_sync(world: PersonWorld) -> int:
    """How many customers the next sync reads."""
    before = world.watched.reads
    world.synced()
    return world.watched.reads - before
