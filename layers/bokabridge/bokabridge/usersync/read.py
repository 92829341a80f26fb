"""Reading jobs. A read closes an abandoned job, as does the company's next start, and starts one that is stuck."""

from bokabridge.clock import Clock
from bokabridge.errors import NotFound
from bokabridge.paging import Window
from bokabridge.usersync.close import close_abandoned
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.ports import JobStore, Workflow
from bokabridge.usersync.start import STUCK_AFTER, start_stuck

_NEWEST = ((None, Window(0, 10)), (JobStatus.Completed, Window(0, 1000)))
"""Where the newest completed sync is looked for. It is one of the newest jobs, unless many failed or were no syncs."""


def get_job(company_id: str, job_id: str, *, jobs: JobStore, workflow: Workflow, clock: Clock) -> SyncJob:
    """The company's job with this id. Raises NotFound, for a job of another company too."""
    job = jobs.find(company_id, job_id)
    if job is None:
        raise NotFound("There is no sync job with this id.")
    return _settled(job, jobs, workflow, clock)


def list_jobs(
    company_id: str, status: JobStatus | None, window: Window, *, jobs: JobStore, workflow: Workflow, clock: Clock
) -> list[SyncJob]:
    """The company's jobs with this status (None: any), newest first."""
    settled = [_settled(job, jobs, workflow, clock) for job in jobs.list(company_id, status, window)]
    return [job for job in settled if status is None or job.status is status]


def last_completed(company_id: str, jobs: JobStore) -> SyncJob | None:
    """The newest completed sync (SyncJob.is_sync), or None. Raises RetriableError."""
    for status, window in _NEWEST:
        for job in jobs.list(company_id, status, window):
            if job.status is JobStatus.Completed and job.is_sync:
                return job
    return None


def _settled(job: SyncJob, jobs: JobStore, workflow: Workflow, clock: Clock) -> SyncJob:
    now = clock()
    if job.is_abandoned(now):
        close_abandoned(job, jobs=jobs, clock=clock)
        return jobs.find(job.company_id, job.id) or job
    if job.status is JobStatus.Pending and job.created_at + STUCK_AFTER < now:
        start_stuck(job.company_id, job.id, workflow)
    return job
