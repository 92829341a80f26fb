"""Applying the plan of a page."""

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import Issue
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.ports import IssueStore, LinkStore, RosterStore


def apply_plan(
    plan: Plan,
    job: SyncJob,
    notice: str | None,
    *,
    customers: CustomerDirectory,
    links: LinkStore,
    issues: IssueStore,
    rosters: RosterStore,
    clock: Clock,
) -> None:
    """Write what the plan says. Applying it again after a crash has the same result as applying it once.

    A link states that its customer is written, so the customers come before the links. `notice` is an issue of the list
    as a whole.
    """
    writes = plan.writes
    customers.apply(job.company_id, [write.customer for write in writes])
    links.save(job.company_id, [write.link for write in writes if write.vacated is None])
    for write in writes:
        if write.vacated is not None:
            links.move(job.company_id, write.link, write.vacated)
    if plan.deferred:
        rosters.save_undecided(job, plan.deferred)
    notices = [Issue(THE_LIST, notice, skipped=False)] if notice else []
    issues.save(job.company_id, job.id, [*plan.issues, *notices], clock())


THE_LIST = "list"
"""The key of the issue about the list as a whole. An Axema user with this id would be a strange one."""
