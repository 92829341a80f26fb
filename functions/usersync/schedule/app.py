"""The start of a sync by a company's schedule."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.clock import utc_now
from bokabridge.config import schedule_config
from bokabridge.errors import AlreadyRunning, NotConfigured
from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.start import start_sync

config = cache(schedule_config)


@cache
def jobs() -> DynamoJobs:
    return DynamoJobs(clients.dynamodb(), config().user_sync_table)


@cache
def workflow() -> StepFunctionsWorkflow:
    return StepFunctionsWorkflow(clients.step_functions(), config().state_machine_arn)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """{CompanyId} → {Started, JobId?}: False if the company is syncing already, or is not to be synced any more.

    Raises Unavailable: then Lambda tries again, and at last puts the event into the dead-letter queue.
    """
    company_id = event["CompanyId"]
    logger().append_keys(request_id=context.aws_request_id, company_id=company_id)
    try:
        job = start_sync(
            company_id, Trigger.Schedule, jobs=jobs(), workflow=workflow(), clock=utc_now, lease=config().lease
        )
    except AlreadyRunning:
        publish({"SyncsSkipped": 1})
        logger().info("sync skipped: one is running")
        return {"Started": False}
    except NotConfigured:
        logger().info("sync not started: the settings are not active")
        return {"Started": False}
    logger().info("sync started", job_id=job.id)
    return {"Started": True, "JobId": job.id}
