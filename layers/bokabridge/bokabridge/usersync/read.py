"""Reading jobs. An open job whose lease has run out is closed by whoever sees it first: here, or the next start."""

from bokabridge.clock import Clock
from bokabridge.errors import NotFound
from bokabridge.usersync.job import JobStatus, SyncJob
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.start import ABANDONED


def get_job(company_id: str, job_id: str, *, jobs: JobStore, clock: Clock) -> SyncJob:
    """The company's job with this id. Raises NotFound, for another company's job too."""
    job = jobs.get(company_id, job_id)
    if job is None:
        raise NotFound("There is no sync job with this id.")
    return _settled(job, jobs, clock)


def list_jobs(
    company_id: str, status: JobStatus | None, skip: int, take: int, *, jobs: JobStore, clock: Clock
) -> list[SyncJob]:
    """The company's jobs, newest first, optionally of one status."""
    settled = [_settled(job, jobs, clock) for job in jobs.list(company_id, status, skip, take)]
    return [job for job in settled if status is None or job.status is status]


def _settled(job: SyncJob, jobs: JobStore, clock: Clock) -> SyncJob:
    if not job.is_abandoned(clock()):
        return job
    jobs.finish(job.company_id, job.id, JobStatus.Failed, ABANDONED, clock())
    return jobs.get(job.company_id, job.id) or job
