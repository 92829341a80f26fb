"""The request for one person: it starts a job for the person, and waits until the job ends.

The lock, the worker and the log are those of a sync.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.errors import BridgeError, NotFound
from bokabridge.paging import Window
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.job import JobStatus, SyncJob, Trigger
from bokabridge.usersync.link import user_key
from bokabridge.usersync.people import Issue
from bokabridge.usersync.ports import ChangeLog, IssueStore, JobStore, LinkStore, Workflow
from bokabridge.usersync.start import start_sync

LOOK_EVERY_SECONDS = 0.25

NOT_LISTED = "Axema's list of users has nobody with this user id. Nothing was changed."
STILL_RUNNING = "The job for this person has not ended yet. Read the job to see what becomes of it."

_REASONS = {
    ChangeKind.Create: "The person had no customer, and no customer can be this person's.",
    ChangeKind.Adopt: "A customer with the person's e-mail address and name is this person's.",
    ChangeKind.Update: "The customer differed from Axema's record.",
    ChangeKind.Reactivate: "The person is in Axema's list again, so the customer is active again.",
}
_UNCHANGED = "The customer is as Axema's record says."


class PersonNotSynced(BridgeError):
    """The job for one person failed, or has not ended yet. The message says which. The job's log says what it wrote."""

    def __init__(self, message: str, job_id: str) -> None:
        super().__init__(message)
        self.job_id = job_id


@dataclass(frozen=True, slots=True)
class PersonOutcome:
    """What a job did for its person, or would do: a change, or none.

    `customer_id` is the person's customer, if there is one. `issue` is what the job reported about the record.
    """

    job: SyncJob
    customer_id: str | None
    change: PersonChange | None
    issue: Issue | None

    @property
    def outcome(self) -> str:
        """The kind of the change, or "Skipped" if the record became no customer, or "Unchanged"."""
        if self.issue and self.issue.skipped:
            return "Skipped"
        return self.change.kind if self.change else "Unchanged"

    @property
    def reason(self) -> str:
        """Why, as sentences for an administrator."""
        if self.issue and self.issue.skipped:
            return self.issue.reason
        why = _REASONS.get(self.change.kind, "") if self.change else _UNCHANGED
        return f"{why} {self.issue.reason}" if self.issue else why


def sync_person(
    company_id: str,
    source_user_id: str,
    *,
    jobs: JobStore,
    workflow: Workflow,
    issues: IssueStore,
    changes: ChangeLog,
    links: LinkStore,
    clock: Clock,
    lease: timedelta,
    patience: timedelta,
    sleep: Callable[[float], object],
    is_preview: bool = False,
) -> PersonOutcome:
    """Sync this Axema user, and wait for it with this much patience. `sleep` waits for a number of seconds.

    Raises the errors of start_sync, NotFound if Axema's list does not have the user, or PersonNotSynced.
    """
    job = start_sync(
        *(company_id, Trigger.Request),
        jobs=jobs,
        workflow=workflow,
        clock=clock,
        lease=lease,
        is_preview=is_preview,
        only_user_id=source_user_id,
    )
    while not job.status.is_final and clock() < job.created_at + patience:
        sleep(LOOK_EVERY_SECONDS)
        job = jobs.find(company_id, job.id) or job
    if job.status is not JobStatus.Completed:
        raise PersonNotSynced(job.error or STILL_RUNNING, job.id)
    if not job.counters or not job.counters.found:
        raise NotFound(NOT_LISTED)
    change = next((logged.change for logged in changes.of_job(company_id, job.id)), None)
    issue = next(iter(issues.list(company_id, job.id, Window(0, 1))), None)
    customer_id = change.customer_id if change else _linked(job, source_user_id, links)
    return PersonOutcome(job, customer_id, change, issue)


def _linked(job: SyncJob, source_user_id: str, links: LinkStore) -> str | None:
    key = user_key(job.source or "", source_user_id)
    link = links.existing(job.company_id, [key]).get(key)
    return link.customer_id if link and not link.is_vacant else None
