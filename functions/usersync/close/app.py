"""The end of a sync's run, called by the run itself and by the rule that watches for runs that broke."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.clock import utc_now
from bokabridge.config import close_config
from bokabridge.steps import ending, run_step
from bokabridge.usersync.close import close_sync

config = cache(close_config)


@cache
def jobs() -> DynamoJobs:
    return DynamoJobs(clients.dynamodb(), config().user_sync_table)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """{CompanyId, JobId, Failure?} or an "Execution Status Change" event → {Closed}: False if it was closed before."""
    closing = ending(event)

    def step(company_id: str, job_id: str) -> dict[str, bool]:
        return {"Closed": close_sync(company_id, job_id, closing.failure, jobs=jobs(), clock=utc_now)}

    return run_step(step, {"CompanyId": closing.company_id, "JobId": closing.job_id}, context)
