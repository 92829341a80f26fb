"""In-memory versions of the ports, for tests and experiments. They pass the same contract tests as the adapters."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bokabridge.errors import AlreadyRunning, LeaseLost, NotConfigured, SchedulePaused, StillEnding, WorkerBusy
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.changes import PersonChange
from bokabridge.usersync.end_fakes import InMemoryNotices
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.halt import Cancelled, checked
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import Begun, Counters, JobStatus, SyncJob, Trigger, Work
from bokabridge.usersync.lock_fakes import FakeLock
from bokabridge.usersync.log_fakes import InMemoryChanges, InMemoryIssues
from bokabridge.usersync.people import Issue
from bokabridge.usersync.roster import RosterAddition, RosterHead
from bokabridge.usersync.roster_fakes import InMemoryRosters
from bokabridge.usersync.standing import SyncState


class InMemoryJobs:
    """JobStore in dicts."""

    def __init__(self, settings: InMemorySettings) -> None:
        self._settings = settings
        settings.is_syncing = self._is_syncing
        self._locks: dict[str, FakeLock] = {}
        self._jobs: dict[tuple[str, str], SyncJob] = {}
        self.rosters = InMemoryRosters()
        self.issues = InMemoryIssues()
        self.changes = InMemoryChanges()
        self.notices = InMemoryNotices(settings)
        self._heads: dict[str, RosterHead] = {}
        self._removals: Counter[str] = Counter()
        self._customers: Counter[str] = Counter()
        self._counted_at: dict[str, datetime] = {}

    def start(self, job: SyncJob) -> str | None:
        """See JobStore."""
        if not job.undoes:
            self._check_settings(job)
        lock = self._locks.setdefault(job.company_id, FakeLock())
        if lock.job_id and lock.acquired_at and lock.is_leased(job.created_at):
            raise AlreadyRunning(lock.job_id, lock.acquired_at, lock.has_begun)
        if lock.job_id and lock.working_until and lock.is_worked_on(job.created_at):
            raise StillEnding(lock.job_id, (lock.working_until - job.created_at) // timedelta(seconds=1) + 1)
        abandoned = lock.job_id
        self._locks[job.company_id] = FakeLock(lock.fence + 1, job.id, job.created_at, job.lease_until)
        self._jobs[job.company_id, job.id] = job
        return abandoned

    def _check_settings(self, job: SyncJob) -> None:
        settings = self._settings.find(job.company_id)
        if settings is None or not settings.is_active:
            raise NotConfigured
        if job.trigger is Trigger.Schedule and not settings.is_scheduled:
            raise NotConfigured
        if job.trigger is Trigger.Schedule and settings.paused_at:
            raise SchedulePaused

    def _is_syncing(self, company_id: str, now: datetime) -> bool:
        lock = self._locks.get(company_id, FakeLock())
        return lock.is_leased(now) or lock.is_worked_on(now)

    def begin(self, company_id: str, job_id: str, work: Work, source: str | None) -> Begun:
        """See JobStore."""
        lock = self._locks.get(company_id, FakeLock())
        job = self._jobs.get((company_id, job_id))
        if lock.job_id != job_id or job is None or job.status.is_final:
            raise LeaseLost
        if lock.is_worked_on(work.now):
            raise WorkerBusy
        if job.cancelled_by:
            raise Cancelled(job.cancelled_by)
        lock.lease_until, lock.has_begun, lock.working_until = work.lease_until, True, work.working_until
        begun = replace(
            job,
            status=JobStatus.Processing,
            counters=job.counters or Counters(),
            updated_at=work.now,
            lease_until=work.lease_until,
            started_at=job.started_at or work.now,
            source=job.source or source,
            is_tainted=job.is_tainted or lock.is_writing,
            removals=job.removals if job.started_at else self._removals[company_id],
        )
        self._jobs[company_id, job_id] = begun
        return Begun(begun, lock.fence, self.roster_head(company_id), self.headcount(company_id))

    def begin_writes(
        self, job: SyncJob, work: Work, changes: Sequence[PersonChange] | None = None, *, is_marked: bool = False
    ) -> None:
        """See JobStore."""
        lock = self._locks.get(job.company_id, FakeLock())
        if not is_marked and lock.working_until != work.working_until:
            raise LeaseLost
        lock.is_writing = lock.is_writing or not is_marked
        self.changes.store(job, job.page_index, changes)

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        """See JobStore."""
        lock = self._locks.get(company_id, FakeLock())
        if lock.working_until == work.working_until:
            lock.working_until = None
            lock.is_writing = lock.is_writing and not is_clean

    def wait(self, job: SyncJob, fence: int) -> None:
        """See JobStore."""
        stored = self._check(job, fence, pages_before=job.pages_committed)
        if stored.cancelled_by:
            raise Cancelled(stored.cancelled_by)
        self._store(job)

    def commit(
        self,
        job: SyncJob,
        fence: int,
        addition: RosterAddition,
        issues: Sequence[Issue] = (),
        created: int = 0,
        changes: Sequence[PersonChange] = (),
    ) -> None:
        """See JobStore."""
        stored = self._check(job, fence, pages_before=job.pages_committed - 1)
        if not job.undoes:
            checked(self._settings.find(job.company_id), job.source)
        if stored.cancelled_by:
            job, addition = replace(job, is_drained=False), replace(addition, head=None)
            job = replace(job, cancelled_by=stored.cancelled_by)
        self._store(job)
        self.rosters.store(job, addition)
        self.issues.store(job, issues)
        self.changes.store(job, job.pages_committed - 1, changes or None)
        self._customers[job.company_id] += created
        if addition.head:
            self._heads[job.company_id] = addition.head
        if job.is_drained:
            lock = self._locks[job.company_id]
            lock.working_until, lock.is_writing = None, False
        if job.cancelled_by:
            raise Cancelled(job.cancelled_by)

    def cancel(self, company_id: str, job_id: str, by: str) -> bool:
        """See JobStore."""
        job = self._jobs[company_id, job_id]
        if job.status.is_final or job.is_drained:
            return False
        self._jobs[company_id, job_id] = replace(job, cancelled_by=job.cancelled_by or by)
        return True

    def is_worked_on(self, company_id: str, job_id: str, now: datetime) -> bool:
        """See JobStore."""
        lock = self._locks.get(company_id, FakeLock())
        return lock.job_id == job_id and lock.is_worked_on(now)

    def note_removal(self, company_id: str, customers: int) -> None:
        """See JobStore."""
        self._removals[company_id] += 1
        self._customers[company_id] -= customers

    def roster_head(self, company_id: str) -> RosterHead | None:
        """See JobStore."""
        return self._heads.get(company_id)

    def trusts_roster(self, company_id: str) -> bool:
        """See JobStore."""
        head, lock = self.roster_head(company_id), self._locks.get(company_id, FakeLock())
        return bool(head and head.is_trusted(lock.fence + 1, self._removals[company_id]))

    def headcount(self, company_id: str) -> Headcount | None:
        """See JobStore."""
        counted_at = self._counted_at.get(company_id)
        return Headcount(self._customers[company_id], counted_at) if counted_at else None

    def states(self, company_ids: Collection[str], now: datetime) -> dict[str, SyncState]:
        """See JobStore."""
        return {each: SyncState(self.notices.failures(each), self._running(each, now)) for each in company_ids}

    def _running(self, company_id: str, now: datetime) -> str | None:
        lock = self._locks.get(company_id, FakeLock())
        return lock.job_id if lock.is_leased(now) else None

    def set_headcount(self, company_id: str, before: Headcount | None, after: Headcount) -> None:
        """See JobStore."""
        if self.headcount(company_id) == before:
            self._customers[company_id] = after.customers
            self._counted_at[company_id] = after.counted_at

    def _check(self, job: SyncJob, fence: int, *, pages_before: int) -> SyncJob:
        lock = self._locks[job.company_id]
        stored = self._jobs[job.company_id, job.id]
        if (lock.job_id, lock.fence) != (job.id, fence) or lock.lease_until is None:
            raise LeaseLost
        if stored.pages_committed != pages_before or stored.status is not JobStatus.Processing:
            raise WorkerBusy
        return stored

    def _store(self, job: SyncJob) -> None:
        self._locks[job.company_id].lease_until = job.lease_until
        self._jobs[job.company_id, job.id] = job

    def finish(self, company_id: str, job_id: str, failure: Failure | None, now: datetime) -> bool:
        """See JobStore."""
        lock = self._locks.get(company_id, FakeLock())
        if lock.job_id == job_id:
            self._locks[company_id] = lock.retained() if lock.is_worked_on(now) else FakeLock(lock.fence)
        job = self._jobs.get((company_id, job_id))
        if job is None or job.status.is_final:
            return False
        if job.cancelled_by:
            failure = Cancelled(job.cancelled_by).failure
        end = self.notices.end(job, None if job.is_drained else failure, now)
        self._jobs[company_id, job_id] = replace(
            job, status=end.status, error=end.error, updated_at=now, completed_at=now, waiting=None
        )
        return True

    def find(self, company_id: str, job_id: str) -> SyncJob | None:
        """See JobStore."""
        return self._jobs.get((company_id, job_id))

    def list(self, company_id: str, status: JobStatus | None, window: Window) -> list[SyncJob]:
        """See JobStore."""
        of_company = [job for (company, _), job in self._jobs.items() if company == company_id]
        wanted = [job for job in of_company if status is None or job.status is status]
        return window.of(sorted(wanted, key=lambda job: job.id, reverse=True))


@dataclass(slots=True)
class RecordedWorkflow:
    """Workflow that records in `started` which runs it was asked to start. `error` makes it fail.

    With `loses_response`, it starts the run and then raises the error.
    """

    started: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None
    loses_response: bool = False

    def start(self, company_id: str, job_id: str) -> None:
        """See Workflow."""
        if self.error is None or self.loses_response:
            self.started.append((company_id, job_id))
        if self.error is not None:
            raise self.error
