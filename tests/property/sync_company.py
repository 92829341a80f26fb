"""The stores of the sync engine's state machine, what is in them, and what administrators do to them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer, CustomerEdit
from bokabridge.customers.person import Person
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings, Safeguards
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import user_key
from bokabridge.usersync.link_fakes import InMemoryLinks
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.property.sync_processes import Processes
from tests.property.sync_source import STRANGER, SYSTEMS, ModelSource, ModelSystem


@dataclass
class Stores:
    """The stores themselves, which do not fail."""

    jobs: Any
    rosters: Any
    links: Any
    settings: Any
    customers: Any
    issues: Any
    changes: Any
    notices: Any


class Company(Processes):
    """A company's stores and its Axema systems."""

    def __init__(self) -> None:
        Processes.__init__(self)
        self.stores = self.new_stores()
        safeguards = Safeguards(deactivate_after_days=2)
        self.stores.settings.add(replace(settings_of(COMPANY_ID), connection=SYSTEMS[0], safeguards=safeguards))
        self.source = ModelSource(self.before_fetch)
        self.added_by_hand = 0
        self.hidden_by_hand: set[str] = set()

    def new_stores(self) -> Stores:
        settings = InMemorySettings()
        customers = InMemoryCustomers(self.clock)
        jobs = InMemoryJobs(settings)
        return Stores(jobs, jobs.rosters, InMemoryLinks(), settings, customers, jobs.issues, jobs.changes, jobs.notices)

    def settings(self) -> AxemaSettings:
        found: AxemaSettings = self.stores.settings.find(COMPANY_ID)
        return found

    @property
    def system(self) -> ModelSystem:
        return self.source.systems[self.settings().connection.system]

    def all_jobs(self) -> list[SyncJob]:
        """Newest first."""
        found: list[SyncJob] = self.stores.jobs.list(COMPANY_ID, None, Window(0, 1000))
        return found

    def noticed(self) -> list[str]:
        """The events of all notices in the order of time."""
        found = [self.stores.notices.find(COMPANY_ID, job.id) for job in reversed(self.all_jobs())]
        return [notice.event for notice in sorted(filter(None, found), key=lambda notice: notice.at)]

    def all_customers(self) -> list[Customer]:
        found: list[Customer] = self.stores.customers.list(COMPANY_ID, Window(0, 1000))
        return found

    def job_id(self, back: int) -> str | None:
        """The job that is so far from the newest one, if there are that many."""
        jobs = self.all_jobs()
        return jobs[back].id if back < len(jobs) else None

    # What administrators do.

    def hide_by_hand(self, who: int) -> None:
        """Staff makes a person's customer inactive, if a sync has not."""
        key = user_key(self.settings().connection.system, self.system.user_id(who))
        link = self.stores.links.existing(COMPANY_ID, [key]).get(key)
        if link and not link.is_vacant and not link.is_deactivated:
            self.hidden_by_hand.add(link.customer_id)
            self.stores.customers.set_visible(COMPANY_ID, [link.customer_id], is_visible=False)

    def edit_by_hand(self, who: int, number: int) -> None:
        """Staff changes the phone of a person's customer."""
        key = user_key(self.settings().connection.system, self.system.user_id(who))
        link = self.stores.links.existing(COMPANY_ID, [key]).get(key)
        customer = link and self.stores.customers.existing(COMPANY_ID, [link.customer_id]).get(link.customer_id)
        if customer:
            after = replace(customer, person=replace(customer.person, phone=f"+4686000000{number}"))
            self.source.histories.add(after.person)
            self.stores.customers.edit(COMPANY_ID, [CustomerEdit(customer, after)])

    def change_settings(self, number: int) -> None:
        """0: inactive; 1 to 3: active, with the first system (1) or the second."""
        before = self.settings()
        connection = SYSTEMS[number > 1] if number else before.connection
        updated_at = before.updated_at + timedelta(milliseconds=1)
        after = replace(before, connection=connection, is_active=number > 0, updated_at=updated_at)
        self.stores.settings.replace(before, after)

    def add_by_hand(self, who: int, number: int) -> None:
        """Staff adds this person, or a stranger with this person's e-mail, to the booking system."""
        known = self.system.people[who]
        self.added_by_hand += 1
        person = Person(known.first_name, known.last_name, known.email, f"+46850000{self.added_by_hand:03}")
        if number > 1:
            person = replace(person, first_name=STRANGER, last_name="Okänd")
        self.source.histories.add(person)
        customer_id = str(UUID(int=self.added_by_hand))
        self.stores.customers.add_unlinked(Customer(customer_id, COMPANY_ID, person, self.now, self.now))
