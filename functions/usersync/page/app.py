"""One step of a sync's run: as many pages of Axema users as fit the time."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.adapters.axema.sources import AxemaSystems
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.clock import utc_now
from bokabridge.config import page_config
from bokabridge.steps import run_step
from bokabridge.usersync.page import PageWorker

config = cache(page_config)


@cache
def worker() -> PageWorker:
    table, client, axema = config().user_sync_table, clients.dynamodb(), config().axema
    return PageWorker(
        jobs=DynamoJobs(client, table),
        links=DynamoLinks(client, table),
        issues=DynamoIssues(client, table),
        settings=DynamoSettings(client, table),
        sources=AxemaSystems(
            axema.api_url,
            TokenSource(axema.token_url, axema.scope, "Axema"),
            Guard(SystemResolver(), axema.allows_private_endpoints),
            AxemaSecrets(clients.secrets_manager(), axema.secrets_prefix),
        ),
        customers=DynamoCustomers(client, config().customers_table, utc_now),
        clock=utc_now,
        lease=config().lease,
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """{CompanyId, JobId} → {Done}: False when there is more to do."""
    stop_at = time.monotonic() + config().page_budget

    def step(company_id: str, job_id: str) -> dict[str, bool]:
        return {"Done": worker().run(company_id, job_id, lambda: time.monotonic() >= stop_at)}

    return run_step(step, event, context)
