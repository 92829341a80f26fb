"""Applying the plan of a page."""

from bokabridge.clock import Clock
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.ports import IssueStore, LinkStore


def apply_plan(
    plan: Plan, job: SyncJob, *, customers: CustomerDirectory, links: LinkStore, issues: IssueStore, clock: Clock
) -> None:
    """Write what the plan says. Applying it again after a crash has the same result as applying it once.

    A link states that its customer is written, so the customers come before the links.
    """
    customers.apply(job.company_id, plan.writes)
    links.save(job.company_id, plan.links)
    issues.save(job.company_id, job.id, plan.issues, clock())
