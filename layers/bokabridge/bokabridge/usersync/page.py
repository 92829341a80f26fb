"""The page worker: the part of a sync that runs in the background, page by page."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import BridgeError, FatalError, RetriableError, ServiceBusy, WorkerBusy
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.guards import guard_skipped, guard_source
from bokabridge.usersync.halt import checked
from bokabridge.usersync.job import SyncJob, Work
from bokabridge.usersync.normalise import NormalisedPage, normalise_page
from bokabridge.usersync.plan import Plan, plan_page, plan_unchanged_page
from bokabridge.usersync.ports import AxemaSource, IssueStore, JobStore, LinkStore, SourceFactory
from bokabridge.usersync.wait import GAVE_UP, TRIES_AGAIN, may_wait, wait_seconds

AFTERMATH = timedelta(seconds=5)
"""A request that a worker sent just before its death may be carried out a little later. Clocks differ by less, too."""


@dataclass(frozen=True, slots=True)
class PageWorker:
    """A worker that commits as many pages as fit in its time. The next call continues after the last committed page."""

    jobs: JobStore
    links: LinkStore
    issues: IssueStore
    settings: SettingsStore
    sources: SourceFactory
    customers: CustomerDirectory
    clock: Clock
    lease: timedelta

    def run(self, company_id: str, job_id: str, time_is_up: Callable[[], bool], dead_at: datetime) -> bool:
        """Commit at least one page. Returns True if no pages are left, and False if the time was up before that.

        `dead_at` is when this process is certainly dead. Until then, or until the end of this call, no other worker
        begins. Raises FatalError (LeaseLost is one) with a message for the job, or RetriableError if the caller should
        make the same call again, and not before its `retry_after_seconds`. WorkerBusy and ServiceBusy are such errors,
        too.
        """
        now, settings = self.clock(), self.settings.find(company_id)
        work = Work(now, now + self.lease, dead_at + AFTERMATH)
        job, fence = self.jobs.begin(company_id, job_id, work, settings.connection.system if settings else None)
        try:
            return job.is_drained or self._run_pages(job, fence, settings, time_is_up)
        finally:
            with suppress(RetriableError):  # then the next worker begins when this one is certainly dead
                self.jobs.end_work(company_id, work)

    def _run_pages(
        self, job: SyncJob, fence: int, settings: AxemaSettings | None, time_is_up: Callable[[], bool]
    ) -> bool:
        wanted, source = checked(settings, job.source), None
        while True:
            try:
                source = source or self.sources.connect(wanted)
                job = self._run_page(job, fence, source, wanted)
            except (ServiceBusy, WorkerBusy):
                raise
            except RetriableError as error:
                raise self._waiting(job, fence, error) from None
            if job.is_drained:
                return True
            if time_is_up():
                return False

    def _waiting(self, job: SyncJob, fence: int, error: RetriableError) -> BridgeError:
        """Store that the job waits, and return the error for the caller: a final one if it has waited enough."""
        seconds = wait_seconds(error)
        if seconds and not may_wait(job, seconds):
            return FatalError(f"{error} {GAVE_UP}")
        self.jobs.wait(job.waiting_for(f"{error} {TRIES_AGAIN}", seconds, self.clock(), self.lease), fence)
        return RetriableError(str(error), seconds or None)

    def _run_page(self, job: SyncJob, fence: int, source: AxemaSource, settings: AxemaSettings) -> SyncJob:
        page = source.fetch(job.cursor, job.page_number)
        guard_source(job, page, self.links)
        normalised = normalise_page(page.records, job.page_number, settings.name_order)
        fingerprint = normalised.fingerprint()
        stored = self.jobs.find_fingerprint(job.company_id, job.page_index, fence - 1)
        # Most pages of most syncs are as the previous sync left them. Their links need not be read.
        plan = plan_unchanged_page(normalised) if stored == fingerprint else self._plan(job, normalised)
        if stored is not None and stored != fingerprint:
            self.jobs.forget_fingerprint(job.company_id, job.page_index)  # the first write would make it untrue
        apply_plan(plan, job, customers=self.customers, links=self.links, issues=self.issues, clock=self.clock)
        now = self.clock()
        after = job.advanced(plan.counters, page.next_cursor, now, now + self.lease)
        self.jobs.commit(after, fence, fingerprint)
        guard_skipped(after)
        return after

    def _plan(self, job: SyncJob, page: NormalisedPage) -> Plan:
        links = self.links.existing(job.company_id, [candidate.source_user_id for candidate in page.candidates])
        new_emails = {
            candidate.person.email
            for candidate in page.candidates
            if candidate.person.email and candidate.source_user_id not in links
        }
        owners_by_email = self.customers.owners_by_email(job.company_id, new_emails) if new_emails else {}
        return plan_page(job, page, links, owners_by_email)
