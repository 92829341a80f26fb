"""Working through the pages of a sync: the part that runs in the background."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import FatalError
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.plan import NormalisedPage, Plan, normalise_page, plan_known_page, plan_page
from bokabridge.usersync.ports import AxemaSource, JobStore, LinkStore, SourceFactory

GUARD_AFTER_RECORDS = 500
GUARD_SKIPPED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class PageWorker:
    """Works through as many pages as fit in the time it is given; the next call goes on where it stopped."""

    jobs: JobStore
    links: LinkStore
    settings: SettingsStore
    sources: SourceFactory
    customers: CustomerDirectory
    clock: Clock
    lease: timedelta

    def run(self, company_id: str, job_id: str, time_is_up: Callable[[], bool]) -> bool:
        """Commits at least one page. Returns True when there are no more, False when time was up before.

        Raises FatalError (of which LeaseLost is one) with a sentence for the job; RetriableError when the same call
        should be made again.
        """
        now = self.clock()
        job, fence = self.jobs.begin(company_id, job_id, now, now + self.lease)
        if job.is_drained:
            return True
        settings = self.settings.get(company_id)
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
        page = source.fetch(job.cursor, job.page + 1)
        self._guard_source(job, page)
        normalised = normalise_page(page.records, job.page, settings.name_order)
        fingerprint = normalised.fingerprint()
        plan = self._plan(job, fence, normalised, fingerprint)
        self.customers.apply(job.company_id, plan.writes)
        self.links.save(job.company_id, plan.links)  # after the customers: a link says that its customer is written
        now = self.clock()
        self.links.save_issues(job.company_id, job.id, plan.issues, now)
        after = job.advanced(plan.counters, page.next_cursor, now, now + self.lease)
        self.jobs.commit(after, fence, fingerprint)
        _guard_skipped(after)
        return after

    def _plan(self, job: SyncJob, fence: int, page: NormalisedPage, fingerprint: str) -> Plan:
        """Most pages of most syncs are as the sync right before left them: then nobody's link needs to be read."""
        known = self.jobs.fingerprint(job.company_id, job.page, fence - 1)
        if known == fingerprint:
            return plan_known_page(page)
        if known:
            self.jobs.forget_fingerprint(job.company_id, job.page)  # it stops being true with the first write
        links = self.links.find(job.company_id, [candidate.user_id for candidate in page.candidates])
        new_emails = {
            candidate.person.email
            for candidate in page.candidates
            if candidate.person.email and candidate.user_id not in links
        }
        owners_by_email = self.customers.owners_by_email(job.company_id, new_emails) if new_emails else {}
        return plan_page(job.company_id, job.id, job.page, page, links, owners_by_email)

    def _guard_source(self, job: SyncJob, page: UserPage) -> None:
        if page.next_cursor is not None and page.next_cursor == job.cursor:
            raise FatalError(f"Axema's answer for page {job.page + 1} points back to itself, so the sync was stopped.")
        seen_nobody = not page.records and page.next_cursor is None and (job.counters is None or not job.counters.found)
        if seen_nobody and self.links.any_exist(job.company_id):
            raise FatalError(
                "Axema returned no users at all, although users were synced before. Nothing was changed. "
                "Check that the integration may still read the system's users."
            )


def _guard_skipped(job: SyncJob) -> None:
    counters = job.counters
    if counters is None or counters.found < GUARD_AFTER_RECORDS:
        return
    if counters.skipped > GUARD_SKIPPED_SHARE * counters.found:
        raise FatalError(
            f"{counters.skipped} of the first {counters.found} users could not be read, so the sync was stopped. "
            "The job's issues say what is wrong with each."
        )
