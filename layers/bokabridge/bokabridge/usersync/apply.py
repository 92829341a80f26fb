"""Applying the plan of a page."""

from bokabridge.customers.ports import CustomerDirectory
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.ports import LinkStore


def apply_plan(
    plan: Plan,
    job: SyncJob,
    *,
    customers: CustomerDirectory,
    links: LinkStore,
) -> None:
    """Write what the plan says. Applying it again after a crash has the same result as applying it once.

    A link states that its customer is written, so the customers come before the links. The commit stores the issues.
    """
    writes = plan.writes
    customers.apply(job.company_id, [write.customer for write in writes])
    links.save(job.company_id, [write.link for write in writes if write.vacated is None])
    for write in writes:
        if write.vacated is not None:
            links.move(job.company_id, write.link, write.vacated)
