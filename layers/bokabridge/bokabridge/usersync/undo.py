"""Starting an undo: a job that gives back what an earlier job has changed, where nobody has changed it since."""

from dataclasses import replace
from datetime import datetime, timedelta

from bokabridge.clock import Clock
from bokabridge.errors import Conflict
from bokabridge.usersync.job import SyncJob, Trigger, new_job
from bokabridge.usersync.ports import JobStore, Workflow
from bokabridge.usersync.read import get_job
from bokabridge.usersync.start import start_job

MAY_UNDO = timedelta(days=7)
"""A job can be undone for this long after its end."""

_PREVIEW = "A preview changes nothing, so there is nothing to undo."
_RUNNING = "The job is not over yet. Undo it when it has ended; cancelling it ends it earlier."
_TOO_OLD = "The job ended more than 7 days ago, or its changes have expired, so it cannot be undone any more."


def start_undo(
    company_id: str,
    job_id: str,
    *,
    jobs: JobStore,
    workflow: Workflow,
    clock: Clock,
    lease: timedelta,
    is_preview: bool = False,
) -> SyncJob:
    """Take the company's lock for an undo of this job, and start its run. It needs no active settings.

    A job that has changed nothing can be undone, too. Raises NotFound, Conflict if the job cannot be undone, and what
    `start_job` raises.
    """
    undone = get_job(company_id, job_id, jobs=jobs, workflow=workflow, clock=clock)
    now = clock()
    reason = _refusal(undone, now)
    if reason:
        raise Conflict(reason)
    job = new_job(company_id, Trigger.Request, now, now + lease, is_preview=is_preview)
    undo = replace(job, undoes=undone.id, source=undone.source)
    return start_job(undo, jobs=jobs, workflow=workflow, clock=clock)


def _refusal(undone: SyncJob, now: datetime) -> str | None:
    """Why the job cannot be undone, or None."""
    if undone.is_preview:
        return _PREVIEW
    if not undone.status.is_final:
        return _RUNNING
    ended_at = undone.completed_at or undone.updated_at
    return _TOO_OLD if min(ended_at + MAY_UNDO, undone.changes_expire_at) <= now else None
