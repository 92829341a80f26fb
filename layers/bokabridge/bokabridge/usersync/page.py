"""The page worker: the part of a sync that runs in the background, page by page."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import BridgeError, FatalError, RetriableError, ServiceBusy, WorkerBusy
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.directory import tend_customers
from bokabridge.usersync.find import Finder
from bokabridge.usersync.guards import brings_nobody, guard_users, stop_reason
from bokabridge.usersync.halt import checked
from bokabridge.usersync.job import Begun, SyncJob, Work
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.normalised import NormalisedPage
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.plan import Listed, Plan, first_look, listed_of, plan_page
from bokabridge.usersync.ports import AxemaSource, JobStore, LinkStore, RosterStore, SourceFactory
from bokabridge.usersync.roster import ENTRY_BYTES, RosterAddition, hash_of_cursor, parts_of
from bokabridge.usersync.run import Run, WriteMark, open_run
from bokabridge.usersync.wait import GAVE_UP, TRIES_AGAIN, may_wait, wait_seconds

AFTERMATH = timedelta(seconds=5)
"""A request that a worker sent just before its death may be carried out a little later. Clocks differ by less, too."""


@dataclass(frozen=True, slots=True)
class PageWorker:
    """A worker that commits as many pages as fit in its time. The next call continues after the last committed page."""

    jobs: JobStore
    rosters: RosterStore
    links: LinkStore
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
        begun = self.jobs.begin(company_id, job_id, work, settings.connection.system if settings else None)
        mark = WriteMark(self.jobs, company_id, work)
        try:
            return begun.job.is_drained or self._run_pages(begun, settings, time_is_up, mark)
        finally:
            if not mark.is_over:
                with suppress(RetriableError):  # then the next worker begins when this one is certainly dead
                    self.jobs.end_work(company_id, work, is_clean=mark.is_clean)

    def _run_pages(
        self, begun: Begun, settings: AxemaSettings | None, time_is_up: Callable[[], bool], mark: WriteMark
    ) -> bool:
        job, source, wanted = begun.job, None, checked(settings, begun.job.source)
        run = open_run(begun, wanted.connection.system, mark, self.rosters, self.links)
        if run.is_first and not job.pages_committed and not job.is_tainted:
            self._tend(job, is_disturbed=False)
        while True:
            try:
                source = source or self.sources.connect(wanted)
                job = self._run_page(job, source, wanted, run)
            except (ServiceBusy, WorkerBusy):
                raise
            except RetriableError as error:
                raise self._waiting(job, run.fence, error) from None
            if job.is_drained:
                self._tend_customers(job, run)
                return True
            if time_is_up():
                return False

    def _tend_customers(self, job: SyncJob, run: Run) -> None:
        """After the company's very first sync there is nothing to look after: it counted before it created anybody.

        A later one without links may find the customers of one that died, and count them a second time.
        """
        if run.is_first and run.fence == 1 and not job.is_tainted:
            return
        with suppress(RetriableError):  # the next sync tries again
            self._tend(job, is_disturbed=not run.is_trusted)

    def _tend(self, job: SyncJob, *, is_disturbed: bool) -> None:
        tend_customers(
            job.company_id, is_disturbed=is_disturbed, jobs=self.jobs, customers=self.customers, clock=self.clock
        )

    def _waiting(self, job: SyncJob, fence: int, error: RetriableError) -> BridgeError:
        """Store that the job waits, and return the error for the caller: a final one if it has waited enough."""
        seconds = wait_seconds(error)
        if seconds and not may_wait(job, seconds):
            return FatalError(f"{error} {GAVE_UP}")
        self.jobs.wait(job.waiting_for(f"{error} {TRIES_AGAIN}", seconds, self.clock(), self.lease), fence)
        return RetriableError(str(error), seconds or None)

    def _run_page(self, job: SyncJob, source: AxemaSource, settings: AxemaSettings, run: Run) -> SyncJob:
        page = source.fetch(job.cursor, job.page_number)
        guard_users(job, page, self.links)
        normalised = normalise_page(page.records, job.page_number, settings.name_order, run.entry_as_before)
        plan = self._plan(job, run, normalised, is_last_page=page.next_cursor is None)
        if plan.writes:
            run.mark.begin()
        apply_plan(plan, job, customers=self.customers, links=self.links, rosters=self.rosters)
        return self._commit(job, page, plan, run, is_idle=brings_nobody(plan, run))

    def _plan(self, job: SyncJob, run: Run, page: NormalisedPage, *, is_last_page: bool) -> Plan:
        """Most people of most syncs are as the previous sync left them, and the roster says so without a read."""
        kept = self.rosters.undecided(job) if is_last_page and job.undecided else []
        waiting = [candidate for candidate in kept if run.waits(candidate.source_user_id)]
        looked_at = [
            *(listed_of(run.system, candidate) for candidate in waiting),
            *first_look(run.system, page, run.roster),
        ]
        people = [each for each in looked_at if isinstance(each, Listed)]
        known = Finder(self.links, self.customers).known(job, run, page, people, is_last_page=is_last_page)
        return plan_page(job, page, looked_at, known)

    def _commit(self, job: SyncJob, page: UserPage, plan: Plan, run: Run, *, is_idle: bool) -> SyncJob:
        """Commit the page, and then raise FatalError if the sync must stop after it."""
        now = self.clock()
        after = job.advanced(plan.counters, page.next_cursor, now, now + self.lease)
        after = replace(
            after,
            is_first=run.is_first,
            system_changed=run.system_changed,
            undecided=job.undecided + len(plan.deferred),
            doubles=job.doubles + plan.doubles,
            idle_pages=job.idle_pages + 1 if is_idle else 0,
            repeated_pages=job.repeated_pages + bool(page.records) if is_idle else 0,
        )
        stop = stop_reason(job, after, page, run.roster)
        after = replace(after, is_drained=after.is_drained and not stop)
        cursor = hash_of_cursor(page.next_cursor) if page.next_cursor else b""
        entry = replace(plan.page, cursor=cursor)
        run.roster.note(entry)
        head = None
        if after.is_drained:
            missing = run.roster.missing()
            parts = self.rosters.save_missing(job.company_id, run.slot, parts_of(missing))
            after = replace(after, missing=len(missing) // ENTRY_BYTES)
            head = run.ending(after, parts)
        addition, issues = RosterAddition(entry, run.slot, head), [*plan.issues, *page.notices]
        self.jobs.commit(after, run.fence, addition, issues, plan.counters.created)
        run.mark.is_clean, run.mark.is_over = True, after.is_drained
        if stop:
            raise stop
        return after
