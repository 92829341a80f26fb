"""The page worker: the part of a sync that runs in the background, page by page."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import BridgeError, FatalError, RetriableError, ServiceBusy, WorkerBusy
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.actions import Listed
from bokabridge.usersync.adopt import Known
from bokabridge.usersync.apply import apply_plan
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.departures import NO_DEPARTURES, Departures, carry_out, find_departures
from bokabridge.usersync.diff import changes_of
from bokabridge.usersync.directory import tend_customers
from bokabridge.usersync.find import Finder
from bokabridge.usersync.guards import guard_users
from bokabridge.usersync.halt import checked
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.hold import FLOORS, Floors
from bokabridge.usersync.job import Begun, Counters, SyncJob, Work
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.normalised import NormalisedPage
from bokabridge.usersync.people import Issue, UserPage
from bokabridge.usersync.plan import NO_PLAN, Plan, first_look, listed_of, plan_page
from bokabridge.usersync.ports import ChangeLog, JobStore, LinkStore, RosterStore
from bokabridge.usersync.roster import MISSING_BYTES, RosterAddition, RosterHead, day_of, parts_of
from bokabridge.usersync.run import Run, WriteMark, open_run
from bokabridge.usersync.source_ports import AxemaSource, SourceFactory
from bokabridge.usersync.step import Step, step_of
from bokabridge.usersync.wait import GAVE_UP, TRIES_AGAIN, may_wait, wait_seconds

AFTERMATH = timedelta(seconds=5)
"""A request that a worker sent just before its death may be carried out a little later. Clocks differ by less, too."""


@dataclass(frozen=True, slots=True)
class PageWorker:
    """A worker that commits as many pages as fit in its time. The next call continues after the last committed page."""

    jobs: JobStore
    rosters: RosterStore
    changes: ChangeLog
    links: LinkStore
    settings: SettingsStore
    sources: SourceFactory
    customers: CustomerDirectory
    clock: Clock
    lease: timedelta
    floors: Floors = FLOORS

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
        mark = WriteMark(self.jobs, work)
        try:
            return begun.job.is_drained or self._run_job(begun, settings, time_is_up, mark)
        finally:
            if not mark.is_over:
                with suppress(RetriableError):  # then the next worker begins when this one is certainly dead
                    self.jobs.end_work(company_id, work, is_clean=mark.is_clean)

    def _run_job(
        self, begun: Begun, settings: AxemaSettings | None, time_is_up: Callable[[], bool], mark: WriteMark
    ) -> bool:
        if begun.job.undoes:
            from bokabridge.usersync.undo_page import UndoWorker

            stores = self.jobs, self.changes, self.links, self.customers
            return UndoWorker(begun, mark, *stores, self.clock, self.lease).run(time_is_up)
        job, source, wanted = begun.job, None, checked(settings, begun.job.source)
        if job.only_user_id:
            return self._run_person(begun, wanted, mark)
        run = open_run(begun, wanted, mark, self.floors, rosters=self.rosters, changes=self.changes, links=self.links)
        if run.is_first and not job.pages_committed and not job.is_tainted and not job.is_preview:
            self._tend(job, None, is_disturbed=False)
        while True:
            try:
                source = source or self.sources.connect(wanted)
                job = self._run_page(job, source, wanted, run)
            except (ServiceBusy, WorkerBusy):
                raise
            except RetriableError as error:
                raise self._waiting(job, run.fence, error) from None
            if job.is_drained:
                self._tend_customers(job, run, begun.headcount)
                return True
            if time_is_up():
                return False

    def _tend_customers(self, job: SyncJob, run: Run, known: Headcount | None) -> None:
        """After the company's very first sync there is nothing to look after: it counted before its creations.

        A later one without links may find the customers of one that died, and count them a second time.
        """
        if job.is_preview or (run.is_first and run.fence == 1 and not job.is_tainted):
            return
        with suppress(RetriableError):  # the next sync tries again
            if not run.is_first or job.is_tainted or self._has_others(job):
                self._tend(job, known, is_disturbed=not run.is_trusted)

    def _has_others(self, job: SyncJob) -> bool:
        """True if the company has customers that the job did not create, or created again after a worker had died."""
        headcount, counters = self.jobs.headcount(job.company_id), job.counters
        return headcount is None or counters is None or headcount.customers != counters.created

    def _tend(self, job: SyncJob, known: Headcount | None, *, is_disturbed: bool) -> None:
        jobs, customers, clock = self.jobs, self.customers, self.clock
        tend_customers(job.company_id, known, is_disturbed=is_disturbed, jobs=jobs, customers=customers, clock=clock)

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
        plan, known = self._plan(job, run, normalised, is_last_page=page.next_cursor is None)
        step = step_of(job, page, plan, run, self.clock())
        departures = self._departures(step, settings)
        changes = self._write(job, run, step, plan, known, departures)
        return self._commit(job, page, plan, run, step, departures, changes)

    def _plan(self, job: SyncJob, run: Run, page: NormalisedPage, *, is_last_page: bool) -> tuple[Plan, Known]:
        """Most people of most syncs are as the previous sync left them, and the roster says so without a read."""
        kept = self.rosters.undecided(job) if is_last_page and job.undecided else []
        waiting = [candidate for candidate in kept if run.waits(candidate.source_user_id)]
        looked_at = [
            *(listed_of(run.system, candidate) for candidate in waiting),
            *first_look(run.system, page, run.roster),
        ]
        people = [each for each in looked_at if isinstance(each, Listed)]
        known = Finder(self.links, self.customers).known(job, run, page, people, is_last_page=is_last_page)
        return plan_page(job, page, looked_at, known, run.adopted), known

    def _run_person(self, begun: Begun, settings: AxemaSettings, mark: WriteMark) -> bool:
        """Run a job for one person. It fails if Axema's list cannot be read in time, because a caller waits for it."""
        from bokabridge.usersync import one_person

        if begun.job.pages_committed:
            raise FatalError(one_person.NOT_READ)
        now, run = self.clock(), one_person.run_for(begun, settings, mark)
        after = begun.job.advanced(Counters(), None, now, begun.job.lease_until)
        try:
            source = self.sources.connect(settings, one_person.seconds_left(begun.job, now))
            finder, listing = Finder(self.links, self.customers), one_person.Listing(source)
            plan, known = one_person.plan_for(begun.job, run, listing, settings.name_order, finder)
        except (FatalError, RetriableError, TimeoutError) as error:
            if isinstance(error, ServiceBusy):
                raise
            if head := one_person.head_after(begun, NO_PLAN):
                self._store(Step(replace(after, is_drained=False), NO_PLAN.page), run, NO_PLAN, head)
            raise one_person.stop_of(error) from None
        step = Step(replace(after, counters=plan.counters), plan.page)
        changes = self._write(begun.job, run, step, plan, known, NO_DEPARTURES) if known else []
        self._store(step, run, plan, one_person.head_after(begun, plan), plan.issues, changes)
        return True

    def _departures(self, step: Step, settings: AxemaSettings) -> Departures:
        if step.missing is None:
            return NO_DEPARTURES
        after_days, day = settings.safeguards.deactivate_after_days, day_of(step.job.updated_at)
        return find_departures(step.job, step.missing, day, after_days, links=self.links, customers=self.customers)

    def _write(
        self, job: SyncJob, run: Run, step: Step, plan: Plan, known: Known, departures: Departures
    ) -> list[PersonChange]:
        """Carry the plan out, unless the job only plans. Returns the changes that the commit is to store.

        The values before a change are stored before it is made, because a worker that dies would lose them.
        """
        earlier = self._earlier(job, run)
        stored = Finder(self.links, self.customers).before(job, plan, known, earlier)
        changes = [*changes_of(plan, stored, earlier), *departures.changes]
        is_saved = step.job.writes and (bool(earlier) or any(change.fields for change in changes))
        if step.job.writes and (plan.writes or is_saved):
            run.mark.begin(job, changes if is_saved else None)
        if step.job.writes:
            apply_plan(plan, job, customers=self.customers, links=self.links)
            carry_out(job, departures, links=self.links, customers=self.customers)
        if plan.deferred:
            self.rosters.save_undecided(job, plan.deferred)
        return [] if is_saved else changes

    def _earlier(self, job: SyncJob, run: Run) -> list[PersonChange]:
        """What a dead worker may have changed on the same page. The people who left are found again."""
        earlier = self.changes.of_page(job, job.page_index) if run.may_have_run(job) else []
        return [change for change in earlier if change.kind is not ChangeKind.Left]

    def _commit(
        self,
        job: SyncJob,
        page: UserPage,
        plan: Plan,
        run: Run,
        step: Step,
        departures: Departures,
        changes: Sequence[PersonChange],
    ) -> SyncJob:
        """Commit the page, and then raise FatalError if the sync must stop after it."""
        head = None
        if step.job.is_drained:
            step = replace(step, job=replace(step.job, missing=len(departures.entries) // MISSING_BYTES))
            head = run.kept_head if job.is_preview else self._new_head(step.job, run, departures)
        after = self._store(step, run, plan, head, [*plan.issues, *page.notices], changes)
        run.adopted.update(plan.adopted)
        if step.stop:
            raise step.stop
        return after

    def _store(
        self,
        step: Step,
        run: Run,
        plan: Plan,
        head: RosterHead | None,
        issues: Sequence[Issue] = (),
        changes: Sequence[PersonChange] = (),
    ) -> SyncJob:
        now = self.clock()
        after = replace(step.job, updated_at=now, lease_until=now + self.lease)
        addition, created = RosterAddition(step.entry, run.slot, head), plan.counters.created if after.writes else 0
        self.jobs.commit(after, run.fence, addition, issues, created, changes)
        run.mark.is_clean, run.mark.is_over = True, after.is_drained
        return after

    def _new_head(self, after: SyncJob, run: Run, departures: Departures) -> RosterHead:
        parts = self.rosters.save_missing(after.company_id, run.slot, parts_of(departures.entries))
        return run.ending(after, parts)
