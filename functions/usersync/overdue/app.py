"""Every hour: counts the companies whose last completed sync is older than their schedule allows."""

from collections.abc import Collection
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.logs import logger
from bokabridge.metrics import publish
from bokabridge.usersync.overdue import list_overdue
from bokabridge.wiring.schedules import flexible, schedules
from bokabridge.wiring.usersync import jobs

LOGGED_COMPANIES = 20
"""The log names this many of the companies."""


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Any event → {CompaniesOverdue}, which is published as a metric too. Raises RetriableError."""
    logger().append_keys(request_id=context.aws_request_id)
    overdue = list_overdue(schedules=schedules(), jobs=jobs(), now=utc_now(), flexible=flexible())
    counts = counts_of(overdue)
    publish(counts)
    if overdue:
        companies = sorted(overdue)[:LOGGED_COMPANIES]
        logger().warning("companies without a sync that their schedule should have started", companies=companies)
    return counts


def counts_of(overdue: Collection[str]) -> dict[str, int]:
    """The metrics of a run by name."""
    return {"CompaniesOverdue": len(overdue)}
