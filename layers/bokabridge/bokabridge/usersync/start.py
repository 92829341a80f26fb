"""Starting a sync."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.errors import AlreadyRunning, DeliveryUnclear, RetriableError, Unavailable
from bokabridge.usersync.close import close_abandoned
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import SyncJob, Trigger, new_job
from bokabridge.usersync.ports import JobStore, Workflow

STUCK_AFTER = timedelta(seconds=30)
"""If no worker has begun on a job for this long, its run may never have started. The next start or read starts it."""

NOT_STARTED = "The sync could not be started. Nothing was changed. Try again in a few minutes."
FAULTY = "The sync could not be started because of a fault on our side. Nothing was changed."


def start_sync(
    company_id: str,
    trigger: Trigger,
    *,
    jobs: JobStore,
    workflow: Workflow,
    clock: Clock,
    lease: timedelta,
    is_preview: bool = False,
    is_forced: bool = False,
    only_user_id: str | None = None,
) -> SyncJob:
    """Take the company's lock for a new job, which may be for one user only, and start its run.

    A preview writes nothing; a forced sync is never held. Raises NotConfigured, AlreadyRunning, StillEnding, or
    Unavailable if the run was certainly not started. If it may have been, the job and its lock stay: see `start_stuck`.
    """
    now = clock()
    job = new_job(company_id, trigger, now, now + lease, is_preview=is_preview, is_forced=is_forced)
    job = replace(job, only_user_id=only_user_id)
    return start_job(job, jobs=jobs, workflow=workflow, clock=clock)


def start_job(job: SyncJob, *, jobs: JobStore, workflow: Workflow, clock: Clock) -> SyncJob:
    """Take the company's lock for this new job and start its run. Raises like `start_sync`."""
    company_id = job.company_id
    try:
        abandoned_job_id = jobs.start(job)
    except AlreadyRunning as running:
        if not running.has_begun and running.acquired_at + STUCK_AFTER < job.created_at:
            start_stuck(company_id, running.job_id, workflow)
        raise
    if abandoned_job_id and (abandoned := jobs.find(company_id, abandoned_job_id)):
        close_abandoned(abandoned, jobs=jobs, clock=clock)
    try:
        workflow.start(company_id, job.id)
    except DeliveryUnclear:
        return job
    except RetriableError as error:
        jobs.finish(company_id, job.id, Failure(NOT_STARTED), clock())
        raise Unavailable(NOT_STARTED) from error
    except Exception:
        # The lock must not outlive a run that does not exist, whatever the error is.
        jobs.finish(company_id, job.id, Failure(FAULTY), clock())
        raise
    return job


def start_stuck(company_id: str, job_id: str, workflow: Workflow) -> None:
    """Start the run of a job on which no worker has begun.

    A crash after taking the lock leaves a job without a run, and so does a start that got lost. Starting a run that has
    started already does nothing. An error is left to the next caller: this one wanted something else.
    """
    with suppress(Exception):
        workflow.start(company_id, job_id)
