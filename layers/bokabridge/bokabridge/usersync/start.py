"""Starting a sync."""

from contextlib import suppress
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.errors import AlreadyRunning, RetriableError, Unavailable
from bokabridge.usersync.job import JobStatus, SyncJob, Trigger, new_job
from bokabridge.usersync.ports import JobStore, Workflow

STUCK_AFTER = timedelta(seconds=30)
"""If no worker has begun on a job for this long, its run may never have started. The next start then starts it."""

NOT_STARTED = "The sync could not be started. Nothing was changed. Try again in a few minutes."
ABANDONED = "The sync stopped without reporting a reason. The changes it made remain. Start it again to finish."


def start_sync(
    company_id: str, trigger: Trigger, *, jobs: JobStore, workflow: Workflow, clock: Clock, lease: timedelta
) -> SyncJob:
    """Take the company's lock for a new job and start its run.

    Raises NotConfigured, AlreadyRunning with the running job's id, or Unavailable if the run could not be started.
    """
    now = clock()
    job = new_job(company_id, trigger, now, lease_until=now + lease)
    try:
        abandoned_job_id = jobs.start(job)
    except AlreadyRunning as running:
        # A crash after taking the lock and before starting the run leaves a lock without a run. Starting a run that
        # has started already does nothing.
        if not running.has_begun and running.acquired_at + STUCK_AFTER < now:
            with suppress(RetriableError):
                workflow.start(company_id, running.job_id)
        raise
    if abandoned_job_id:
        jobs.finish(company_id, abandoned_job_id, JobStatus.Failed, ABANDONED, now)
    try:
        workflow.start(company_id, job.id)
    except Exception as error:
        # The lock must not outlive a run that does not exist, whatever the error is.
        jobs.finish(company_id, job.id, JobStatus.Failed, NOT_STARTED, clock())
        if isinstance(error, RetriableError):
            raise Unavailable(NOT_STARTED) from error
        raise
    return job
