"""What the end of a job changes: the job, its company's standing, and perhaps a notice."""

from dataclasses import dataclass
from datetime import datetime

from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.notice import PAUSES_LATER, RESUMED, Event, Notice
from bokabridge.usersync.standing import PAUSED, Standing


@dataclass(frozen=True, slots=True)
class End:
    """The job's final status and message, the standing after it, and the notice if one is due."""

    status: JobStatus
    error: str | None
    standing: Standing
    notice: Notice | None


def end_of(
    company_id: str,
    job_id: str,
    failure: Failure | None,
    before: Standing,
    now: datetime,
    *,
    is_scheduled: bool,
    is_sync: bool = True,
) -> End:
    """The end of a job that failed like this, or completed if `failure` is None.

    Only a sync (SyncJob.is_sync) changes the standing.
    """
    if not is_sync:
        status = JobStatus.Failed if failure else JobStatus.Completed
        return End(status, failure.message if failure else None, before, None)
    after = before.after(failure, now, is_scheduled=is_scheduled)
    if failure is None:
        resumed = RESUMED if before.paused_at else None
        recovered = Notice(company_id, job_id, Event.Recovered, now, before.failures, schedule=resumed)
        return End(JobStatus.Completed, None, after, recovered if before.failures else None)
    pauses = after.paused_at is not None and before.paused_at is None
    error = f"{failure.message} {PAUSED}" if pauses else failure.message
    warning = PAUSES_LATER if failure.kind is FailureKind.Rejected and is_scheduled else None
    begins = after.failures > before.failures == 0
    notice = Notice(company_id, job_id, Event.Failed, now, after.failures, error, warning) if begins else None
    return End(JobStatus.Failed, error, after, notice)
