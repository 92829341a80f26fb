"""The step that a job makes with one page."""

from dataclasses import dataclass, replace

from bokabridge.errors import FatalError
from bokabridge.usersync.guards import brings_nobody, stop_reason
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.roster import RosterPage, hash_of_cursor
from bokabridge.usersync.run import Run


@dataclass(frozen=True, slots=True)
class Step:
    """The job after a page, what the page adds to the roster, and why the sync must stop after it, or None."""

    job: SyncJob
    entry: RosterPage
    stop: FatalError | None


def step_of(job: SyncJob, page: UserPage, plan: Plan, run: Run) -> Step:
    """The step with this page. Marks the page's users as found in the run's roster."""
    is_idle = brings_nobody(plan, run)
    after = replace(
        job.advanced(plan.counters, page.next_cursor, job.updated_at, job.lease_until),
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
    return Step(replace(after, is_drained=after.is_drained and not stop), entry, stop)
