"""Posts notices to the deployment's webhook."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.logs import logger
from bokabridge.webhook.delivery import deliver
from bokabridge.wiring.webhook import deliveries, reader_of_deliveries, webhook


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Messages of the webhook's queue → {batchItemFailures}, the messages that SQS delivers again.

    A receiver that fails is no error of this function. After the last attempt, SQS moves the message to the dead-letter
    queue, which has an alarm.
    """
    logger().append_keys(request_id=context.aws_request_id)
    failed = []
    for message_id, delivery in reader_of_deliveries()(event):
        error = deliver(delivery, webhook=webhook(), queue=deliveries())
        if error is None:
            logger().info("webhook called", delivery=delivery.id, attempt=delivery.attempt)
        else:
            logger().warning("webhook failed", delivery=delivery.id, attempt=delivery.attempt, reason=str(error))
            failed.append({"itemIdentifier": message_id})
    return {"batchItemFailures": failed}
