"""The step that a job makes with one page."""

from dataclasses import dataclass, replace
from datetime import datetime

from bokabridge.errors import FatalError
from bokabridge.usersync.guards import brings_nobody, stop_reason
from bokabridge.usersync.hold import HeldBack, held_reason
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.roster import MISSING_BYTES, Missing, RosterPage, day_of, hash_of_cursor
from bokabridge.usersync.run import Run


@dataclass(frozen=True, slots=True)
class Step:
    """The job after a page, and what the page adds to the roster.

    `stop` says why the sync must stop after the page, or is None. `missing` has the users whom the list does not have.
    It is None until the last page.
    """

    job: SyncJob
    entry: RosterPage
    stop: FatalError | None = None
    missing: Missing | None = None


def step_of(job: SyncJob, page: UserPage, plan: Plan, run: Run, now: datetime) -> Step:
    """The step with this page. Marks the page's users as found in the run's roster."""
    is_idle = brings_nobody(plan, run)
    after = replace(
        job.advanced(plan.counters, page.next_cursor, now, job.lease_until),
        is_first=run.is_first,
        system_changed=run.system_changed,
        undecided=job.undecided + len(plan.deferred),
        doubles=job.doubles + plan.doubles,
        idle_pages=job.idle_pages + 1 if is_idle else 0,
        repeated_pages=job.repeated_pages + bool(page.records) if is_idle else 0,
    )
    stop = stop_reason(job, after, page, run.roster)
    entry = replace(plan.page, cursor=hash_of_cursor(page.next_cursor) if page.next_cursor else b"")
    run.roster.note(entry)
    is_last = after.is_drained and not stop
    missing = run.roster.missing(day_of(now)) if is_last else None
    step = Step(replace(after, is_drained=is_last), entry, stop, missing)
    return _held(job, step, plan, run)


def _held(before: SyncJob, step: Step, plan: Plan, run: Run) -> Step:
    """The step if the job is held back: this page's people are counted as such, and with the last page, it stops."""
    job, new = step.job, len(step.missing.new) // MISSING_BYTES if step.missing else 0
    is_too_much = not run.limits.allow_changes(job.changed) or not run.limits.allow_missing(new)
    held_from = before.page_index if before.held_from is None and is_too_much else before.held_from
    if held_from is None:
        return step
    job = replace(job, held_from=held_from)
    if not job.is_preview and before.counters is not None:
        job = replace(job, counters=before.counters + plan.counters.as_held)
    if step.missing is None:
        return replace(step, job=job)
    job = replace(job, held_reason=held_reason(job, run.limits, new))
    if job.is_preview:
        return replace(step, job=job)
    missing = replace(job, missing=len(step.missing), is_drained=False)
    return replace(step, job=missing, stop=HeldBack(str(job.held_reason)))
