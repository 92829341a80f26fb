"""Ending a sync: set the job's final status and release the company's lock."""

from bokabridge.clock import Clock
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.ports import JobStore


def close_sync(company_id: str, job_id: str, failure: str | None, *, jobs: JobStore, clock: Clock) -> bool:
    """Close the job as Failed with this message, or as Completed if it is None. Closing it again changes nothing.

    Returns True if this call closed the job.
    """
    status = JobStatus.Failed if failure else JobStatus.Completed
    return jobs.finish(company_id, job_id, status, failure, clock())
