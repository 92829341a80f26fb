"""Reconciliation, every minute: settles the usages whose outcome is unknown."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.secrets import voss_secret
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.adapters.voss import VossApi, VossClient
from bokabridge.clock import utc_now
from bokabridge.config import reconcile_config
from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.voss.reconcile import Reconciler, Verdict
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing

config = cache(reconcile_config)


@cache
def reconciler() -> Reconciler:
    settings = config().voss
    ledger = DynamoLedger(clients.dynamodb(), settings.usage_table)
    timing = Timing(settle_after=settings.settle_after)
    addresses = VossApi(
        settings.base_url,
        settings.usage_path,
        settings.products_path,
        settings.token_url,
        settings.scope,
        settings.post_timeout,
    )
    voss = VossClient(addresses, lambda fresh: voss_secret(settings.secret_name, fresh=fresh))
    return Reconciler(ledger, voss, Sender(ledger, voss, utc_now, time.sleep, timing), utc_now, timing)


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Any event → the metrics of one run: usages unsettled when it began, unsettled for too long, and by verdict."""
    logger().append_keys(request_id=context.aws_request_id)
    stop_at = time.monotonic() + config().budget
    report = reconciler().run(lambda: time.monotonic() >= stop_at)
    counts = {
        "UsagesUnsettled": report.unsettled,
        "UsagesUnknownTooLong": report.too_long,
        **{f"Usages{verdict}": report.verdicts.get(verdict, 0) for verdict in Verdict},
    }
    publish(counts)
    logger().info("reconciled", counts=counts)
    return counts
