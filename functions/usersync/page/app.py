"""One step of a run: as many pages of Axema users as fit the time budget."""

import time
from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.errors import RetriableError
from bokabridge.steps import run_step
from bokabridge.usersync.page import PageWorker
from bokabridge.wiring.axema import systems
from bokabridge.wiring.customers import customers
from bokabridge.wiring.settings import settings
from bokabridge.wiring.usersync import changes, jobs, lease, links, page_budget_seconds, rosters


@cache
def worker() -> PageWorker:
    """The worker, built from what the environment names."""
    return PageWorker(
        jobs=jobs(),
        rosters=rosters(),
        changes=changes(),
        links=links(),
        settings=settings(),
        sources=systems(),
        customers=customers(),
        clock=utc_now,
        lease=lease(),
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{CompanyId, JobId} → {Done, WaitSeconds?}. Done is False when there is more to do, after the wait if any."""
    dead_at = utc_now() + timedelta(milliseconds=context.get_remaining_time_in_millis())
    stop_at = time.monotonic() + page_budget_seconds()

    def step(company_id: str, job_id: str) -> dict[str, Any]:
        try:
            return {"Done": worker().run(company_id, job_id, lambda: time.monotonic() >= stop_at, dead_at)}
        except RetriableError as error:
            if error.retry_after_seconds is None:
                raise
            return {"Done": False, "WaitSeconds": int(error.retry_after_seconds)}

    return run_step(step, event, context)
