"""One step of a run: as many pages of Axema users as fit the time budget."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.steps import run_step
from bokabridge.usersync.page import PageWorker
from bokabridge.wiring.axema import systems
from bokabridge.wiring.customers import customers
from bokabridge.wiring.settings import settings
from bokabridge.wiring.usersync import issues, jobs, lease, links, page_budget_seconds


@cache
def worker() -> PageWorker:
    """The worker, built from what the environment names."""
    return PageWorker(
        jobs=jobs(),
        links=links(),
        issues=issues(),
        settings=settings(),
        sources=systems(),
        customers=customers(),
        clock=utc_now,
        lease=lease(),
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """{CompanyId, JobId} → {Done}. Done is False when there is more to do."""
    stop_at = time.monotonic() + page_budget_seconds()

    def step(company_id: str, job_id: str) -> dict[str, bool]:
        return {"Done": worker().run(company_id, job_id, lambda: time.monotonic() >= stop_at)}

    return run_step(step, event, context)
