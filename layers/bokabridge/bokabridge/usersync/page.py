"""The page worker: the part of a sync that runs in the background, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import FatalError
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.guards import guard_skipped, guard_source
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.normalise import NormalisedPage, normalise_page
from bokabridge.usersync.plan import Plan, plan_page, plan_unchanged_page
from bokabridge.usersync.ports import AxemaSource, IssueStore, JobStore, LinkStore, SourceFactory


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

    def run(self, company_id: str, job_id: str, time_is_up: Callable[[], bool]) -> bool:
        """Commit at least one page. Returns True if no pages are left, and False if the time was up before that.

        Raises FatalError (LeaseLost is one) with a message for the job, or RetriableError if the caller should make the
        same call again.
        """
        now = self.clock()
        job, fence = self.jobs.begin(company_id, job_id, now, now + self.lease)
        if job.is_drained:
            return True
        settings = self.settings.find(company_id)
        if settings is None:
            raise FatalError("The company's Axema settings were removed while the sync was running.")
        source = self.sources.connect(settings)
        while True:
            job = self._run_page(job, fence, source, settings)
            if job.is_drained:
                return True
            if time_is_up():
                return False

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
