"""A complete user sync in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.changes import PersonChange
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs, RecordedWorkflow
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.log_fakes import InMemoryIssues
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.people import AxemaUser, Issue, Record
from bokabridge.usersync.read import get_job, list_jobs
from bokabridge.usersync.roster import RosterAddition
from bokabridge.usersync.source_fakes import ListSource
from bokabridge.usersync.start import start_sync
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.interrupted import Crash

LEASE = timedelta(minutes=5)
LIFE = timedelta(minutes=2)
"""The time that a worker may run."""


def people(number: int, *, email: str = "example.com") -> list[Record]:
    return [AxemaUser(f"user-{at:06}", f"Efternamn{at}, Förnamn", f"user{at}@{email}") for at in range(number)]


class CrashingJobs(InMemoryJobs):
    """The process crashes before its next commit if `crash_next` is set."""

    crash_next = False

    def commit(
        self,
        job: SyncJob,
        fence: int,
        addition: RosterAddition,
        issues: Sequence[Issue] = (),
        created: int = 0,
        changes: Sequence[PersonChange] = (),
    ) -> None:
        if self.crash_next:
            self.crash_next = False
            raise Crash
        super().commit(job, fence, addition, issues, created, changes)


class World:
    """The ports in memory, a clock that a test moves, and the use cases on top of them."""

    def __init__(self, records: list[Record], page_size: int = 100) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.company_id = COMPANY_ID
        self.settings = InMemorySettings()
        self.settings.add(settings_of(COMPANY_ID))
        self.jobs = InMemoryJobs(self.settings)
        self.links = InMemoryLinks()
        self.customers = InMemoryCustomers(self.clock)
        self.workflow = RecordedWorkflow()
        self.source = ListSource(records, page_size)

    @property
    def issues(self) -> InMemoryIssues:
        return self.jobs.issues

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, time: timedelta) -> None:
        self.now += time

    def start(self, *, is_preview: bool = False, is_forced: bool = False, only_user_id: str | None = None) -> SyncJob:
        return start_sync(
            self.company_id,
            Trigger.Request,
            jobs=self.jobs,
            workflow=self.workflow,
            clock=self.clock,
            lease=LEASE,
            is_preview=is_preview,
            is_forced=is_forced,
            only_user_id=only_user_id,
        )

    def worker(self) -> PageWorker:
        return PageWorker(
            self.jobs,
            self.jobs.rosters,
            self.jobs.changes,
            self.links,
            self.settings,
            self.source,
            self.customers,
            self.clock,
            LEASE,
        )

    def run(self, job: SyncJob, time_is_up: Callable[[], bool] = lambda: False) -> bool:
        return self.worker().run(COMPANY_ID, job.id, time_is_up, self.now + LIFE)

    def close(self, job: SyncJob, failure: str | None = None) -> bool:
        return close_sync(COMPANY_ID, job.id, Failure(failure) if failure else None, jobs=self.jobs, clock=self.clock)

    def sync(self, *, is_forced: bool = False) -> Counters:
        """Run a complete sync and close it."""
        job = self.start(is_forced=is_forced)
        while not self.run(job):
            pass
        self.close(job)
        return self.counters(job)

    def read(self, job: SyncJob) -> SyncJob:
        """The job as a request reads it."""
        return get_job(COMPANY_ID, job.id, jobs=self.jobs, workflow=self.workflow, clock=self.clock)

    def listed(self, status: JobStatus | None = None) -> list[SyncJob]:
        """The first ten jobs as a request lists them."""
        window = Window(0, 10)
        return list_jobs(COMPANY_ID, status, window, jobs=self.jobs, workflow=self.workflow, clock=self.clock)

    def job(self, job: SyncJob) -> SyncJob:
        stored = self.jobs.find(COMPANY_ID, job.id)
        assert stored is not None
        return stored

    def counters(self, job: SyncJob) -> Counters:
        counters = self.job(job).counters
        assert counters is not None
        return counters
