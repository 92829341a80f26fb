"""Every minute: settles the usages whose outcome at VOSS is unknown."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.voss.reconcile import Verdict
from bokabridge.wiring.voss import reconcile_budget_seconds, reconciler


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Any event → the numbers of unsettled usages, of those unsettled for too long, and of each verdict."""
    logger().append_keys(request_id=context.aws_request_id)
    stop_at = time.monotonic() + reconcile_budget_seconds()
    report = reconciler().run(lambda: time.monotonic() >= stop_at)
    counts = {
        "UsagesUnsettled": report.unsettled,
        "UsagesUnknownTooLong": report.too_long,
        **{f"Usages{verdict}": report.verdicts.get(verdict, 0) for verdict in Verdict},
    }
    publish(counts)
    logger().info("reconciled", counts=counts)
    return counts
