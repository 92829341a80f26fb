"""The start of a sync by a company's schedule."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.errors import AlreadyRunning, NotConfigured, SchedulePaused
from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.start import start_sync
from bokabridge.wiring.usersync import jobs, lease, workflow

SKIPPED = {"SyncsSkipped": 1}
"""The metric of a scheduled start that finds a running sync."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{CompanyId} → {Started, JobId?}. Started is False if a sync is running, or the settings want no scheduled one.

    Raises Unavailable, RetriableError, or StillEnding if the previous sync's worker may still be writing. Lambda then
    tries again after one and three minutes, and finally moves the event to the dead-letter queue.
    """
    company_id = event["CompanyId"]
    logger().append_keys(request_id=context.aws_request_id, company_id=company_id)
    try:
        job = start_sync(company_id, Trigger.Schedule, jobs=jobs(), workflow=workflow(), clock=utc_now, lease=lease())
    except AlreadyRunning:
        publish(SKIPPED)
        logger().info("sync skipped: one is running")
        return {"Started": False}
    except SchedulePaused:
        logger().info("sync not started: the schedule is paused")
        return {"Started": False}
    except NotConfigured:
        logger().info("sync not started: the settings are not active")
        return {"Started": False}
    logger().info("sync started", job_id=job.id)
    return {"Started": True, "JobId": job.id}
