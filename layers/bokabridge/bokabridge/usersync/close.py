"""Ending a sync: the final status once, and the lock released."""

from bokabridge.clock import Clock
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.ports import JobStore


def close_sync(company_id: str, job_id: str, failure: str | None, *, jobs: JobStore, clock: Clock) -> bool:
    """Closes the job as Failed with this sentence, or as Completed without one. Doing it again changes nothing.

    Returns whether this call closed it.
    """
    status = JobStatus.Failed if failure else JobStatus.Completed
    return jobs.finish(company_id, job_id, status, failure, clock())
