"""Every minute: settles the usages whose outcome at VOSS is unknown."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.voss.reconcile import Report, Verdict
from bokabridge.wiring.voss import reconcile_budget_seconds, reconciler

LOGGED_DISPUTES = 20
"""The log of each run names this many of the disputed usages, those that have waited longest."""


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Any event → the counts of this run. They are published before the run waits for a look that hangs."""
    logger().append_keys(request_id=context.aws_request_id)
    stop_at = time.monotonic() + reconcile_budget_seconds()
    return counts_of(reconciler().run(lambda: time.monotonic() >= stop_at, publish_report))


def publish_report(report: Report) -> None:
    """Writes the counts as metrics, and a log line about everything that needs a person."""
    counts = counts_of(report)
    publish(counts)
    logger().info("reconciled", counts=counts)
    for name, error in report.errors.items():
        logger().error("a usage could not be looked at", error=name, exc_info=error)
    if report.disputed:
        waiting = [{"CompanyId": each.company_id, "Id": each.usage_id} for each in report.disputed[:LOGGED_DISPUTES]]
        logger().warning("usages wait for a person to settle them", disputed=waiting)
    if report.delayed:
        logger().warning("usages will not be settled within 3 minutes", delayed=report.delayed)


def counts_of(report: Report) -> dict[str, int]:
    """The metrics of a run by name. The disputed usages are missing if the ledger could not list them."""
    return {
        "UsagesUnsettled": report.unsettled,
        "UsagesUnknownTooLong": report.too_long,
        "UsagesDelayed": report.delayed,
        **({} if report.disputed is None else {"UsagesDisputed": len(report.disputed)}),
        **{f"Usages{verdict}": report.verdicts.get(verdict, 0) for verdict in Verdict},
    }
