"""Customers who were removed from the directory, for example in the booking system."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.logs import logger
from bokabridge.wiring.customers import libraries, reader_of_removals
from bokabridge.wiring.usersync import jobs


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Records of the directory's stream, with the keys of removed customers → {Companies, Libraries}.

    Companies is their number, and Libraries has the versions of the runtime's libraries: `bokabridge doctor` invokes
    this function without records, because then it does nothing else.
    The companies' next syncs then compare everybody with their customers, and create those who were removed again.
    Raises RetriableError. Lambda then tries the same records again.
    """
    logger().append_keys(request_id=context.aws_request_id)
    removed = reader_of_removals()(event)
    for company_id, customers in removed.items():
        jobs().note_removal(company_id, customers)
    logger().info("customers removed", customers=len(event["Records"]), companies=len(removed))
    return {"Companies": len(removed), "Libraries": libraries()}
