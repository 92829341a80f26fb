"""The ports of the user sync. Their adapters are in adapters/, and their in-memory versions are in fakes.py."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bokabridge.paging import Window
from bokabridge.usersync.changes import LoggedChange, PersonChange
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import Begun, JobStatus, SyncJob, Work
from bokabridge.usersync.link import Link
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.people import Issue
from bokabridge.usersync.roster import RosterAddition, RosterHead, RosterPage
from bokabridge.usersync.standing import SyncState


class JobStore(Protocol):
    """Jobs, and the lock of each company. The lock is a lease with a fencing token.

    Another job can take over an expired lease. The token grows with every acquisition, and keeps the former holder from
    storing progress after that. It cannot keep the holder from writing customers. So the lock also says until when a
    worker may be writing, and no other worker begins before that, of another job or of the same one.
    """

    def start(self, job: SyncJob) -> str | None:
        """Take the company's lock for this job and store the job: both or neither.

        Returns the id of the job that held an expired lease, or None if the lock was free. An undo needs no settings.
        Raises AlreadyRunning, or StillEnding if a worker may still be writing, NotConfigured, or SchedulePaused, for a
        paused schedule's start.
        """
        ...

    def begin(self, company_id: str, job_id: str, work: Work, source: str | None) -> Begun:
        """Renew the lease and mark the job as Processing.

        The first worker's `source` becomes the job's. Raises LeaseLost, Cancelled, or WorkerBusy if another may write.
        """
        ...

    def begin_writes(
        self, job: SyncJob, work: Work, changes: Sequence[PersonChange] | None = None, *, is_marked: bool = False
    ) -> None:
        """Record that the worker is about to write customers, and store the changes that it is about to make.

        `changes` replace those of an earlier run of the page. None means that the page's commit stores them.
        If the worker dies before `end_work`, the job's next worker gets the job as tainted.
        Raises LeaseLost if it is not the recorded worker. If it `is_marked`, an earlier call has recorded and checked
        that, and this one does not.
        """
        ...

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        """Record that the worker with this `work` writes nothing any more. Does nothing if it is not the recorded one.

        `is_clean` is True if every page that it has written is committed. Raises RetriableError.
        """
        ...

    def wait(self, job: SyncJob, fence: int) -> None:
        """Store what the job waits for, and its lease. Raises LeaseLost, Cancelled, or WorkerBusy like `commit`."""
        ...

    def commit(
        self,
        job: SyncJob,
        fence: int,
        addition: RosterAddition,
        issues: Sequence[Issue] = (),
        created: int = 0,
        changes: Sequence[PersonChange] = (),
    ) -> None:
        """Store the job's progress after one more page, and what that page adds to the roster and to the job's issues.

        `created` is the number of customers that the page has created. It is added to the company's headcount.
        `changes` are the page's, if `begin_writes` has not stored them.

        The commit of the last page also ends the worker's work. Raises LeaseLost if the job no longer holds the lock
        with this fencing token, WorkerBusy if another worker of the same job committed the page first, and FatalError
        if the company's settings stop the sync (halt.py). Raises Cancelled after it has stored a page of a cancelled
        job, which then is not drained, whatever page it was.
        """
        ...

    def cancel(self, company_id: str, job_id: str, by: str) -> bool:
        """Mark the job as cancelled by this subject, so that its worker stops at its next commit.

        Returns False if the job is final or drained.
        """
        ...

    def is_worked_on(self, company_id: str, job_id: str, now: datetime) -> bool:
        """True if a worker of this job may be writing."""
        ...

    def note_removal(self, company_id: str, customers: int) -> None:
        """Count customers who were removed, so that the next sync does not trust the roster."""
        ...

    def roster_head(self, company_id: str) -> RosterHead | None:
        """Where the company's roster is, or None before its first completed sync."""
        ...

    def trusts_roster(self, company_id: str) -> bool:
        """True if a job that started now would trust the roster."""
        ...

    def headcount(self, company_id: str) -> Headcount | None:
        """The number of the company's customers, or None if they were never counted."""
        ...

    def states(self, company_ids: Collection[str], now: datetime) -> Mapping[str, SyncState]:
        """How the syncs of each of these companies are, by company. A job with a live lease is running."""
        ...

    def set_headcount(self, company_id: str, before: Headcount | None, after: Headcount) -> None:
        """Set the number of customers, if it is `before` still."""
        ...

    def finish(self, company_id: str, job_id: str, failure: Failure | None, now: datetime) -> bool:
        """Set the final status once, and release the lock if the job still holds it.

        None means Completed. Whatever `failure` says, a drained job becomes Completed, and a cancelled one becomes
        Failed and says who cancelled it. The lock stays taken while a worker may still be writing.

        The same transaction changes the company's standing (standing.py). It stores a notice if one is due, and pauses
        or resumes the schedule, unless the settings were saved after the job was created.
        Returns False if the job was final already or does not exist. Then nothing of that changes.
        """
        ...

    def find(self, company_id: str, job_id: str) -> SyncJob | None:
        """The job, or None."""
        ...

    def list(self, company_id: str, status: JobStatus | None, window: Window) -> list[SyncJob]:
        """The company's jobs with this status (None: any), newest first."""
        ...


