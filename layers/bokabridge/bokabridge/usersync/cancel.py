"""Cancelling a sync: its worker stops at its next commit, which stores the page in hand."""

from bokabridge.clock import Clock
from bokabridge.errors import Conflict
from bokabridge.usersync.halt import Cancelled
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.ports import JobStore, Workflow
from bokabridge.usersync.read import get_job

_OVER = "The sync has ended already. What it changed is in its changes."


def cancel_sync(company_id: str, job_id: str, by: str, *, jobs: JobStore, workflow: Workflow, clock: Clock) -> SyncJob:
    """Cancel a job for the caller with the subject `by`. Cancelling it again changes nothing.

    The job ends at once if no worker may be writing. Otherwise its worker ends it, within seconds unless it has died.
    Raises NotFound, or Conflict if the job has ended in another way or has committed its last page.
    """
    job = get_job(company_id, job_id, jobs=jobs, workflow=workflow, clock=clock)
    if job.cancelled_by is None:
        jobs.cancel(company_id, job_id, by)
        job = jobs.find(company_id, job_id) or job
    if job.cancelled_by is None:
        raise Conflict(_OVER)
    if not job.status.is_final and not jobs.is_worked_on(company_id, job_id, clock()):
        jobs.finish(company_id, job_id, Cancelled(job.cancelled_by).failure, clock())
        job = jobs.find(company_id, job_id) or job
    return job
