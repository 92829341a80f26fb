"""Applying a plan."""

from collections.abc import Iterable

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import CustomerWrite
from bokabridge.errors import RetriableError
from bokabridge.paging import Window
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.people import BrokenRecord
from bokabridge.usersync.plan import Plan, plan_page
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World, people

ALL = Window(0, 10)


class FailingCustomers(InMemoryCustomers):
    """A directory that is busy."""

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        raise RetriableError("The directory is busy.")


def plan_for(job: SyncJob) -> Plan:
    page = normalise_page([*people(2), BrokenRecord("user-x", "odd")], job.page_number, NameOrder.LastFirst)
    return plan_page(job, page, {}, {})


def apply(plan: Plan, job: SyncJob, world: World) -> None:
    apply_plan(plan, job, customers=world.customers, links=world.links, issues=world.issues, clock=world.clock)


def test_applying_a_plan_writes_customers_links_and_issues() -> None:
    world = World([])
    job = world.start()
    apply(plan_for(job), job, world)
    assert world.customers.search(COMPANY_ID, "", ALL).total == 2
    assert set(world.links.existing(COMPANY_ID, ["user-000000", "user-000001"])) == {"user-000000", "user-000001"}
    assert [issue.key for issue in world.issues.list(COMPANY_ID, job.id, ALL)] == ["user-x"]


def test_links_and_issues_are_not_saved_if_their_customers_could_not_be_written() -> None:
    world = World([])
    world.customers = FailingCustomers(world.clock)
    job = world.start()
    with pytest.raises(RetriableError):
        apply(plan_for(job), job, world)
    assert world.links.saved == 0
    assert world.issues.list(COMPANY_ID, job.id, ALL) == []