class RosterStore(Protocol):
    """The rosters of companies, and the people whose customers a job chooses on its last page.

    JobStore.commit stores the pages of a roster, and JobStore.begin says where the company's roster is.
    """

    def pages(self, company_id: str, slot: int, count: int) -> Iterable[RosterPage]:
        """The first pages of a slot, in any order."""
        ...

    def missing(self, company_id: str, slot: int, parts: int) -> Iterable[bytes]:
        """The entries of missing users in a slot."""
        ...

    def save_missing(self, company_id: str, slot: int, parts: Iterable[bytes]) -> int:
        """Store the entries of missing users. Returns the number of parts."""
        ...

    def save_undecided(self, job: SyncJob, people: Sequence[Candidate]) -> None:
        """Keep the undecided people of the job's current page, for at most a few days."""
        ...

    def undecided(self, job: SyncJob) -> list[Candidate]:
        """The undecided people of the job's committed pages."""
        ...


class LinkStore(Protocol):
    """Links: which customer belongs to which Axema user."""

    def existing(self, company_id: str, user_keys: Collection[str]) -> Mapping[str, Link]:
        """The links of those of these users who have one, by user key."""
        ...

    def relatives(self, company_id: str, recognitions: Collection[str]) -> Mapping[str, Sequence[Link]]:
        """The links of people with these recognitions (recognition.py), by recognition. None is vacant."""
        ...

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """Store these links. They replace earlier links of the same users."""
        ...

    def move(self, company_id: str, link: Link, vacated: Link) -> None:
        """Store both links or neither: a customer moves from one user key to another."""
        ...

    def all(self, company_id: str) -> Iterable[Link]:
        """All links of the company, in any order."""
        ...

    def any_exist(self, company_id: str) -> bool:
        """True if a sync has ever written a customer of this company."""
        ...


class IssueStore(Protocol):
    """The issues that jobs report. JobStore.commit stores them."""

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """The issues of the job's committed pages, in the order of their keys. Of each key, it has the last issue."""
        ...


class ChangeLog(Protocol):
    """What jobs changed about each person, or would change. JobStore.begin_writes stores it, or JobStore.commit.

    Before a page's commit, its changes say what its worker may have changed. The changes of a preview expire after
    7 days, and those of other jobs with the job.
    """

    def of_page(self, job: SyncJob, page_index: int) -> list[PersonChange]:
        """The changes of this page of the job, also if the page is not committed."""
        ...

    def of_job(self, company_id: str, job_id: str) -> Iterable[LoggedChange]:
        """The job's changes in the order of its pages, also of a page that is not committed."""
        ...


class Workflow(Protocol):
    """The engine that runs jobs in the background."""

    def start(self, company_id: str, job_id: str) -> None:
        """Start the job's run. Starting it again does nothing, even after the run has ended.

        Raises DeliveryUnclear if the run may have been started. After every other error it certainly was not; it is a
        RetriableError if a later attempt may succeed.
        """
        ...
