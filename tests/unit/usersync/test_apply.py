"""Applying a plan."""

from collections.abc import Iterable

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import CustomerWrite
from bokabridge.errors import RetriableError
from bokabridge.paging import Window
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.actions import Listed
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.find import Finder
from bokabridge.usersync.job import SyncJob, Work
from bokabridge.usersync.link import user_key
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.people import BrokenRecord
from bokabridge.usersync.plan import Plan, first_look, plan_page
from bokabridge.usersync.roster import Roster
from bokabridge.usersync.run import Run, WriteMark
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World, people

ALL = Window(0, 10)
SYSTEM = "vaka:device"


class FailingCustomers(InMemoryCustomers):
    """A directory that is busy."""

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        raise RetriableError("The directory is busy.")


KEYS = [user_key(SYSTEM, f"user-{at:06}") for at in range(2)]


def plan_for(job: SyncJob, world: World) -> Plan:
    page = normalise_page([*people(2), BrokenRecord("user-x", "odd")], job.page_number, NameOrder.LastFirst)
    looked_at = first_look(SYSTEM, page, Roster())
    mark = WriteMark(world.jobs, Work(world.now, world.now, world.now))
    run = Run(Roster(), None, 0, is_trusted=False, system=SYSTEM, is_first=True, fence=1, first_page=0, mark=mark)
    listed = [each for each in looked_at if isinstance(each, Listed)]
    known = Finder(world.links, world.customers).known(job, run, page, listed, is_last_page=True)
    return plan_page(job, page, looked_at, known)


def apply(plan: Plan, job: SyncJob, world: World) -> None:
    apply_plan(plan, job, customers=world.customers, links=world.links)


def test_applying_a_plan_writes_customers_and_links() -> None:
    world = World([])
    job = world.start()
    apply(plan_for(job, world), job, world)
    assert world.customers.count(COMPANY_ID) == 2
    assert list(world.links.existing(COMPANY_ID, KEYS)) == KEYS


def test_links_are_not_saved_if_their_customers_could_not_be_written() -> None:
    world = World([])
    world.customers = FailingCustomers(world.clock)
    job = world.start()
    with pytest.raises(RetriableError):
        apply(plan_for(job, world), job, world)
    assert world.links.saved == 0
