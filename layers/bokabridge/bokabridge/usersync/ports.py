"""What the user sync needs from the outside. Real classes stand in adapters/, in-memory ones in fakes.py."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue, UserPage


class JobStore(Protocol):
    """Jobs and the per-company lock. The lock is a lease with a fencing token.

    A lease that runs out can be taken over; the token, which grows with every acquisition, keeps the former holder
    from writing progress afterwards.
    """

    def start(self, job: SyncJob) -> str | None:
        """Takes the company's lock for this job and stores the job, both or neither.

        Returns the id of the job whose lease had run out, if the lock was taken over from one.
        Raises NotConfigured or AlreadyRunning.
        """
        ...

    def begin(self, company_id: str, job_id: str, now: datetime, lease_until: datetime) -> tuple[SyncJob, int]:
        """Renews the lease and marks the job as Processing; returns it with the fencing token. Raises LeaseLost."""
        ...

    def fingerprint(self, company_id: str, page: int, fence: int) -> str | None:
        """The fingerprint that the job with this fencing token left on a page, or None."""
        ...

    def forget_fingerprint(self, company_id: str, page: int) -> None:
        """Removes a page's fingerprint, before the page is written."""
        ...

    def commit(self, job: SyncJob, fence: int, fingerprint: str) -> None:
        """Stores the progress of a page, and the page's fingerprint.

        Raises LeaseLost when the lock is no longer held with this fencing token, and RetriableError when the page
        before it is not the last that was stored: another worker of the same job was faster.
        """
        ...

    def finish(self, company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime) -> bool:
        """Sets the final status once, and releases the lock if it is still this job's.

        Returns False when the job was final already (or does not exist): then its status stays as it was.
        """
        ...

    def get(self, company_id: str, job_id: str) -> SyncJob | None:
        """The job, or None."""
        ...

    def list(self, company_id: str, status: JobStatus | None, skip: int, take: int) -> list[SyncJob]:
        """The company's jobs, newest first."""
        ...


class LinkStore(Protocol):
    """Which Axema user is which customer, and the issues of a job."""

    def find(self, company_id: str, axema_user_ids: Collection[str]) -> Mapping[str, Link]:
        """The links of these users that exist, by Axema user id."""
        ...

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """Stores links, replacing what was there."""
        ...

    def any_exist(self, company_id: str) -> bool:
        """True when the company has ever had a user synced."""
        ...

    def save_issues(self, company_id: str, job_id: str, issues: Iterable[Issue], now: datetime) -> None:
        """Stores a job's issues; the same key again replaces the issue."""
        ...

    def issues(self, company_id: str, job_id: str, skip: int, take: int) -> list[Issue]:
        """A job's issues by key."""
        ...


class AxemaSource(Protocol):
    """One company's Axema users, page by page."""

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """The page that begins at the cursor; its number, from 1, is for messages only.

        Raises FatalError, or RetriableError when the source did not answer for a while; both with a sentence for the
        administrator.
        """
        ...


class SourceFactory(Protocol):
    """Connects to a company's Axema system."""

    def connect(self, settings: AxemaSettings) -> AxemaSource:
        """The company's source. Raises FatalError when its secrets are missing."""
        ...


class Workflow(Protocol):
    """The engine that runs a job in the background."""

    def start(self, company_id: str, job_id: str) -> None:
        """Starts the run; starting a run that was started before does nothing. Raises RetriableError."""
        ...
