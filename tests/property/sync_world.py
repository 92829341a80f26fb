"""The world of the sync engine's state machine: requests, workers, a workflow, settings and a booking system."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.errors import BridgeError, DeliveryUnclear, FatalError, RetriableError
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.fakes import InMemoryJobs, RecordedWorkflow
from bokabridge.usersync.job import Failure, SyncJob, Trigger
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.read import get_job
from bokabridge.usersync.start import start_sync
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.property.sync_processes import Fault, Meanwhile, Processes
from tests.property.sync_source import CHANGES, ENDLESS, STRANGER, SYSTEMS, ModelSource, ModelSystem

LEASE = timedelta(minutes=5)
WORKER_SECONDS = 120
REQUEST_SECONDS = 29

MAX_PAGES = 200
"""A run of an endless list commits fewer pages than this. The model's lists have at most five."""

EVENTS = ("work", "work", "start", "start", "close", "broken run", "read", "settings", "by hand", *CHANGES)
Event = tuple[str, int, int]
"""What happens, to whom or what, and a number (0 to 3) with a meaning of its own for each event."""


@dataclass
class Stores:
    """The stores themselves, which do not fail."""

    jobs: Any
    rosters: Any
    links: Any
    settings: Any
    customers: Any
    issues: Any
    notices: Any


@dataclass
class Run:
    """What the workflow knows of a job."""

    is_done: bool = False
    failure: str | None = None


class SyncWorld(Processes):
    """Everything around the engine. The source is in sync_source.py."""

    def __init__(self) -> None:
        Processes.__init__(self)
        self.stores = self.new_stores()
        self.stores.settings.add(replace(settings_of(COMPANY_ID), connection=SYSTEMS[0]))
        self.source = ModelSource(self.before_fetch)
        self.workflow = RecordedWorkflow()
        self.jobs, rosters, links, settings, customers, *_ = map(self.watched, vars(self.stores).values())
        self.worker = PageWorker(self.jobs, rosters, links, settings, self.source, customers, self.clock, LEASE)
        self.runs: dict[str, Run] = defaultdict(Run)
        self.added_by_hand = 0

    def new_stores(self) -> Stores:
        settings = InMemorySettings()
        customers = InMemoryCustomers(self.clock)
        jobs = InMemoryJobs(settings)
        return Stores(jobs, jobs.rosters, InMemoryLinks(), settings, customers, jobs.issues, jobs.notices)

    # What there is.

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

    # What happens.

    def happen(self, event: Event) -> None:
        name, who, number = event
        self.pass_time(1)
        match name:
            case "start":
                self.start()
            case "work":
                self.work(who // 2, 1 + number)
            case "close":
                self.close(who // 2)
            case "broken run":
                self.close(who // 2, "The run was aborted.")
            case "read":
                self.read(who // 2)
            case "settings":
                self.change_settings(number)
            case "by hand":
                self.add_by_hand(who, number)
            case _:
                self.system.change(name, who, number)

    def start(self, fault: Fault | None = None, meanwhile: Meanwhile | None = None) -> str | None:
        """The id of the new job, or None. A fault of the source's is one of the workflow's here."""
        kind = fault[1] if fault else ""
        errors = {"source away": RetriableError("Away."), "source says when": DeliveryUnclear("No response.")}
        self.workflow.error = errors.get(kind)
        self.workflow.loses_response = kind == "source says when"
        job = None
        with self.process(REQUEST_SECONDS, fault, meanwhile), suppress(BridgeError):
            job = start_sync(
                *(COMPANY_ID, Trigger.Request),
                jobs=self.jobs,
                workflow=self.workflow,
                clock=self.clock,
                lease=LEASE,
            )
        self.workflow.error = None
        return job.id if job else None

    def work(self, back: int, pages: int, fault: Fault | None = None, meanwhile: Meanwhile | None = None) -> None:
        """One invocation of the worker for one of the newest jobs. A late or a second one is possible, too."""
        job_id = self.job_id(back)
        if job_id is None or (COMPANY_ID, job_id) not in self.workflow.started:
            return
        left = iter(range(pages - 1))
        with self.process(WORKER_SECONDS, fault, meanwhile) as process:
            try:
                is_done = self.worker.run(COMPANY_ID, job_id, lambda: next(left, None) is None, process.dead_at)
                self.runs[job_id].is_done |= is_done
            except FatalError as error:
                self.runs[job_id].failure = str(error)
            except RetriableError:
                pass  # the workflow tries again

    def close(self, back: int, aborted: str | None = None, fault: Fault | None = None) -> None:
        """The workflow's close, or the event about a broken run. It may come early, late, again or never."""
        job_id = self.job_id(back)
        run = self.runs[job_id or ""]
        if job_id is None or not (aborted or run.is_done or run.failure):
            return
        failure = aborted or (None if run.is_done else run.failure)
        with self.process(REQUEST_SECONDS, fault, None), suppress(RetriableError):
            close_sync(COMPANY_ID, job_id, Failure(failure) if failure else None, jobs=self.jobs, clock=self.clock)

    def read(self, back: int, fault: Fault | None = None) -> None:
        job_id = self.job_id(back)
        if job_id is None:
            return
        with self.process(REQUEST_SECONDS, fault, None), suppress(RetriableError):
            get_job(COMPANY_ID, job_id, jobs=self.jobs, workflow=self.workflow, clock=self.clock)

    def sync(self) -> SyncJob | None:
        """A start, all pages and a close, without faults. None if there was no start."""
        self.pass_time(1)
        job_id = self.start()
        if job_id is None:
            return None
        run = self.runs[job_id]
        while not run.is_done and not run.failure and self._pages(job_id) < MAX_PAGES:
            self.pass_time(1)
            self.work(0, 3)
        self.close(0)
        found: SyncJob = self.stores.jobs.find(COMPANY_ID, job_id)
        return found

    def _pages(self, job_id: str) -> int:
        pages: int = self.stores.jobs.find(COMPANY_ID, job_id).pages_committed
        return pages

    def endless_sync(self, number: int) -> None:
        """A sync of a list that does not end. The list is repaired afterwards."""
        system = self.system
        system.endless = ENDLESS[number % len(ENDLESS)]
        job = self.sync()
        system.endless = None
        self.must(job is None or bool(job.error), f"the list did not end ({ENDLESS[number]}), but the sync went on")

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
