"""The ports of the user sync. Their adapters are in adapters/, and their in-memory versions are in fakes.py."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from bokabridge.paging import Window
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue, UserPage


class JobStore(Protocol):
    """Jobs, and the lock of each company. The lock is a lease with a fencing token.

    Another job can take over an expired lease. The token grows with every acquisition, and keeps the former holder from
    storing progress after that.
    """

    def start(self, job: SyncJob) -> str | None:
        """Take the company's lock for this job and store the job: both or neither.

        Returns the id of the job that held an expired lease, or None if the lock was free.
        Raises NotConfigured or AlreadyRunning. A schedule that the settings no longer want is NotConfigured, too.
        """
        ...

    def begin(self, company_id: str, job_id: str, now: datetime, lease_until: datetime) -> tuple[SyncJob, int]:
        """Renew the lease and mark the job as Processing. Returns the job and its fencing token. Raises LeaseLost."""
        ...

    def find_fingerprint(self, company_id: str, page_index: int, fence: int) -> str | None:
        """The fingerprint that the job with this fencing token stored for the page, or None."""
        ...

    def forget_fingerprint(self, company_id: str, page_index: int) -> None:
        """Delete the page's fingerprint, if there is one. Call this before the page's first write."""
        ...

    def commit(self, job: SyncJob, fence: int, fingerprint: str) -> None:
        """Store the job's progress after one more page, and that page's fingerprint.

        Raises LeaseLost if the job no longer holds the lock with this fencing token. Raises RetriableError if another
        worker of the same job committed the page first.
        """
        ...

    def finish(self, company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime) -> bool:
        """Set the final status once, and release the lock if the job still holds it.

        Returns False if the job was final already or does not exist. Then no status changes.
        """
        ...

    def find(self, company_id: str, job_id: str) -> SyncJob | None:
        """The job, or None."""
        ...

    def list(self, company_id: str, status: JobStatus | None, window: Window) -> list[SyncJob]:
        """The company's jobs with this status (None: any), newest first."""
        ...


class LinkStore(Protocol):
    """Links: which customer belongs to which Axema user."""

    def existing(self, company_id: str, source_user_ids: Collection[str]) -> Mapping[str, Link]:
        """The links of those of these users who have one, by source user id."""
        ...

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """Store these links. They replace earlier links of the same users."""
        ...

    def any_exist(self, company_id: str) -> bool:
        """True if a sync has ever written a customer of this company."""
        ...


class IssueStore(Protocol):
    """The issues that jobs report."""

    def save(self, company_id: str, job_id: str, issues: Iterable[Issue], now: datetime) -> None:
        """Store issues of a job. A later issue replaces an earlier one with the same key."""
        ...

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """The job's issues, in the order of their keys."""
        ...


class AxemaSource(Protocol):
    """One company's Axema users, page by page."""

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """The page that begins at the cursor. Its number, counted from 1, is for messages only.

        Raises FatalError, or RetriableError if the source did not respond for a while. Both have a message for the
        administrator.
        """
        ...


class SourceFactory(Protocol):
    """A factory of connections to companies' Axema systems."""

    def connect(self, settings: AxemaSettings) -> AxemaSource:
        """The company's source. Raises FatalError if its secrets are missing."""
        ...


class Workflow(Protocol):
    """The engine that runs jobs in the background."""

    def start(self, company_id: str, job_id: str) -> None:
        """Start the job's run. Starting it again does nothing. Raises RetriableError."""
        ...
