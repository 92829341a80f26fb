"""Ending a sync: set the job's final status and release the company's lock.

A job whose pages are all committed ends as Completed and a cancelled one as Failed, whoever ends it (JobStore.finish).
"""

from bokabridge.clock import Clock
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.ports import JobStore

ABANDONED = "The sync stopped without reporting a reason. The changes it made remain. Start it again to finish."
NEVER_BEGAN = "The sync never began to run, because of a fault on our side. Nothing was changed. Start it again."


def close_sync(company_id: str, job_id: str, failure: Failure | None, *, jobs: JobStore, clock: Clock) -> bool:
    """Close the job as Failed, or as Completed if `failure` is None. Closing it again changes nothing.

    Returns True if this call closed the job.
    """
    return jobs.finish(company_id, job_id, failure, clock())


def close_abandoned(job: SyncJob, *, jobs: JobStore, clock: Clock) -> None:
    """Close a job whose lease has expired."""
    failure = NEVER_BEGAN if job.status is JobStatus.Pending else ABANDONED
    close_sync(job.company_id, job.id, Failure(failure), jobs=jobs, clock=clock)
